package bench

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fixed says that each call took d, without waiting.
func fixed(d time.Duration, calls *int) Rounds {
	return func(n int) (time.Duration, error) {
		*calls += n
		return time.Duration(n) * d, nil
	}
}

func TestInterleaveMeasuresInTurn(t *testing.T) {
	var order []string
	noted := func(name string, d time.Duration) Rounds {
		return func(n int) (time.Duration, error) {
			order = append(order, name)
			return time.Duration(n) * d, nil
		}
	}
	p, err := Interleave(noted("floor", time.Second), noted("subject", 3*time.Second), Plan{Samples: 4})
	require.NoError(t, err)
	require.Equal(t, []string{
		"floor", "subject", // to calibrate
		"floor", "subject", "subject", "floor", "floor", "subject", "subject", "floor",
	}, order)
	r := p.Ratio()
	require.Equal(t, 3.0, r.Median)
	require.Equal(t, 4, r.N)
	require.Equal(t, 0.875, r.Confidence, "four of four on one side of the median: 1 in 8")
	require.NotEmpty(t, r.Warnings)
}

func TestInterleaveRepeatsShortCalls(t *testing.T) {
	var floors, subjects int
	p, err := Interleave(fixed(time.Microsecond, &floors), fixed(2*time.Microsecond, &subjects), Plan{Samples: 12, SampleTime: time.Millisecond})
	require.NoError(t, err)
	require.Equal(t, 2047+12*1024, floors)
	require.Equal(t, 1023+12*512, subjects)
	r := p.Ratio()
	require.Equal(t, 2.0, r.Median)
	require.Equal(t, 1000.0, r.Floor)
	require.GreaterOrEqual(t, r.Confidence, 0.95)
	require.Less(t, r.P, 0.001)
	require.Empty(t, r.Warnings)
}

func TestInterleaveKeepsItsBudget(t *testing.T) {
	slow := func(int) (time.Duration, error) { time.Sleep(2 * time.Millisecond); return time.Second, nil }
	p, err := Interleave(slow, slow, Plan{Budget: time.Nanosecond})
	require.NoError(t, err)
	require.Len(t, p.Floor, leastPairs)
}

func TestInterleaveTellsErrors(t *testing.T) {
	boom := errors.New("boom")
	calls := 0
	_, err := Interleave(fixed(time.Second, &calls), func(int) (time.Duration, error) { return 0, boom }, Plan{})
	require.ErrorIs(t, err, boom)
}

func TestEverySubjectDoesEveryJob(t *testing.T) {
	http, closeServer := Loopback(3)
	defer closeServer()
	for _, j := range []Job{Instant(30), Touching(30), http} {
		_, err := Floor(j)(1)
		require.NoError(t, err)
		for _, s := range Subjects() {
			r, closeSubject, err := s.Rounds(j)
			require.NoError(t, err)
			_, err = r(2)
			require.NoError(t, err, "%s on %s", s.Name, j.Name)
			closeSubject()
		}
	}
	_, err := CancelFloor(5)(2)
	require.NoError(t, err)
	for _, s := range Subjects() {
		r, closeSubject, err := s.CancelRounds(5)
		require.NoError(t, err)
		took, err := r(2)
		require.NoError(t, err)
		require.Positive(t, took, s.Name)
		closeSubject()
	}
}

// A subject that loses results is not measured: it could be fast because it does
// not do its work.
func TestLostResultsAreNoticed(t *testing.T) {
	j := Instant(5)
	j.Runner = instant{make(answers, 5)} // no agent has an answer
	_, err := Floor(j)(1)
	require.ErrorContains(t, err, "agent 0 of 5 has no result")
	r, _, err := Subjects()[4].Rounds(j)
	require.NoError(t, err)
	_, err = r(1)
	require.ErrorContains(t, err, "reference: got 0 results")
}

func TestMeasureOvershoot(t *testing.T) {
	o, err := MeasureOvershoot(5, 2)
	require.NoError(t, err)
	require.Equal(t, 10, o.Requests)
	require.LessOrEqual(t, o.P50, o.P99)
	require.LessOrEqual(t, o.P99, o.Max+o.Max/500, "a bucket of the histogram")
	require.Positive(t, o.Max)
}

package pairs

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMeasureTakesTurns(t *testing.T) {
	var order []string
	side := func(name string, d time.Duration, calls int) Side {
		return Side{Calls: calls, Rounds: func(n int) (time.Duration, error) {
			order = append(order, name)
			return time.Duration(n) * d, nil
		}}
	}
	got, err := Measure(side("floor", 2, 10), side("subject", 6, 5), Options{Pairs: 9, Before: func() { order = append(order, "|") },
		Enough: func(pairs int) bool { return pairs == 3 }})
	require.NoError(t, err)
	require.Equal(t, []string{"|", "floor", "|", "subject", "|", "subject", "|", "floor", "|", "floor", "|", "subject"}, order)
	require.Equal(t, Times{Floor: []float64{2, 2, 2}, Subject: []float64{6, 6, 6}}, got)
}

func TestCalibrate(t *testing.T) {
	calls, err := Calibrate(func(n int) (time.Duration, error) { return time.Duration(n) * time.Microsecond, nil }, time.Millisecond)
	require.NoError(t, err)
	require.Equal(t, 1024, calls)
	calls, err = Calibrate(func(int) (time.Duration, error) { return 0, nil }, time.Millisecond)
	require.NoError(t, err)
	require.Equal(t, mostCalls, calls)
}

func TestErrorsEndTheMeasuring(t *testing.T) {
	boom := errors.New("boom")
	calls := 0
	fails := Repeat(func() error {
		calls++
		return boom
	})
	_, err := fails(5)
	require.ErrorIs(t, err, boom)
	require.Equal(t, 1, calls)
	_, err = Calibrate(fails, time.Hour)
	require.ErrorIs(t, err, boom)
	_, err = Measure(Side{fails, 1}, Side{fails, 1}, Options{Pairs: 3})
	require.ErrorIs(t, err, boom)
	require.Equal(t, 3, calls)
}

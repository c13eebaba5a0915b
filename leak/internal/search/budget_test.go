package search

import (
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// shortSettle gives all classes the same.
func shortSettle(d time.Duration) Settle { return Settle{Blocked: d, Waiting: d, Running: d} }

// suspects is the number of goroutines that a search reports.
func suspects(t *testing.T, s *Search) (n int, r Result) {
	t.Helper()
	r, err := s.Run(t.Context())
	require.NoError(t, err)
	if r.Inspection == nil {
		return 0, r
	}
	for _, g := range r.Groups {
		if s.inspector.Suspect(g) {
			n += len(g.IDs)
		}
	}
	return n, r
}

// The times do not begin while goroutines are created: neither the creator, which needs
// longer than they are, nor its goroutines are reported. A creator that never ends is.
func TestCreatorAtWork(t *testing.T) {
	if !alone(t) {
		return
	}
	create := func(stop <-chan time.Time, ended chan bool) {
		for {
			select {
			case <-stop:
				close(ended)
				return
			default:
				go time.Sleep(time.Millisecond)
			}
		}
	}
	const short = 500 * time.Millisecond
	base, ended := TakeBaseline(), make(chan bool)
	go create(time.After(3*short), ended)
	n, r := suspects(t, newSearch(t, Config{Baseline: base, Settle: shortSettle(short)}))
	require.Zero(t, n, "%v", r.Warnings)
	<-ended

	base, ended = TakeBaseline(), make(chan bool)
	stop := make(chan time.Time)
	go create(stop, ended)
	n, r = suspects(t, newSearch(t, Config{Baseline: base, Settle: shortSettle(short / 5)}))
	require.Positive(t, n)
	require.Contains(t, r.Warnings[0], "still being created")
	close(stop)
	<-ended
}

// The clock bounds the wait, whatever there is to wait for.
func TestLimit(t *testing.T) {
	base, stop := TakeBaseline(), make(chan int)
	defer close(stop)
	go func() {
		select {
		case <-stop:
		case <-time.After(time.Minute):
		}
	}()
	start := time.Now()
	n, _ := suspects(t, newSearch(t, Config{Baseline: base, Settle: shortSettle(time.Hour).Capped(50 * time.Millisecond)}))
	require.Equal(t, 1, n)
	require.Less(t, time.Since(start), time.Minute)
}

// A pass that takes too long is left behind. Until it has ended no other begins, and
// searches find what is left without it.
func TestPassLeftBehind(t *testing.T) {
	profile := leakProfile(t)
	if !alone(t) {
		return
	}
	writer, written := passUnderWay(profile)
	done := make(chan struct{})
	close(done)
	p := &prover{profile: profile, status: ByProfile, done: done}
	p.run(p.writeBeside)
	require.Equal(t, ProofTooSlow, p.status)
	require.Equal(t, int32(1), leftBehind.Load())

	base, stop := TakeBaseline(), make(chan int)
	defer close(stop)
	go func() { <-stop }()
	n, r := suspects(t, newSearch(t, Config{Baseline: base, Settle: shortSettle(20 * time.Millisecond)}))
	require.Equal(t, 1, n)
	require.Equal(t, ProofTooSlow, r.ProofStatus)
	require.Zero(t, r.ProofPasses)

	close(writer.letGo)
	require.NoError(t, <-written)
	require.Eventually(t, func() bool { return leftBehind.Load() == 0 }, 10*time.Second, time.Millisecond)
	p = &prover{profile: profile, status: ByProfile}
	p.pass()
	require.Equal(t, 1, p.passes)
}

// Where goroutines replace each other, one that sleeps is always there. It is excused only
// if it was there when the times were over.
func TestOneThatReplacesAnotherIsNotExcused(t *testing.T) {
	for _, entitled := range []idSet{nil, {7}, {6}} {
		g := &inspect.Group{Class: inspect.Waiting, IDs: []uint64{7}}
		s := newSearch(t, Config{Settle: shortSettle(time.Second)})
		w := &watch{Search: s, last: &inspect.Inspection{Groups: []*inspect.Group{g}, Unproven: 1}, earlier: idSet{7}}
		w.entitled = entitled
		w.setDeadline(7, deadline{at: w.elapsed() + time.Second, sleep: time.Second})
		w.removeSoon(g, w.elapsed())
		require.Equal(t, entitled != nil && entitled[0] == 6, len(g.IDs) == 1, "%v", entitled)
	}
}

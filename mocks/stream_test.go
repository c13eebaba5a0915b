package mocks

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
)

// heard is what a consumer that leaves after most pieces heard of an agent, and how long it
// took. most is zero for one that stays.
type heard struct {
	pieces []string
	err    error
	took   time.Duration
	run    Run
}

func hear(t *testing.T, f Fault, most int, timeout time.Duration) (h heard) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := NewFaultRunner(RecordAll)
		agent := &executor.Agent{ID: "a"}
		r.Add(agent, f)
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		defer cancel()
		ended := make(chan struct{})
		start := time.Now()
		go func() {
			defer close(ended)
			defer func() { _ = recover() }()
			for delta, err := range r.StreamAgent(ctx, agent, "q", nil) {
				if h.err = err; err == nil {
					h.pieces = append(h.pieces, delta)
				}
				if len(h.pieces) == most {
					return
				}
			}
		}()
		select {
		case <-ended:
		case <-time.After(time.Minute):
		}
		h.took = time.Since(start)
		h.run = r.Runs("q")[0]
		require.Equal(t, h.run.Pieces, r.Counts().Pieces)
		r.Release()
		<-ended
	})
	return h
}

func TestStreamFaults(t *testing.T) {
	const second, hour = time.Second, time.Hour
	for name, it := range map[string]struct {
		fault   Fault
		most    int
		timeout time.Duration
		// pieces and took are what is heard; outcome is empty where the agent still ran.
		pieces  int
		took    time.Duration
		outcome string
		err     error
	}{
		"whole":                {Emit(3, second), 0, hour, 3, 3 * second, Responded, nil},
		"none":                 {Emit(0, second), 0, hour, 0, 0, Responded, nil},
		"no stream":            {Respond(second), 0, hour, 1, second, Responded, nil},
		"cut":                  {Emit(5, second), 0, 2500 * time.Millisecond, 2, 2500 * time.Millisecond, Failed, context.DeadlineExceeded},
		"left":                 {Emit(-1, second), 4, hour, 4, 4 * second, Stopped, nil},
		"hangs":                {EmitThen(2, second, Hang()), 0, 10 * second, 2, 10 * second, Failed, context.DeadlineExceeded},
		"hangs, ignoring":      {EmitThen(2, second, HangIgnoring()), 0, 10 * second, 2, time.Minute, "", nil},
		"never ends":           {EmitIgnoring(25 * second), 0, second, 2, time.Minute, "", nil},
		"never ends, but left": {EmitIgnoring(second), 3, second, 3, 3 * second, Stopped, nil},
		"fails":                {EmitThen(2, second, Fail(second)), 0, hour, 2, 3 * second, Failed, ErrFault},
		"panics":               {EmitThen(2, second, PanicAfter(0)), 0, hour, 2, 2 * second, Panicked, nil},
		"exits":                {EmitThen(2, second, GoexitAfter(0)), 0, hour, 2, 2 * second, Exited, nil},
		"burst":                {EmitThen(100, 0, Hang()), 0, second, 100, second, Failed, context.DeadlineExceeded},
		"after the end":        {EmitAfterEnd(2, second), 0, hour, 2, 0, Responded, nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := hear(t, it.fault, it.most, it.timeout)
			require.Len(t, h.pieces, it.pieces)
			for i, delta := range h.pieces {
				n, genuine := it.fault.PieceNumber("a", "q", delta)
				require.True(t, genuine && n == i, "piece %d: %s", i, delta)
			}
			require.Equal(t, it.took, h.took)
			require.Equal(t, it.outcome, h.run.Outcome)
			require.True(t, errors.Is(h.err, it.err), h.err)
			require.Equal(t, it.outcome == "", it.fault.IgnoresContext && it.most == 0)
		})
	}
}

func TestPieces(t *testing.T) {
	f, huge := Emit(3, 0), EmitHuge(2, 1000)
	require.NotEqual(t, f.Piece("a", "q", 1), f.Piece("b", "q", 1))
	require.NotEqual(t, f.Piece("a", "q", 1), f.Piece("a", "p", 1))
	require.Greater(t, len(huge.Piece("a", "q", 0)), 1000)
	for _, other := range []string{"", "q/a/x;", "q/a/1", "q/a/1;more", f.Piece("b", "q", 1), huge.Piece("a", "q", 1)} {
		_, genuine := f.PieceNumber("a", "q", other)
		require.False(t, genuine, other)
	}
}

package leak_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// TestFindErrorIsTheFinding: the call that people write without reading on fails where
// a goroutine is left.
func TestFindErrorIsTheFinding(t *testing.T) {
	base := leak.Take()
	release := leakSend(t).release
	_, err := leak.Find(context.Background(), base, leak.Options{Settle: brief})
	require.ErrorIs(t, err, leak.ErrLeak)
	require.ErrorContains(t, err, "1 goroutine left behind")
	require.ErrorContains(t, err, "leaks_test.go:")
	var left *leak.Error
	require.True(t, errors.As(fmt.Errorf("wrapped: %w", err), &left))
	require.Equal(t, 1, left.Report.Goroutines)
	release()
	_, err = leak.Find(context.Background(), base)
	require.NoError(t, err, "after the release")
}

// TestFindWithoutBaseline: the goroutines of package testing, of parents and of parallel
// siblings, are not the code's.
func TestFindWithoutBaseline(t *testing.T) {
	if !inChild("siblings") {
		out, code := child(t, t.Name(), "siblings", "-test.parallel=2")
		require.Zero(t, code, out)
		require.Contains(t, out, "--- PASS: "+t.Name()+"/parallel#01")
		return
	}
	both := make(chan bool)
	for i := range 2 {
		t.Run("parallel", func(t *testing.T) {
			t.Parallel()
			if i == 1 {
				<-both
				return
			}
			t.Cleanup(func() { close(both) })
			_, err := leak.Find(context.Background(), nil)
			require.NoError(t, err)
			defer leakSend(t).release()
			_, err = leak.Find(context.Background(), nil, leak.Options{Settle: brief})
			require.ErrorIs(t, err, leak.ErrLeak)
		})
	}
}

// TestFindCouldNotSearch: what is no finding is not ErrLeak.
func TestFindCouldNotSearch(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := leak.Find(ctx, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, errors.Is(err, leak.ErrLeak))
	_, err = leak.Find(context.Background(), nil, leak.Options{Fail: []leak.Class{"sleepy"}})
	require.False(t, err == nil || errors.Is(err, leak.ErrLeak))
}

// TestRoundsErrorIsTheFinding is the same for Rounds.
func TestRoundsErrorIsTheFinding(t *testing.T) {
	if !apart(t) {
		return
	}
	_, err := leak.Rounds(context.Background(), func(context.Context) error { go func() { select {} }(); return nil },
		leak.Options{Settle: brief, Plan: leak.Plan{Judge: leak.Resources{Goroutines: true}}})
	require.ErrorIs(t, err, leak.ErrLeak)
	require.False(t, errors.Is(err, leak.ErrUnknown))
	var left *leak.RoundsError
	require.True(t, errors.As(err, &left))
	require.Equal(t, leak.Leaking, left.Report.Goroutines.Verdict)
}

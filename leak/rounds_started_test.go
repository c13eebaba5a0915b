package leak_test

import (
	"context"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// Rounds that the caller runs are judged as those of Rounds are, and nothing of the
// package runs meanwhile.
func TestStartRounds(t *testing.T) {
	never := make(chan int)
	t.Cleanup(func() { close(never) })
	for name, tt := range map[string]struct {
		round func()
		want  error
	}{
		"leaks": {func() { go func() { <-never }() }, leak.ErrLeak},
		"clean": {func() { done := make(chan int); go close(done); <-done }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := leak.StartRounds(leak.Options{Plan: leak.Plan{Judge: leak.Resources{Goroutines: true}}, Settle: 10 * time.Millisecond})
			require.NoError(t, err)
			n := 0
			for r.Next(context.Background()) {
				n++
				tt.round()
			}
			report, err := r.Report()
			require.ErrorIs(t, err, tt.want)
			require.Equal(t, n, report.WarmUp+report.Rounds)
			require.Equal(t, false, r.Next(context.Background()), "the rounds have ended")
		})
	}
}

// Rounds that end too early are not judged, and no pass.
func TestStartRoundsEndsEarly(t *testing.T) {
	r, err := leak.StartRounds()
	require.NoError(t, err)
	require.True(t, r.Next(context.Background()))
	_, err = r.Report()
	require.Error(t, err)
	require.Equal(t, false, r.Next(context.Background()))

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r, err = leak.StartRounds()
	require.NoError(t, err)
	require.Equal(t, false, r.Next(ctx))
	_, err = r.Report()
	require.ErrorIs(t, err, context.Canceled)

	_, err = leak.StartRounds(leak.Options{Plan: leak.Plan{Rounds: 1}})
	require.Error(t, err)
}

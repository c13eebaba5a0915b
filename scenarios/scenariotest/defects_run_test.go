package scenariotest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

func TestDefects(t *testing.T) {
	for _, d := range defects {
		t.Run(d.name, func(t *testing.T) {
			s, err := scenarios.Lookup(d.scenario)
			require.NoError(t, err)
			u := ordinary(t, d.spec)
			// What the race detector finds in a defect would fail this test.
			u.opts.inProcess = !s.MayCrash && !raceEnabled
			got := u.status(t, s, d.clause)
			require.Equal(t, scenarios.Fail, got.Status, "%s", text(s, got))
			t.Log(text(s, got))
		})
	}
}

// The same conditions with a healthy executor are no breach.
func TestDefectsAreTheOnlyDifference(t *testing.T) {
	u := ordinary(t, respoilt(func(*executor.Config) {}))
	for _, d := range defects {
		t.Run(d.name, func(t *testing.T) {
			s, err := scenarios.Lookup(d.scenario)
			require.NoError(t, err)
			got := u.status(t, s, d.clause)
			require.Equal(t, scenarios.Pass, got.Status, "%s", text(s, got))
		})
	}
}

// An executor that always returns nothing fails, wherever there are agents.
func TestReturnsNothing(t *testing.T) {
	for _, err := range []error{nil, errors.New("always this error")} {
		spec := spoilt(func(executor.Config, *executor.Reference) executorFunc {
			return func(context.Context, string, []*executor.Agent) (map[string]*executor.AgentResponse, error) {
				return nil, err
			}
		})
		name := "no error"
		if err != nil {
			name = "always an error"
		}
		t.Run(name, func(t *testing.T) {
			u := ordinary(t, spec)
			for _, s := range scenarios.Catalogue() {
				if s.OnWire() || !slices.Contains(s.Clauses, executor.PartialSuccess) {
					continue // not run here, or only about what is left
				}
				t.Run(s.Name, func(t *testing.T) {
					cell, runErr := u.run(t, s)
					require.NoError(t, runErr)
					require.Equal(t, scenarios.Fail, cell.Verdict.Status(), "%+v", cell.Verdict)
				})
			}
		})
	}
}

// Virtual time stands still behind a mutex; the cell is then run on the
// machine's clock. In a child, since the bubble can never be left.
func TestStalls(t *testing.T) {
	s, err := scenarios.Lookup("normal")
	require.NoError(t, err)
	u := ordinary(t, spoilt(func(executor.Config, *executor.Reference) executorFunc {
		var mu sync.Mutex
		return func(context.Context, string, []*executor.Agent) (map[string]*executor.AgentResponse, error) {
			mu.Lock()
			mu.Lock()
			return nil, nil
		}
	}))
	got := u.status(t, s, executor.ReturnsInTime)
	require.Equal(t, scenarios.Fail, got.Status, "%s", text(s, got))
	require.Contains(t, got.Got, "still waiting")
}

// Stalls in the test's own process count as those of a child do: each costs some
// seconds, so that after the second one virtual time is no longer tried. Here
// they can be ended, so that no bubble stays behind.
func TestStallsInProcess(t *testing.T) {
	s, err := scenarios.Lookup("normal")
	require.NoError(t, err)
	before := goleak.IgnoreCurrent()
	gate := make(chan struct{}) // of no bubble, so that who waits for it holds virtual time up
	t.Cleanup(func() {
		close(gate)
		goleak.VerifyNone(t, before)
	})
	var tried atomic.Int64
	u := ordinary(t, spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
		return func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
			if onVirtualTime() {
				tried.Add(1)
				<-gate
			}
			return ref.ExecuteParallel(ctx, input, agents)
		}
	}))
	u.opts.inProcess = true
	for range maxStalls + 2 {
		got := u.status(t, s, executor.LosesNothing)
		require.Equal(t, scenarios.Pass, got.Status, "%s", text(s, got))
	}
	require.EqualValues(t, maxStalls, tried.Load())
}

// onVirtualTime says that the caller is in a bubble, where the year 2000 begins.
func onVirtualTime() bool { return time.Now().Year() == 2000 }

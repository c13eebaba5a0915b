//go:build !race

// The race detector allocates too.

package executor

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// perCall is what a call allocates besides the map of its results, however many
// agents it has: the call, its slots, its context with the timer and its stop
// functions, and the func value of its goroutines. Besides these the runtime
// allocates for goroutines: at most one allocation each, and none where it uses
// an ended goroutine again.
const perCall = 7

func TestAllocationsOfACall(t *testing.T) {
	for _, policy := range []Policy{BestEffort, FailFast, CollectErrors} {
		for _, n := range []int{1, 5, 16, 17, 100, 1000} {
			t.Run(fmt.Sprintf("%s/%d", policy, n), func(t *testing.T) {
				agents, answers := make([]*Agent, n), make(map[string]*AgentResponse, n)
				for i := range agents {
					agents[i] = &Agent{ID: strconv.Itoa(i)}
					answers[agents[i].ID] = &AgentResponse{}
				}
				r, err := New(Config{Policy: policy, Runner: runnerFunc(func(_ context.Context, a *Agent, _ string, _ []Message) (*AgentResponse, error) {
					return answers[a.ID], nil
				})})
				require.NoError(t, err)
				ctx := context.Background()
				got := testing.AllocsPerRun(50, func() {
					if m, err := r.ExecuteParallel(ctx, "q", agents); err != nil || len(m) != n {
						t.Errorf("got %d results and error %v, want %d and none", len(m), err, n)
					}
				})
				got -= allocsOfMap(agents)
				if n <= 100 {
					require.EqualValues(t, perCall, got, "beside the map's")
					return
				}
				// With so many goroutines the runtime sometimes has no ended one to use again.
				require.GreaterOrEqual(t, got, float64(perCall))
				require.Less(t, got, float64(perCall+n), "beside the map's")
			})
		}
	}
}

// allocsOfMap is how much the map of a call's results allocates by itself.
func allocsOfMap(agents []*Agent) float64 {
	var keep map[string]*AgentResponse
	response := &AgentResponse{}
	allocs := testing.AllocsPerRun(50, func() {
		keep = make(map[string]*AgentResponse, len(agents))
		for _, a := range agents {
			keep[a.ID] = response
		}
	})
	if len(keep) != len(agents) {
		panic("a map with entries missing")
	}
	return allocs
}

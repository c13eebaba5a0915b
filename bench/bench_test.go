package bench

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/executor"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// instant answers at once, with a response made beforehand: what is measured
// is the executor.
type instant map[string]*executor.AgentResponse

func (i instant) ExecuteAgent(_ context.Context, a *executor.Agent, _ string, _ []executor.Message) (*executor.AgentResponse, error) {
	return i[a.ID], nil
}

func crew(n int) ([]*executor.Agent, instant) {
	agents, answers := make([]*executor.Agent, n), make(instant, n)
	for i := range agents {
		id := strconv.Itoa(i)
		agents[i] = &executor.Agent{ID: id}
		answers[id] = &executor.AgentResponse{AgentID: id}
	}
	return agents, answers
}

var sizes = []int{5, 100, 10_000}

// BenchmarkFloor is the least that a goroutine an agent can cost.
func BenchmarkFloor(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprintf("agents=%d", n), func(b *testing.B) {
			agents, runner := crew(n)
			b.ReportAllocs()
			for b.Loop() {
				out := make([]*executor.AgentResponse, n)
				var wg sync.WaitGroup
				for i, a := range agents {
					wg.Go(func() { out[i], _ = runner.ExecuteAgent(context.Background(), a, "q", nil) })
				}
				wg.Wait()
			}
		})
	}
}

// BenchmarkExecutors runs the registry on agents that answer at once.
func BenchmarkExecutors(b *testing.B) {
	for _, spec := range executor.Registry() {
		for _, n := range sizes {
			b.Run(fmt.Sprintf("executor=%s/agents=%d", spec.Name, n), func(b *testing.B) {
				agents, runner := crew(n)
				e, err := spec.New(executor.Config{Runner: runner})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				for b.Loop() {
					got, err := e.ExecuteParallel(context.Background(), "q", agents)
					if err != nil || len(got) != n {
						b.Fatalf("got %d results and error %v, want %d and none", len(got), err, n)
					}
				}
			})
		}
	}
}

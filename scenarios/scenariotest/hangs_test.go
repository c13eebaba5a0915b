package scenariotest

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

type results = map[string]*executor.AgentResponse

// hangs are executors that hang, and the scenarios after which they do.
var hangs = []struct {
	name      string
	scenarios []string // the last one hangs
	want      []string
	spec      func() executor.Spec
}{
	{"New waits for a mutex", []string{"normal"}, []string{"New", "hangs_test.go:"}, func() executor.Spec {
		return executor.Spec{Name: "hangs", New: func(executor.Config) (executor.ParallelExecutor, error) {
			twice()
			return nil, nil
		}}
	}},
	{"New polls", []string{"normal"}, []string{"New", "hangs_test.go:"}, func() executor.Spec {
		return executor.Spec{Name: "hangs", New: func(executor.Config) (executor.ParallelExecutor, error) {
			for {
				time.Sleep(time.Millisecond)
			}
		}}
	}},
	{"New spins", []string{"normal"}, []string{"New", "hangs_test.go:"}, func() executor.Spec {
		return executor.Spec{Name: "hangs", New: func(executor.Config) (executor.ParallelExecutor, error) {
			//lint:ignore SA5002 it is the hang that is to be found
			for {
			}
		}}
	}},
	{"a call waits for a mutex", []string{"normal"}, []string{"still waiting", "hangs_test.go:"}, func() executor.Spec {
		return using(twice)
	}},
	{"every of many calls waits for a mutex", []string{"sequential-reuse"}, []string{"still waiting", "hangs_test.go:"}, func() executor.Spec {
		return using(twice)
	}},
	{"every of thousands of calls waits", []string{"retention"}, []string{"still waiting", "hangs_test.go:"}, func() executor.Spec {
		return using(func() { select {} })
	}},
	{"calls spin", []string{"sequential-reuse"}, []string{"still waiting", "hangs_test.go:"}, func() executor.Spec {
		return using(func() {
			//lint:ignore SA5002 it is the hang that is to be found
			for {
			}
		})
	}},
	{"a mutex stays locked after an earlier scenario", []string{"partial-success", "normal"}, []string{"still waiting", "after partial-success"}, func() executor.Spec {
		var mu sync.Mutex
		return spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
			return func(ctx context.Context, input string, agents []*executor.Agent) (results, error) {
				mu.Lock()
				m, err := ref.ExecuteParallel(ctx, input, agents)
				if len(m) == len(agents) {
					mu.Unlock()
				}
				return m, err
			}
		})
	}},
	{"a semaphore loses a place for each failure", []string{"partial-success", "one-fails", "normal"}, []string{"still waiting", "after partial-success, one-fails"}, func() executor.Spec {
		free := make(chan struct{}, 2)
		return spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
			return func(ctx context.Context, input string, agents []*executor.Agent) (results, error) {
				free <- struct{}{}
				m, err := ref.ExecuteParallel(ctx, input, agents)
				if len(m) == len(agents) {
					<-free
				}
				return m, err
			}
		})
	}},
	{"New waits for what an earlier scenario holds", []string{"partial-success", "normal"}, []string{"New", "after partial-success"}, func() executor.Spec {
		var mu sync.Mutex
		return spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
			mu.Lock()
			defer mu.Unlock()
			return func(ctx context.Context, input string, agents []*executor.Agent) (results, error) {
				m, err := ref.ExecuteParallel(ctx, input, agents)
				if len(m) < len(agents) {
					mu.Lock()
				}
				return m, err
			}
		})
	}},
	{"the context's Err waits after the call", []string{"retention"}, []string{"still waiting", "hangs_test.go:"}, func() executor.Spec {
		return spoilt(func(c executor.Config, _ *executor.Reference) executorFunc {
			return func(ctx context.Context, input string, agents []*executor.Agent) (results, error) {
				_, _ = c.Runner.ExecuteAgent(waitingContext{ctx}, agents[0], input, nil)
				return nil, nil
			}
		})
	}},
}

// twice locks a mutex for the second time.
func twice() {
	var mu sync.Mutex
	mu.Lock()
	mu.Lock()
}

// waitingContext is a context in which Err never returns.
type waitingContext struct{ context.Context }

func (waitingContext) Err() error {
	twice()
	return nil
}

// A hang is a finding of clause 1 with its stack, and costs seconds.
func TestHangs(t *testing.T) {
	if testing.Short() || testing.CoverMode() != "" {
		t.Skip("each hang takes seconds, and with -cover stays in this process")
	}
	for _, tt := range hangs {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(tt.name, "spin") {
				t.Parallel()
			}
			u := ordinary(t, tt.spec())
			var cell scenarios.Cell
			for _, name := range tt.scenarios {
				s, err := scenarios.Lookup(name)
				require.NoError(t, err)
				cell, err = u.run(t, s)
				require.NoError(t, err)
			}
			got := cell.Verdict.Clauses[slices.IndexFunc(cell.Verdict.Clauses, func(c scenarios.ClauseResult) bool { return c.Clause == executor.ReturnsInTime })]
			require.Equal(t, scenarios.Fail, got.Status, "%+v %v", cell.Verdict, cell.Observation.Warnings)
			told := text(scenarios.Scenario{}, got) + scene(cell) + strings.Join(cell.Observation.Warnings, "\n")
			for _, want := range tt.want {
				require.Contains(t, told, want)
			}
		})
	}
}

// In the test's own process a hang is a finding too, and its goroutines stay.
func TestHangsInProcess(t *testing.T) {
	if testing.Short() {
		t.Skip("a hang takes seconds")
	}
	before := goleak.IgnoreCurrent()
	gate := make(chan struct{})
	t.Cleanup(func() {
		close(gate)
		goleak.VerifyNone(t, before)
	})
	s, err := scenarios.Lookup("normal")
	require.NoError(t, err)
	u := ordinary(t, executor.Spec{Name: "hangs", New: func(c executor.Config) (executor.ParallelExecutor, error) {
		<-gate
		return executor.New(c)
	}})
	u.opts.inProcess = true
	got := u.status(t, s, executor.ReturnsInTime)
	require.Equal(t, scenarios.Fail, got.Status, "%s", text(s, got))
}

// A constructor that ends its goroutine, as t.FailNow does, is no hang.
func TestConstructorExits(t *testing.T) {
	s, err := scenarios.Lookup("busy")
	require.NoError(t, err)
	u := ordinary(t, executor.Spec{Name: "exits", New: func(executor.Config) (executor.ParallelExecutor, error) {
		runtime.Goexit()
		return nil, nil
	}})
	_, err = u.run(t, s)
	require.ErrorContains(t, err, "the executor's constructor ended its goroutine")
}

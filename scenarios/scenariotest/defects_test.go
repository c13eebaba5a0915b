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

// executorFunc is a ParallelExecutor made of a function.
type executorFunc func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error)

func (f executorFunc) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	return f(ctx, input, agents)
}

// spoilt is the reference with one defect: change gets its call to do as it likes.
func spoilt(change func(c executor.Config, ref *executor.Reference) executorFunc) executor.Spec {
	return executor.Spec{Name: "spoilt", New: func(c executor.Config) (executor.ParallelExecutor, error) {
		ref, err := executor.New(c)
		return change(c, ref), err
	}}
}

// respoilt is the reference built with another configuration than it was given.
func respoilt(change func(*executor.Config)) executor.Spec {
	return executor.Spec{Name: "spoilt", New: func(c executor.Config) (executor.ParallelExecutor, error) {
		change(&c)
		return executor.New(c)
	}}
}

// runnerFunc is a Runner made of a function.
type runnerFunc func(ctx context.Context, agent *executor.Agent, input string, history []executor.Message) (*executor.AgentResponse, error)

func (f runnerFunc) ExecuteAgent(ctx context.Context, agent *executor.Agent, input string, history []executor.Message) (*executor.AgentResponse, error) {
	return f(ctx, agent, input, history)
}

// defects are planted, one for each clause at least; each must be caught by
// the clause that it is a breach of.
var defects = []struct {
	name     string
	scenario string
	clause   executor.Clause
	spec     executor.Spec
}{
	{"waits twice as long", "hang-honouring", executor.ReturnsInTime, respoilt(func(c *executor.Config) {
		c.AgentTimeout *= 2
	})},
	{"gives no grace", "late-in-grace", executor.LosesNothing, respoilt(func(c *executor.Config) {
		c.Grace = time.Millisecond
	})},
	{"drops a result", "normal", executor.LosesNothing, spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
		return func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
			m, err := ref.ExecuteParallel(ctx, input, agents)
			delete(m, "b")
			return m, err
		}
	})},
	{"cuts a response", "normal", executor.LosesNothing, spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
		return func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
			m, err := ref.ExecuteParallel(ctx, input, agents)
			m["b"] = &executor.AgentResponse{AgentID: "b", Content: m["b"].Content[:5]}
			return m, err
		}
	})},
	{"writes late", "normal", executor.LosesNothing, spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
		return func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
			m, err := ref.ExecuteParallel(ctx, input, agents)
			go func() {
				time.Sleep(20 * time.Millisecond)
				m["late"] = &executor.AgentResponse{AgentID: "late"}
			}()
			return m, err
		}
	})},
	{"returns at the first result", "normal", executor.LosesNothing, spoilt(func(c executor.Config, _ *executor.Reference) executorFunc {
		return func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			first := make(chan *executor.AgentResponse, len(agents))
			for _, a := range agents {
				go func() {
					if r, err := c.Runner.ExecuteAgent(ctx, a, input, c.History); err == nil {
						first <- r
					}
				}()
			}
			r := <-first
			return map[string]*executor.AgentResponse{r.AgentID: r}, nil
		}
	})},
	{"returns an error beside results", "partial-success", executor.PartialSuccess, respoilt(func(c *executor.Config) {
		c.Policy = executor.CollectErrors
	})},
	{"forgets the errors", "all-fail", executor.PartialSuccess, spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
		return func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
			m, err := ref.ExecuteParallel(ctx, input, agents)
			if err != nil {
				err = errors.New(err.Error())
			}
			return m, err
		}
	})},
	{"ignores fail-fast", "fail-fast", executor.PartialSuccess, respoilt(func(c *executor.Config) {
		c.Policy = executor.BestEffort
	})},
	{"does not cancel", "late-after-return", executor.Cancels, spoilt(func(c executor.Config, _ *executor.Reference) executorFunc {
		c.Runner = uncancelled(c.Runner)
		ref, _ := executor.New(c)
		return ref.ExecuteParallel
	})},
	{"starts after the cancellation", "cancel-before", executor.Cancels, spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
		return func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
			return ref.ExecuteParallel(context.WithoutCancel(ctx), input, agents)
		}
	})},
	{"leaks a goroutine", "normal", executor.LeavesNothing, spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
		return func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
			go leaked()
			return ref.ExecuteParallel(ctx, input, agents)
		}
	})},
	{"does not bound what is stuck", "stuck-agent", executor.BoundsStuck, respoilt(func(c *executor.Config) {
		c.MaxStuck = 1000
	})},
	{"shuts out for ever", "recovery", executor.BoundsStuck, respoilt(func(c *executor.Config) {
		c.MaxStuck, c.Backoff = 1, time.Hour
		c.Runner = neverBack(c.Runner)
	})},
	{"ignores the limit", "limit", executor.RespectsLimit, respoilt(func(c *executor.Config) {
		c.Limit = 0
	})},
	{"time runs in the queue", "limit-queue", executor.RespectsLimit, spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
		return func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
			ctx, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
			defer cancel()
			return ref.ExecuteParallel(ctx, input, agents)
		}
	})},
	{"gives a tool too much time", "tool-hang", executor.RunsTools, respoilt(func(c *executor.Config) {
		c.ToolTimeout *= 2
	})},
	{"drops tool results", "tool-fail", executor.RunsTools, spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
		return func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
			m, err := ref.ExecuteParallel(ctx, input, agents)
			m["a"].ToolResults = m["a"].ToolResults[:1]
			return m, err
		}
	})},
	{"renames an agent", "normal", executor.TouchesNoInput, spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
		return func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
			m, err := ref.ExecuteParallel(ctx, input, agents)
			agents[0].Name += " (done)"
			return m, err
		}
	})},
	{"appends to the agents", "normal", executor.TouchesNoInput, spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
		return func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
			m, err := ref.ExecuteParallel(ctx, input, agents)
			_ = append(agents, &executor.Agent{ID: "judge"})
			return m, err
		}
	})},
	{"panics in the caller", "normal", executor.PartialSuccess, spoilt(func(executor.Config, *executor.Reference) executorFunc {
		return func(context.Context, string, []*executor.Agent) (map[string]*executor.AgentResponse, error) {
			panic("not implemented")
		}
	})},
	{"loses siblings beside a panic", "panic", executor.Survives, spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
		return func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
			m, err := ref.ExecuteParallel(ctx, input, agents)
			if len(m) < len(agents) {
				clear(m)
			}
			return m, err
		}
	})},
}

// leaked is the goroutine of a planted leak. It stays in its bubble for good.
func leaked() { time.Sleep(time.Minute) }

// uncancelled hands agents a context that never ends.
func uncancelled(next executor.Runner) executor.Runner {
	return runnerFunc(func(ctx context.Context, agent *executor.Agent, input string, history []executor.Message) (*executor.AgentResponse, error) {
		return next.ExecuteAgent(context.WithoutCancel(ctx), agent, input, history)
	})
}

// neverBack fails all calls of agent a after its first.
func neverBack(next executor.Runner) executor.Runner {
	var mu sync.Mutex
	calls := 0
	return runnerFunc(func(ctx context.Context, agent *executor.Agent, input string, history []executor.Message) (*executor.AgentResponse, error) {
		mu.Lock()
		if agent.ID == "a" {
			calls++
		}
		shut := agent.ID == "a" && calls > 1
		mu.Unlock()
		if shut {
			return nil, executor.ErrAgentStuck
		}
		return next.ExecuteAgent(ctx, agent, input, history)
	})
}

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
	for _, err := range []error{nil, errors.New("not implemented")} {
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
	for range stalls + 2 {
		got := u.status(t, s, executor.LosesNothing)
		require.Equal(t, scenarios.Pass, got.Status, "%s", text(s, got))
	}
	require.EqualValues(t, stalls, tried.Load())
}

// onVirtualTime says that the caller is in a bubble, where the year 2000 begins.
func onVirtualTime() bool { return time.Now().Year() == 2000 }

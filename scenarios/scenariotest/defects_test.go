package scenariotest

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
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
			panic("planted")
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

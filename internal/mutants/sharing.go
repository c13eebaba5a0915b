package mutants

import (
	"context"
	"maps"
	"strings"
	"sync"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// sharing are mutants in which calls share work or results with other calls.
var sharing = []Mutant{
	{
		Name:   "one-flight-per-input",
		Defect: "lets equal calls at the same time share one run, which ends when the first caller cancels",
		Seen:   "https://github.com/authzed/spicedb/pull/925",
		Caught: Catch{"one-caller-cancels", executor.PartialSuccess},
		Related: loses.with(misreports).with(hangs).with(Related{
			executor.PassesContext: "the agents have the first caller's context",
			executor.Cancels:       "the agents have the first caller's context",
		}),
		New: func(c executor.Config) (executor.ParallelExecutor, error) {
			shared := flights[map[string]*executor.AgentResponse]{}
			return wrapped(c, func(ref *executor.Reference, ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
				results, err := shared.do(ctx, callKey(input, agents), func() (map[string]*executor.AgentResponse, error) {
					return ref.ExecuteParallel(ctx, input, agents)
				})
				return maps.Clone(results), err
			})
		},
	},
	{
		Name:   "one-flight-per-agent",
		Defect: "makes one request for an agent that several calls ask the same at the same time, with the context of the first of them",
		Seen:   "https://github.com/tailscale/tailscale/issues/18919",
		Caught: Catch{"one-caller-cancels", executor.PartialSuccess},
		Related: loses.with(misreports).with(Related{
			executor.PassesContext: "the agent has the first caller's context",
			executor.Cancels:       "the agent has the first caller's context",
		}),
		New: parts(func(executor.Config) fanout.Parts {
			shared := &flights[*executor.AgentResponse]{}
			return fanout.Parts{CallAgent: func(ctx context.Context, c executor.Config, a *executor.Agent, input string) (*executor.AgentResponse, error) {
				return shared.do(ctx, callKey(input, []*executor.Agent{a}), func() (*executor.AgentResponse, error) {
					return fanout.CallAgent(ctx, c, a, input)
				})
			}}
		}),
	},
	{
		Name:    "failure-remembered",
		Defect:  "keeps the error of an agent in a cache, also one that only the end of the caller's context caused",
		Seen:    "https://github.com/grafana/mimir-prometheus/pull/546",
		Caught:  Catch{"one-caller-cancels", executor.LosesNothing},
		Related: loses.with(misreports).with(Related{executor.LeavesNothing: "the cache grows"}),
		New: parts(func(executor.Config) fanout.Parts {
			var failures sync.Map
			return fanout.Parts{CallAgent: func(ctx context.Context, c executor.Config, a *executor.Agent, input string) (*executor.AgentResponse, error) {
				key := callKey(input, []*executor.Agent{a})
				if err, ok := failures.Load(key); ok {
					return nil, err.(error)
				}
				r, err := fanout.CallAgent(ctx, c, a, input)
				if err != nil {
					failures.Store(key, err)
				}
				return r, err
			}}
		}),
	},
	{
		Name:   "results-of-all-calls",
		Defect: "keeps the responses of all calls in one map by agent ID, so that a call may return the response of a call beside it",
		Caught: Catch{"concurrent", executor.LosesNothing},
		Related: Related{
			executor.LeavesNothing: "the responses are kept",
			executor.RunsTools:     "the tools' results are those of another call",
		},
		New: parts(func(executor.Config) fanout.Parts {
			var responses sync.Map
			return fanout.Parts{
				Record: func(c *fanout.Call, i int, a fanout.Answer) {
					fanout.Record(c, i, a)
					if a.Err == nil {
						responses.Store(c.Agents[i].ID, a.Response)
					}
				},
				Conclude: func(c *fanout.Call) (map[string]*executor.AgentResponse, error) {
					results, err := fanout.Conclude(c)
					for id := range results {
						r, _ := responses.Load(id)
						results[id] = r.(*executor.AgentResponse)
					}
					return results, err
				},
			}
		}),
	},
}

// callKey is the same for calls with the same input to the same agents.
func callKey(input string, agents []*executor.Agent) string {
	var key strings.Builder
	key.WriteString(input)
	for _, a := range agents {
		key.WriteByte(0)
		if a != nil {
			key.WriteString(a.ID)
		}
	}
	return key.String()
}

// flights are functions under way, by key.
type flights[T any] struct {
	mu    sync.Mutex
	byKey map[string]*flight[T]
}

// flight is the result of a function. It may be read when landed is closed.
type flight[T any] struct {
	landed chan struct{}
	value  T
	err    error
}

// do calls work, or waits for a call of work with the same key that is under way.
func (f *flights[T]) do(ctx context.Context, key string, work func() (T, error)) (T, error) {
	f.mu.Lock()
	one, found := f.byKey[key]
	if !found {
		one = &flight[T]{landed: make(chan struct{}), err: executor.ErrGoexit}
		if f.byKey == nil {
			f.byKey = map[string]*flight[T]{}
		}
		f.byKey[key] = one
	}
	f.mu.Unlock()
	if !found {
		defer f.land(key, one)
		one.value, one.err = work()
		return one.value, one.err
	}
	select {
	case <-one.landed:
		return one.value, one.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

func (f *flights[T]) land(key string, one *flight[T]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.byKey, key)
	close(one.landed)
}

package mutants

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// longest is the longest answer in bytes that some of these mutants expect.
const longest = 64 << 10

// optionalFields are mutants that need a field which may be zero, or that expect
// answers to be short or quick.
var optionalFields = []Mutant{
	{
		Name:   "keyed-by-name",
		Defect: "keeps the answers by the agents' names, so that agents without a name share one answer",
		Caught: Catch{"bare", executor.LosesNothing},
		New: concluding(func(c *fanout.Call, results map[string]*executor.AgentResponse, err error) (map[string]*executor.AgentResponse, error) {
			byName := map[string]*executor.AgentResponse{}
			for i, a := range c.Answers {
				if a.Err == nil {
					byName[c.Agents[i].Name] = a.Response
				}
			}
			for i, a := range c.Answers {
				if a.Err == nil && results != nil {
					results[c.Agents[i].ID] = byName[c.Agents[i].Name]
				}
			}
			return results, err
		}),
	},
	{
		Name:   "empty-content-refused",
		Defect: "takes a response with empty content for no response",
		Caught: Catch{"bare", executor.LosesNothing}, Related: loses.with(misreports),
		New: refusing(func(r *executor.AgentResponse) error {
			if r.Content == "" {
				return executor.ErrNilResponse
			}
			return nil
		}),
	},
	{
		Name:   "unsigned-response-refused",
		Defect: "refuses a response that does not name its agent in AgentName",
		Caught: Catch{"bare", executor.LosesNothing}, Related: loses.with(misreports),
		New: refusing(func(r *executor.AgentResponse) error {
			if r.AgentName == "" {
				return errors.New("response of an unknown agent")
			}
			return nil
		}),
	},
	{
		Name:   "last-message-read",
		Defect: "reads the last message of the history, which may have none",
		Caught: Catch{"bare", executor.LosesNothing}, Related: loses.with(misreports),
		New: part(fanout.Parts{CallAgent: func(ctx context.Context, c executor.Config, a *executor.Agent, input string) (*executor.AgentResponse, error) {
			if c.History[len(c.History)-1].Content == input {
				c.History = c.History[:len(c.History)-1] // a retry: do not send the question twice
			}
			return fanout.CallAgent(ctx, c, a, input)
		}}),
	},
	{
		Name:   "tool-timeout-without-default",
		Defect: "uses the ToolTimeout of the configuration without its default, so that zero means no time at all",
		Caught: Catch{"bare", executor.RunsTools}, Related: loses,
		New: func(c executor.Config) (executor.ParallelExecutor, error) {
			return fanout.New(c, fanout.Parts{ToolContext: func(ctx context.Context, _ time.Duration) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, c.ToolTimeout)
			}})
		},
	},
	{
		Name:   "grace-without-default",
		Defect: "uses the Grace of the configuration without its default, so that zero means none",
		Caught: Catch{"default-grace", executor.LosesNothing}, Related: loses.with(misreports),
		New: func(c executor.Config) (executor.ParallelExecutor, error) {
			return fanout.New(c, fanout.Parts{Watch: func(ctx context.Context, _ time.Duration, work fanout.Work) (fanout.Answer, bool) {
				return fanout.Watch(ctx, c.Grace, work)
			}})
		},
	},
	{
		Name:   "long-answer-cut",
		Defect: "cuts the answers to 64 KiB if an agent failed, because it then copies them into a report",
		Caught: Catch{"long-answers", executor.LosesNothing}, Related: loses,
		New: besideFailure(func(results map[string]*executor.AgentResponse, id string) {
			r := *results[id]
			r.Content = r.Content[:min(len(r.Content), longest)]
			results[id] = &r
		}),
	},
	{
		Name:   "long-answer-dropped",
		Defect: "drops the answers over 64 KiB if an agent failed, because its scanner cannot read them back",
		Seen:   "https://github.com/tmc/grpc-websocket-proxy/issues/18",
		Caught: Catch{"long-answers", executor.LosesNothing}, Related: loses,
		New: besideFailure(func(results map[string]*executor.AgentResponse, id string) {
			if len(results[id].Content) > longest {
				delete(results, id)
			}
		}),
	},
	{
		Name:   "grace-after-failure",
		Defect: "gives the other agents only Grace once an agent has failed, under every policy",
		Caught: Catch{"one-fails", executor.PartialSuccess}, Related: loses.with(misreports),
		New: part(fanout.Parts{
			CallContext: func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc) {
				own, cancel := fanout.CallContext(ctx, c, agents)
				late := &postponed{after: c.Grace, cancel: cancel}
				return own, func(cause error) {
					if cause != nil && c.Policy != executor.FailFast {
						late.start(cause)
						return
					}
					late.stop()
					cancel(cause)
				}
			},
			Record: func(c *fanout.Call, i int, a fanout.Answer) {
				fanout.Record(c, i, a)
				if a.Err != nil {
					c.Cancel(a.Err)
				}
			},
		}),
	},
}

// refusing is the plain executor with a further check of the responses.
func refusing(check func(*executor.AgentResponse) error) func(executor.Config) (executor.ParallelExecutor, error) {
	return part(fanout.Parts{CallAgent: func(ctx context.Context, c executor.Config, a *executor.Agent, input string) (*executor.AgentResponse, error) {
		r, err := fanout.CallAgent(ctx, c, a, input)
		if err != nil {
			return r, err
		}
		if err := check(r); err != nil {
			return nil, fmt.Errorf("response: %w", err)
		}
		return r, nil
	}})
}

// besideFailure is the plain executor, with each result changed by change if an agent
// failed.
func besideFailure(change func(results map[string]*executor.AgentResponse, id string)) func(executor.Config) (executor.ParallelExecutor, error) {
	return concluding(func(c *fanout.Call, results map[string]*executor.AgentResponse, err error) (map[string]*executor.AgentResponse, error) {
		for id := range results {
			if len(c.Failures) > 0 {
				change(results, id)
			}
		}
		return results, err
	})
}

// postponed cancels a context some time after the first start.
type postponed struct {
	after  time.Duration
	cancel context.CancelCauseFunc

	mu    sync.Mutex
	timer *time.Timer
}

func (p *postponed) start(cause error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer == nil {
		p.timer = time.AfterFunc(p.after, func() { p.cancel(cause) })
	}
}

func (p *postponed) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
	}
}

// Package fanout is a plain executor that keeps the contract, made of parts. Each
// part is a function that can be replaced: a mutant replaces one by a part with a
// defect, and an innocent replaces one by a part that uses another library, such
// as a worker pool.
//
// The executor is written for readers, not for speed: each agent has two
// goroutines, a mutex and a context. It keeps the whole contract, except that it
// ignores MaxStuckTotal and MaxInFlight. Users want executor.New.
package fanout

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// plain is the executor.
type plain struct {
	config   executor.Config
	parts    Parts
	breakers breakers
}

// New makes an executor of parts. The error is that of Config.WithDefaults.
func New(c executor.Config, p Parts) (executor.ParallelExecutor, error) {
	c, err := c.WithDefaults()
	if err != nil {
		return nil, err
	}
	// Clipped, so that a Runner's append does not write into shared memory.
	c.History = slices.Clip(slices.Clone(c.History))
	p = p.whole()
	return &plain{config: c, parts: p, breakers: breakers{config: c, parts: p, byKey: map[key]*Breaker{}}}, nil
}

// ExecuteParallel implements executor.ParallelExecutor.
func (p *plain) ExecuteParallel(parent context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	ctx, cancel := p.parts.CallContext(parent, p.config, len(agents))
	defer cancel(nil)
	c := &Call{
		Config: p.config, Agents: slices.Clone(agents), Caller: parent, Context: ctx, Cancel: cancel,
		Answers: make([]Answer, len(agents)), Out: map[string]*executor.AgentResponse{},
	}
	var valid []int
	for i := range agents {
		if err := p.parts.Validate(agents, i); err != nil {
			p.parts.Record(c, i, Answer{Err: err})
		} else {
			valid = append(valid, i)
		}
	}
	p.parts.RunAll(ctx, len(valid), p.config.Limit, func(k int) error {
		a := p.one(ctx, c, valid[k], input)
		p.parts.Record(c, valid[k], a)
		return a.Err
	})
	c.Ended = ended(parent, ctx)
	return p.parts.Conclude(c)
}

// one runs agent i and returns its answer, or gives up on it.
func (p *plain) one(ctx context.Context, c *Call, i int, input string) Answer {
	if err := p.parts.MayStart(ctx); err != nil {
		return Answer{Err: fmt.Errorf("%w: %w", executor.ErrNotStarted, err)}
	}
	ctx, stop := p.parts.AgentContext(ctx, p.config.AgentTimeout)
	defer stop()
	agent, grace := c.Agents[i], p.config.Grace
	b := bounds{
		key: key{agent: agent.ID}, stuckAt: time.Now().Add(p.config.AgentTimeout + grace), grace: grace,
		watch: p.parts.Watch, guard: p.parts.Guard, late: func(a Answer) { p.parts.Late(c, i, a) },
	}
	return p.bounded(ctx, b, func() (*executor.AgentResponse, error) {
		r, err := p.parts.CallAgent(ctx, p.config, agent, input)
		if err != nil || r == nil || len(r.ToolCalls) == 0 {
			return r, err
		}
		return p.parts.Tools(ctx, r, func(ctx context.Context, tool executor.ToolCall) executor.ToolResult {
			return p.tool(ctx, agent, tool)
		})
	})
}

// tool makes one tool call. It waits for half of Grace; the other half is for the
// agent to return its response.
func (p *plain) tool(ctx context.Context, agent *executor.Agent, call executor.ToolCall) executor.ToolResult {
	result := executor.ToolResult{CallID: call.ID, Name: call.Name}
	i := slices.IndexFunc(agent.Tools, func(t executor.Tool) bool { return t.Name == call.Name })
	if i < 0 {
		result.Err = fmt.Errorf("%w: %q", executor.ErrUnknownTool, call.Name)
		return result
	}
	ctx, stop := p.parts.ToolContext(ctx, p.config.ToolTimeout)
	defer stop()
	grace := p.config.Grace / 2
	b := bounds{
		key: key{agent: agent.ID, tool: call.Name}, stuckAt: time.Now().Add(p.config.ToolTimeout + grace), grace: grace,
		watch: p.parts.WatchTool, guard: p.parts.GuardTool, late: func(Answer) {},
	}
	a := p.bounded(ctx, b, func() (*executor.AgentResponse, error) {
		content, err := agent.Tools[i].Handler(ctx, call.Args)
		return &executor.AgentResponse{Content: content}, err
	})
	if result.Err = a.Err; a.Err == nil {
		result.Content = a.Response.Content
	}
	return result
}

// bounds are the limits of one call of an agent or a tool.
type bounds struct {
	key     key
	stuckAt time.Time
	grace   time.Duration
	watch   Watcher
	guard   Guarder
	late    func(Answer)
}

// bounded runs work if the breaker admits it, and tells the breaker how it ended.
func (p *plain) bounded(ctx context.Context, b bounds, work func() (*executor.AgentResponse, error)) Answer {
	run := &run{key: b.key, stuckAt: b.stuckAt}
	if err := p.breakers.admit(run); err != nil {
		return Answer{Err: err}
	}
	answer, ok := b.watch(ctx, b.grace, func(done func(Answer)) {
		b.guard(work, func(a Answer) {
			if p.breakers.returned(run) {
				b.late(a)
			}
			done(a)
		})
	})
	if !ok {
		p.breakers.abandon(run)
		return Answer{Err: fmt.Errorf("%w: %w", executor.ErrAbandoned, ctx.Err())}
	}
	p.breakers.inTime(run, answer.Err)
	return answer
}

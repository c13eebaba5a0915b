// Package fanout is a plain correct executor, taken apart. Each part is a
// function that can be put in its place: a mutant puts in a part with a defect,
// an innocent the part of another foundation, as a worker pool from a library.
//
// The executor is written to be read, not to be fast: two goroutines an agent,
// a mutex and a context each. It keeps the whole contract but for MaxStuckTotal
// and MaxInFlight, which it does not look at. Users want executor.New.
package fanout

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// Parts are what the executor is made of, in the order in which a call passes
// through them. Where a field is nil the correct part is used, which is the
// exported function of that name.
type Parts struct {
	// Check says what makes agents[i] impossible to call.
	Check func(agents []*executor.Agent, i int) error
	// Begin makes the context that the agents of a call share.
	Begin func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc)
	// Spread runs task(0) to task(n-1), at most limit at a time (zero: all), and
	// returns when all have returned. A task ends soon after ctx does; its error
	// is its agent's.
	Spread func(ctx context.Context, n, limit int, task func(i int) error)
	// Start says whether an agent whose turn has come may still be started.
	Start func(ctx context.Context) error
	// Time makes one agent's context.
	Time func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc)
	// Watch does an agent's work on a goroutine of its own and waits for it
	// until grace after the end of ctx; false: it was given up.
	Watch Watcher
	// Guard turns what work does, a panic or a Goexit too, into an answer, and
	// hands it to done, in any case and once.
	Guard Guarder
	// Ask makes the agent's call.
	Ask func(ctx context.Context, c executor.Config, agent *executor.Agent, input string) (*executor.AgentResponse, error)
	// Tools runs the tools that a response asks for, one at a time by run, and
	// returns the response with their results.
	Tools func(ctx context.Context, r *executor.AgentResponse, run ToolRunner) (*executor.AgentResponse, error)
	// ToolTime makes one tool call's context.
	ToolTime func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc)
	// WatchTool and GuardTool are Watch and Guard for a tool.
	WatchTool Watcher
	GuardTool Guarder
	// Book keeps the answer of agent i.
	Book func(c *Call, i int, a Answer)
	// Late is told of the answer of an agent that was given up.
	Late func(c *Call, i int, a Answer)
	// Conclude makes what the caller gets.
	Conclude func(c *Call) (map[string]*executor.AgentResponse, error)
	// Admit says whether something that has stuck calls may be called.
	Admit func(g *Gate, now time.Time, c executor.Config) error
	// Land takes note of a call that came back in time.
	Land func(g *Gate, err error)
}

// Work is a call of an agent or a tool. It hands its answer to done, once, from
// the goroutine that it runs on and however it ends.
type Work func(done func(Answer))

// Watcher does work and waits for its answer; false where it was given up.
type Watcher func(ctx context.Context, grace time.Duration, work Work) (Answer, bool)

// Guarder does work and hands its end to done.
type Guarder func(work func() (*executor.AgentResponse, error), done func(Answer))

// ToolRunner makes one tool call.
type ToolRunner func(context.Context, executor.ToolCall) executor.ToolResult

// Answer is what came of one call: a response or an error.
type Answer struct {
	Response *executor.AgentResponse
	Err      error
}

// Call is one call under way.
type Call struct {
	Config executor.Config
	Agents []*executor.Agent
	// Cancel ends the agents' context.
	Cancel context.CancelCauseFunc
	// Answers has one place for each agent, in input order.
	Answers []Answer
	// Ended is why the call's context was done before its agents; else nil.
	Ended error
	// Out is the map that the caller gets; Conclude fills it.
	Out map[string]*executor.AgentResponse

	// Mu guards Failures, which come in the order of time.
	Mu       sync.Mutex
	Failures []error
}

// plain is the executor.
type plain struct {
	config  executor.Config
	parts   Parts
	breaker breaker
}

// New builds the executor from parts. The error is that of Config.WithDefaults.
func New(c executor.Config, p Parts) (executor.ParallelExecutor, error) {
	c, err := c.WithDefaults()
	if err != nil {
		return nil, err
	}
	// Clipped, so that a Runner's append does not write into shared memory.
	c.History = slices.Clip(slices.Clone(c.History))
	p = p.whole()
	return &plain{config: c, parts: p, breaker: breaker{config: c, admitted: p.Admit, landed: p.Land, gates: map[key]*Gate{}}}, nil
}

// ExecuteParallel implements executor.ParallelExecutor.
func (p *plain) ExecuteParallel(parent context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	ctx, cancel := p.parts.Begin(parent, p.config, len(agents))
	defer cancel(nil)
	c := &Call{
		Config: p.config, Agents: slices.Clone(agents), Cancel: cancel,
		Answers: make([]Answer, len(agents)), Out: map[string]*executor.AgentResponse{},
	}
	var valid []int
	for i := range agents {
		if err := p.parts.Check(agents, i); err != nil {
			p.parts.Book(c, i, Answer{Err: err})
		} else {
			valid = append(valid, i)
		}
	}
	p.parts.Spread(ctx, len(valid), p.config.Limit, func(k int) error {
		a := p.one(ctx, c, valid[k], input)
		p.parts.Book(c, valid[k], a)
		return a.Err
	})
	c.Ended = ended(parent, ctx)
	return p.parts.Conclude(c)
}

// one is agent i from its start to its end, or to its being given up.
func (p *plain) one(ctx context.Context, c *Call, i int, input string) Answer {
	if err := p.parts.Start(ctx); err != nil {
		return Answer{Err: fmt.Errorf("%w: %w", executor.ErrNotStarted, err)}
	}
	ctx, stop := p.parts.Time(ctx, p.config.AgentTimeout)
	defer stop()
	agent, grace := c.Agents[i], p.config.Grace
	l := leash{
		key: key{agent: agent.ID}, stuckAt: time.Now().Add(p.config.AgentTimeout + grace), grace: grace,
		watch: p.parts.Watch, guard: p.parts.Guard, late: func(a Answer) { p.parts.Late(c, i, a) },
	}
	return p.bounded(ctx, l, func() (*executor.AgentResponse, error) {
		r, err := p.parts.Ask(ctx, p.config, agent, input)
		if err != nil || r == nil || len(r.ToolCalls) == 0 {
			return r, err
		}
		return p.parts.Tools(ctx, r, func(ctx context.Context, tool executor.ToolCall) executor.ToolResult {
			return p.tool(ctx, agent, tool)
		})
	})
}

// tool is one tool call. Half of Grace is for it, the other half for the agent
// to hand in its response.
func (p *plain) tool(ctx context.Context, agent *executor.Agent, call executor.ToolCall) executor.ToolResult {
	result := executor.ToolResult{CallID: call.ID, Name: call.Name}
	i := slices.IndexFunc(agent.Tools, func(t executor.Tool) bool { return t.Name == call.Name })
	if i < 0 {
		result.Err = fmt.Errorf("%w: %q", executor.ErrUnknownTool, call.Name)
		return result
	}
	ctx, stop := p.parts.ToolTime(ctx, p.config.ToolTimeout)
	defer stop()
	grace := p.config.Grace / 2
	l := leash{
		key: key{agent: agent.ID, tool: call.Name}, stuckAt: time.Now().Add(p.config.ToolTimeout + grace), grace: grace,
		watch: p.parts.WatchTool, guard: p.parts.GuardTool, late: func(Answer) {},
	}
	a := p.bounded(ctx, l, func() (*executor.AgentResponse, error) {
		content, err := agent.Tools[i].Handler(ctx, call.Args)
		return &executor.AgentResponse{Content: content}, err
	})
	if result.Err = a.Err; a.Err == nil {
		result.Content = a.Response.Content
	}
	return result
}

// leash is how a call of an agent or a tool is held.
type leash struct {
	key     key
	stuckAt time.Time
	grace   time.Duration
	watch   Watcher
	guard   Guarder
	late    func(Answer)
}

// bounded does work where the breaker lets it, and tells the breaker of its end.
func (p *plain) bounded(ctx context.Context, l leash, work func() (*executor.AgentResponse, error)) Answer {
	run := &run{key: l.key, stuckAt: l.stuckAt}
	if err := p.breaker.admit(run); err != nil {
		return Answer{Err: err}
	}
	answer, ok := l.watch(ctx, l.grace, func(done func(Answer)) {
		l.guard(work, func(a Answer) {
			if p.breaker.returned(run) {
				l.late(a)
			}
			done(a)
		})
	})
	if !ok {
		p.breaker.abandon(run)
		return Answer{Err: fmt.Errorf("%w: %w", executor.ErrAbandoned, ctx.Err())}
	}
	p.breaker.land(run, answer.Err)
	return answer
}

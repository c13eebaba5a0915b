package innocents

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// channels is an executor with one loop, which starts agents and receives what they send.
type channels struct{ executor.Config }

func newChannels(c executor.Config) (executor.ParallelExecutor, error) {
	c, err := c.WithDefaults()
	c.History = slices.Clip(slices.Clone(c.History))
	return channels{c}, err
}

// sent is what an agent's goroutine sends when it ends.
type sent struct {
	i        int
	response *executor.AgentResponse
	err      error
}

// channelCall is one ExecuteParallel under way.
type channelCall struct {
	channels
	agents   []*executor.Agent
	results  map[string]*executor.AgentResponse
	failures []error
	running  map[int]time.Time // the start of each agent that runs
	ended    time.Time         // when the call's context was done, or zero
	answers  chan sent
}

// ExecuteParallel implements executor.ParallelExecutor.
func (x channels) ExecuteParallel(parent context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	c := &channelCall{channels: x, agents: slices.Clone(agents), results: map[string]*executor.AgentResponse{},
		running: map[int]time.Time{}, answers: make(chan sent, len(agents))}
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	var queue []int
	for i := range agents {
		if err := fanout.Validate(agents, i); err != nil {
			c.fail(i, err)
		} else {
			queue = append(queue, i)
		}
	}
	places := len(queue)
	if x.Limit > 0 {
		places = min(places, x.Limit)
	}
	if places > 0 {
		waves := (len(queue) + places - 1) / places
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, time.Duration(waves)*x.AgentTimeout)
		defer stop()
	}
	for len(queue) > 0 || len(c.running) > 0 {
		if c.over() {
			cancel()
		}
		for len(queue) > 0 && (len(c.running) < places || ctx.Err() != nil) {
			c.start(ctx, queue[0], input)
			queue = queue[1:]
		}
		c.receive(ctx)
	}
	return c.conclude(ended(parent, ctx))
}

// over says that the call has failed under FailFast.
func (c *channelCall) over() bool { return c.Policy == executor.FailFast && len(c.failures) > 0 }

// start starts agent i, or records why it does not.
func (c *channelCall) start(ctx context.Context, i int, input string) {
	if err := ctx.Err(); err != nil {
		c.fail(i, fmt.Errorf("%w: %w", executor.ErrNotStarted, err))
		return
	}
	c.running[i] = time.Now()
	go func() {
		s := sent{i: i, err: executor.ErrGoexit}
		defer func() {
			if v := recover(); v != nil {
				s.err = &executor.PanicError{Value: v, Stack: debug.Stack()}
			}
			c.answers <- s
		}()
		ctx, stop := context.WithTimeout(ctx, c.AgentTimeout)
		defer stop()
		s.response, s.err = c.callAgent(ctx, c.agents[i], input)
	}()
}

// callAgent calls the agent and then its tools.
func (c *channelCall) callAgent(ctx context.Context, agent *executor.Agent, input string) (*executor.AgentResponse, error) {
	r, err := fanout.CallAgent(ctx, c.Config, agent, input)
	if err != nil || len(r.ToolCalls) == 0 {
		return r, err
	}
	return fanout.Tools(ctx, r, func(ctx context.Context, call executor.ToolCall) (result executor.ToolResult) {
		result = executor.ToolResult{CallID: call.ID, Name: call.Name, Err: executor.ErrUnknownTool}
		for _, tool := range agent.Tools {
			if tool.Name == call.Name {
				result.Content, result.Err = c.tool(ctx, tool, call.Args)
			}
		}
		return result
	})
}

// tool runs a tool on a goroutine of its own. It gives up when the tool's time and
// half of Grace are over.
func (c *channelCall) tool(ctx context.Context, tool executor.Tool, args string) (string, error) {
	ctx, stop := context.WithTimeout(ctx, c.ToolTimeout)
	defer stop()
	type output struct {
		content string
		err     error
	}
	outputs := make(chan output, 1)
	go func() {
		o := output{err: executor.ErrGoexit}
		defer func() {
			if v := recover(); v != nil {
				o.err = &executor.PanicError{Value: v, Stack: debug.Stack()}
			}
			outputs <- o
		}()
		o.content, o.err = tool.Handler(ctx, args)
	}()
	select {
	case o := <-outputs:
		return o.content, o.err
	case <-ctx.Done():
	}
	timer := time.NewTimer(c.Grace / 2)
	defer timer.Stop()
	select {
	case o := <-outputs:
		return o.content, o.err
	case <-timer.C:
		return "", fmt.Errorf("%w: %w", executor.ErrAbandoned, ctx.Err())
	}
}

// receive waits for an answer, for the end of the call, or until the time and Grace
// of an agent are over. It gives up on that agent.
func (c *channelCall) receive(ctx context.Context) {
	if len(c.running) == 0 {
		return
	}
	oldest := c.oldest()
	limit := time.Until(c.running[oldest].Add(c.AgentTimeout + c.Grace))
	done := ctx.Done()
	if ctx.Err() != nil {
		if c.ended.IsZero() {
			c.ended = time.Now()
		}
		done, limit = nil, min(limit, time.Until(c.ended.Add(c.Grace)))
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case s := <-c.answers:
		c.take(s)
	case <-done:
	case <-timer.C:
		delete(c.running, oldest)
		err := ctx.Err()
		if err == nil {
			err = context.DeadlineExceeded
		}
		c.fail(oldest, fmt.Errorf("%w: %w", executor.ErrAbandoned, err))
	}
}

// oldest returns the agent that has run for the longest time.
func (c *channelCall) oldest() int {
	first := -1
	for i, since := range c.running {
		if first < 0 || since.Before(c.running[first]) || since.Equal(c.running[first]) && i < first {
			first = i
		}
	}
	return first
}

// take stores an answer, unless its agent was abandoned before.
func (c *channelCall) take(s sent) {
	if _, ok := c.running[s.i]; !ok {
		return
	}
	delete(c.running, s.i)
	if s.err != nil {
		c.fail(s.i, s.err)
		return
	}
	c.results[c.agents[s.i].ID] = s.response
}

func (c *channelCall) fail(i int, err error) {
	id := ""
	if a := c.agents[i]; a != nil {
		id = a.ID
	}
	c.failures = append(c.failures, &executor.AgentError{AgentID: id, Err: err})
}

func (c *channelCall) conclude(ended error) (map[string]*executor.AgentResponse, error) {
	joined := &executor.Error{Failures: c.failures, Ended: ended}
	switch {
	case len(c.failures) == 0:
		return c.results, nil
	case c.Policy == executor.FailFast:
		return nil, joined
	case c.Policy == executor.CollectErrors:
		return c.results, joined
	case c.Policy == executor.FirstError:
		joined.Failures = joined.Failures[:1:1]
		return c.results, joined
	case len(c.results) > 0:
		return c.results, nil
	}
	return nil, joined
}

// ended returns the context's error if the caller or the time ended the call.
func ended(parent, ctx context.Context) error {
	if err := parent.Err(); err != nil {
		return err
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return context.DeadlineExceeded
	}
	return nil
}

package observe

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// cell is the run of one executor through one scenario.
type cell struct {
	s     scenarios.Scenario
	opts  Options
	hooks hooks
	obs   scenarios.Observation

	recording mocks.RecordMode
	runner    *mocks.FaultRunner
	agents    []*executor.Agent
	place     map[*executor.Agent]int
	executor  executor.ParallelExecutor
	streams   executor.StreamExecutor // in place of executor, in a scenario about streams
	wire      mocks.Wire
	inputs    inputs
	witnesses witnesses

	base          *leak.Snapshot
	goleakIgnores goleak.Option
	start         time.Time

	// waiting holds a token while a caller waits for the rest of its bubble.
	waiting chan struct{}

	mu       sync.Mutex // guards what follows
	counters counters
	// requests are those described in detail.
	requests []*request
	// ends are called at the release.
	ends []func()
	// trouble is why the harness could not observe; nil where it could.
	trouble error
	// toolErrors are the tools' own errors, by call.
	toolErrors map[toolCall]string
}

// recorded is the largest number of agent calls of a cell that are recorded one
// by one. More are only counted: their records would be most of the heap.
const recorded = 20_000

// build makes the agents and the executor. Inside a bubble all their channels
// belong to the bubble.
func (c *cell) build(spec executor.Spec) error {
	c.recording = mocks.RecordAll
	if c.s.Load.Total()*max(1, len(c.s.Agents)) > recorded {
		c.recording = mocks.RecordCounts
		c.warn("more than %d agent calls: they were counted, not described", recorded)
	}
	c.runner = mocks.NewFaultRunner(c.recording)
	if c.s.SameInput {
		c.runner.KeyByCaller()
	}
	c.waiting = make(chan struct{}, 1)
	c.makeAgents()
	if err := c.connect(); err != nil {
		return err
	}
	config := c.config()
	c.inputs = copyInputs(c.agents, config.History)
	var err error
	if c.s.Consumer != nil {
		c.streams, err = made(spec.NewStream, config, spec.Bounds)
	} else {
		c.executor, err = made(spec.New, config, spec.Bounds)
	}
	return err
}

// made is what a constructor of a Spec makes.
func made[X any](create func(executor.Config) (X, error), config executor.Config, b executor.Bounds) (X, error) {
	x, err := create(config)
	if err != nil {
		return x, err
	}
	if any(x) == nil {
		return x, errors.New("new executor: got nil and no error")
	}
	if adapted, ok := any(x).(interface{ WithoutTimeouts() X }); ok && b.AgentTimeout > 0 {
		return adapted.WithoutTimeouts(), nil // the executor's own time-out is what is tested
	}
	return x, nil
}

// config is the configuration of the executor, with the Runner.
func (c *cell) config() executor.Config {
	config := c.s.Config
	config.Runner = c.runner
	if c.s.AppendHistory {
		config.Runner = appender{c.runner}
		config.History = roomy(config.History)
	}
	return config
}

// makeAgents makes the agents. Their slice has spare capacity, into which an
// executor may write by mistake.
func (c *cell) makeAgents() {
	c.agents = make([]*executor.Agent, 0, len(c.s.Agents)+2)
	c.place = make(map[*executor.Agent]int, len(c.s.Agents))
	c.toolErrors = make(map[toolCall]string)
	for i, a := range c.s.Agents {
		if a.Nil {
			c.agents = append(c.agents, nil)
			continue
		}
		agent := c.makeAgent(a, i)
		c.agents = append(c.agents, agent)
		c.place[agent] = i
	}
}

func (c *cell) makeAgent(a scenarios.Agent, place int) *executor.Agent {
	agent := &executor.Agent{ID: a.ID}
	if !a.Bare {
		agent.Name = fmt.Sprintf("agent %d", place+1)
	}
	c.runner.Add(agent, a.Fault, a.Tools...)
	for k := range agent.Tools {
		agent.Tools[k].Handler = c.noted(agent.ID, k, agent.Tools[k].Handler)
	}
	return agent
}

// toolCall is one call of an agent's tool: the one in that place of its list.
type toolCall struct {
	agent, input string
	place        int
}

// unreturned is the error of a tool that panicked or exited.
const unreturned = "panic or goexit"

// noted is a tool's handler that also records the tool's error, which the mocks'
// own records do not hold. Like them it relies on the arguments being the input.
func (c *cell) noted(agent string, place int, handler func(context.Context, string) (string, error)) func(context.Context, string) (string, error) {
	return func(ctx context.Context, args string) (content string, err error) {
		text := unreturned
		defer func() {
			if text != "" {
				c.mu.Lock()
				defer c.mu.Unlock()
				c.toolErrors[toolCall{agent, args, place}] = text
			}
		}()
		content, err = handler(ctx, args)
		text = ""
		if err != nil {
			text = err.Error()
		}
		return content, err
	}
}

// appender is a Runner that appends to its history, as a Runner that continues
// a conversation does. The slice is its own parameter, so it may.
type appender struct{ next executor.Runner }

func (a appender) ExecuteAgent(ctx context.Context, agent *executor.Agent, input string, history []executor.Message) (*executor.AgentResponse, error) {
	history = append(history, executor.Message{Role: "user", Content: agent.ID + " was asked: " + input})
	return a.next.ExecuteAgent(ctx, agent, input, history)
}

// roomy is the history with spare capacity, into which an append writes.
func roomy(history []executor.Message) []executor.Message {
	return append(make([]executor.Message, 0, len(history)+4), history...)
}

package scenarios

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/mocks"
)

// cell is one executor in one scenario, under way.
type cell struct {
	s    Scenario
	opts Options
	obs  Observation

	record   mocks.RecordMode
	crew     *mocks.FaultRunner
	agents   []*executor.Agent
	place    map[*executor.Agent]int
	executor executor.ParallelExecutor
	wire     mocks.Wire
	inputs   inputs

	base          *leak.Snapshot
	goleakIgnores goleak.Option
	start         time.Time

	mu    sync.Mutex // guards what follows
	tally tally
	// requests are those described in detail.
	requests []*request
	// toolErrors are the tools' own errors, by call.
	toolErrors map[toolCall]string
}

// recorded is the most agent calls that a cell keeps a record of each. Above
// it only counts are kept, so that what the heap shows is not the harness's.
const recorded = 20_000

// build makes the crew and the executor. Inside a bubble all their channels
// belong to it.
func (c *cell) build(spec executor.Spec) error {
	c.record = mocks.RecordAll
	if c.s.Load.Total()*max(1, len(c.s.Agents)) > recorded {
		c.record = mocks.RecordCounts
		c.warn("more than %d agent calls: they were counted, not described", recorded)
	}
	c.crew = mocks.NewFaultRunner(c.record)
	c.hire()
	if err := c.connect(); err != nil {
		return err
	}
	config := c.s.Config
	config.Runner = c.crew
	if c.s.AppendHistory {
		config.Runner = appender{c.crew}
		config.History = roomy(config.History)
	}
	c.inputs = copyInputs(c.agents, config.History)
	var err error
	c.executor, err = spec.New(config)
	if err == nil && c.executor == nil {
		err = fmt.Errorf("new executor: got nil and no error")
	}
	return err
}

// hire makes the agents, with room behind the end of the slice.
func (c *cell) hire() {
	c.agents = make([]*executor.Agent, 0, len(c.s.Agents)+2)
	c.place = make(map[*executor.Agent]int, len(c.s.Agents))
	c.toolErrors = make(map[toolCall]string)
	for i, a := range c.s.Agents {
		if a.Nil {
			c.agents = append(c.agents, nil)
			continue
		}
		agent := &executor.Agent{ID: a.ID, Name: fmt.Sprintf("agent %d", i+1)}
		c.crew.Add(agent, a.Fault, a.Tools...)
		for k := range agent.Tools {
			agent.Tools[k].Handler = c.noted(agent.ID, k, agent.Tools[k].Handler)
		}
		c.agents = append(c.agents, agent)
		c.place[agent] = i
	}
}

// toolCall is one call of the tool in one place of an agent's.
type toolCall struct {
	agent, input string
	place        int
}

// unreturned is the error of a tool that panicked or exited.
const unreturned = "panic or goexit"

// noted is a tool's handler that writes down its error, which the crew's books
// do not tell. Like them it uses that the arguments are the input.
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

// appender is a Runner that appends to its history, as one that carries a
// conversation on does. The slice is a parameter: it may.
type appender struct{ next executor.Runner }

func (a appender) ExecuteAgent(ctx context.Context, agent *executor.Agent, input string, history []executor.Message) (*executor.AgentResponse, error) {
	history = append(history, executor.Message{Role: "user", Content: agent.ID + " was asked: " + input})
	return a.next.ExecuteAgent(ctx, agent, input, history)
}

// roomy is the history with room behind its end, where an append writes.
func roomy(history []executor.Message) []executor.Message {
	return append(make([]executor.Message, 0, len(history)+4), history...)
}

// inputs is what the executor was given, and a copy from before.
type inputs struct {
	agents, agentsBefore   []*executor.Agent
	values                 []executor.Agent
	history, historyBefore []executor.Message
}

func copyInputs(agents []*executor.Agent, history []executor.Message) inputs {
	in := inputs{
		agents:        agents[:cap(agents)],
		agentsBefore:  slices.Clone(agents[:cap(agents)]),
		history:       history[:cap(history)],
		historyBefore: slices.Clone(history[:cap(history)]),
	}
	for _, a := range agents {
		var v executor.Agent
		if a != nil {
			v = *a
			v.Tools = slices.Clone(a.Tools)
		}
		in.values = append(in.values, v)
	}
	return in
}

// touched names what is no longer as it was.
func (in inputs) touched() (names []string) {
	for i, a := range in.agents {
		if a != in.agentsBefore[i] {
			names = append(names, fmt.Sprintf("agents[%d] of %d: another pointer stands there", i, len(in.values)))
		}
	}
	for i, before := range in.values {
		if a := in.agentsBefore[i]; a != nil && !sameAgent(*a, before) {
			names = append(names, fmt.Sprintf("agents[%d] (%q): the agent was modified", i, before.ID))
		}
	}
	for i, m := range in.history {
		if m != in.historyBefore[i] {
			names = append(names, fmt.Sprintf("history[%d]: now reads %q", i, m.Content))
		}
	}
	return names
}

func sameAgent(a, b executor.Agent) bool {
	return a.ID == b.ID && a.Name == b.Name && slices.EqualFunc(a.Tools, b.Tools, func(x, y executor.Tool) bool {
		return x.Name == y.Name && reflect.ValueOf(x.Handler).Pointer() == reflect.ValueOf(y.Handler).Pointer()
	})
}

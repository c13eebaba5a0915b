// Package mocks has agents and tools that misbehave on purpose.
//
// A Fault is what an agent does when it is called, a ToolFault what a tool does.
// A FaultRunner is the executor.Runner that plays them and records what happened
// in each call. A process can be measured with the leftovers of its agents and
// cleaned up afterwards: FaultRunner.Release ends everything that hangs, waits or
// was left behind, except HangForever.
//
//	runner := mocks.NewFaultRunner(mocks.RecordAll)
//	defer runner.Release()
//	agent := &executor.Agent{ID: "a"}
//	runner.Add(agent, mocks.HangIgnoring())
//
// A FaultRunner is safe for concurrent calls. With RecordCounts it keeps nothing
// that outlives a call. It judges nothing. Package mocks/openai has faults on the
// wire, below a real client. Package mocks/mockrunner has the mock that mockery
// generates, for tests of single calls.
//
// In a testing/synctest bubble all faults but HangSyscall and HangSocket block
// durably. A FaultRunner that is made in a bubble must be used and released there.
package mocks

import (
	"context"
	"errors"
	"fmt"

	"github.com/watertight-go/watertight/executor"
)

// Fault is what an agent does when it is called. The zero Fault answers at once.
// A Fault is a value: several agents may have the same, and each has counters of
// its own.
type Fault struct {
	// Name describes it, as "hang, ignoring the context". It is the same in
	// every run.
	Name string
	// IgnoresContext says that the call does not end when its context is done.
	// It ends with Release, or for Busy and Late when their time is over.
	IgnoresContext bool
	// Forever says that not even Release ends the call.
	Forever bool
	// Wire is the faults that OnWire asks the server for. It is empty for a fault
	// that needs no client. A fault made of two has the Wire of the first that
	// has one.
	Wire string
	// content is the content of a healthy answer; nil for Content.
	content func(agentID, input string) string
	// newAction makes the action for one agent, with counters of its own.
	newAction func() action
	// newStream makes the stream of one agent; nil where it has none. padding is how many
	// bytes each piece has besides.
	newStream func() streamAction
	padding   int
}

// action is what happens in one call. It starts before Release. If Release comes
// meanwhile, it answers as a healthy agent.
type action func(ctx context.Context, c *call) (*executor.AgentResponse, error)

// action makes an action with counters of its own.
func (f Fault) action() action {
	if f.newAction == nil {
		return respond
	}
	return f.newAction()
}

// streamAction makes a stream with counters of its own, which shares those of a.
func (f Fault) streamAction(a action) streamAction {
	if f.newStream == nil {
		return whole(a)
	}
	return f.newStream()
}

// call is what an action knows about its call.
type call struct {
	runner  *FaultRunner
	plan    *plan
	agent   *executor.Agent
	input   string
	history []executor.Message // for a real client
	// entry is the record of the call; nil with RecordCounts.
	entry *entry
	// outcome and err are what the record says. An action that does not return
	// sets them before it ends its goroutine.
	outcome string
	err     error
}

// answer is the healthy response.
func (c *call) answer() *executor.AgentResponse {
	r := &executor.AgentResponse{AgentID: c.agent.ID, AgentName: c.agent.Name, Content: c.plan.fault.Content(c.agent.ID, c.input)}
	if n := len(c.plan.tools); n > 0 {
		r.ToolCalls = make([]executor.ToolCall, n)
		for i, t := range c.plan.tools {
			r.ToolCalls[i] = executor.ToolCall{ID: fmt.Sprintf("call-%d", i+1), Name: t.Name, Args: c.input}
		}
	}
	return r
}

func (c *call) fault() AgentFault { return AgentFault{AgentID: c.agent.ID, Request: c.input} }

// Content is the content of a healthy agent's response to an input.
func Content(agentID, input string) string {
	return "answer from " + agentID + " to " + input
}

// Content is the content of the answer of an agent with this fault, where it gives
// one.
func (f Fault) Content(agentID, input string) string {
	if f.content == nil {
		return Content(agentID, input)
	}
	return f.content(agentID, input)
}

// ErrFault is wrapped by the error of every agent and tool that fails.
var ErrFault = errors.New("injected fault")

// AgentFault is the error of one agent in one request. It is comparable:
// errors.Is(err, AgentFault{id, request}) says whether err is or wraps it.
type AgentFault struct {
	AgentID, Request string
}

// Error names the agent and the request.
func (f AgentFault) Error() string {
	return fmt.Sprintf("mocks: agent %q: request %q: %v", f.AgentID, f.Request, ErrFault)
}

// Unwrap returns ErrFault.
func (f AgentFault) Unwrap() error { return ErrFault }

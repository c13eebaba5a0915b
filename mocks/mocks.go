// Package mocks is a runner of agents that misbehave on purpose.
//
// A Fault is what an agent does when it is called, a ToolFault what a tool
// does. A FaultRunner is the executor.Runner that plays them and writes down what each
// call went through. Everything that hangs, dawdles or is left behind has a
// release, except HangForever: FaultRunner.Release opens all of them, so that a process
// can be measured with its leftovers and cleaned up afterwards.
//
//	runner := mocks.NewFaultRunner(mocks.RecordAll)
//	agent := &executor.Agent{ID: "a"}
//	runner.Add(agent, mocks.HangIgnoring())
//	defer runner.Release()
//
// The fakes are safe for any number of concurrent calls and, with
// RecordCounts, keep nothing that outlives a call. They judge nothing. Package
// mocks/openai injects faults on the wire instead, below a real client.
//
// In a testing/synctest bubble all faults but HangSyscall and HangSocket block
// durably. A runner made inside a bubble must be used and released there.
package mocks

import (
	"context"
	"errors"
	"fmt"

	"github.com/watertight-go/watertight/executor"
)

// Fault is what an agent does when it is called. The zero Fault answers at
// once. Faults are values: one may be hired for many agents, and each agent
// has counters of its own.
type Fault struct {
	// Name says it in words, as in "hang, ignoring the context". It is the
	// same in every run.
	Name string
	// IgnoresContext says that the call outlives a done context: until it is
	// released, or for Busy and Late until their time is over.
	IgnoresContext bool
	// Forever says that not even FaultRunner.Release ends the call.
	Forever bool
	// Wire is what OnWire's server is asked for; empty for a fault that needs no
	// client. One composed of two has that of the first that is on a wire.
	Wire string
	// bind makes the act for one agent, with fresh counters.
	bind func() act
}

// act is one call. It runs with the runner's release shut when it starts, and
// answers as a healthy agent when the release is opened meanwhile.
type act func(ctx context.Context, c *call) (*executor.AgentResponse, error)

// call is what an act knows about its call.
type call struct {
	runner     *FaultRunner
	registered *registration
	agent      *executor.Agent
	input      string
	// history is for a real client only.
	history []executor.Message
	entry   *entry
	// ending is the outcome that the act announces before it does not return.
	ending string
	err    error
}

// answer is the healthy response.
func (c *call) answer() *executor.AgentResponse {
	r := &executor.AgentResponse{AgentID: c.agent.ID, AgentName: c.agent.Name, Content: Content(c.agent.ID, c.input)}
	if n := len(c.registered.tools); n > 0 {
		r.ToolCalls = make([]executor.ToolCall, n)
		for i, t := range c.registered.tools {
			r.ToolCalls[i] = executor.ToolCall{ID: fmt.Sprintf("call-%d", i+1), Name: t.Name, Args: c.input}
		}
	}
	return r
}

func (c *call) fault() AgentFault { return AgentFault{AgentID: c.agent.ID, Request: c.input} }

// Content is what the healthy response of an agent to an input says.
func Content(agentID, input string) string {
	return "answer from " + agentID + " to " + input
}

// ErrFault is wrapped by the error of every fault and tool that fails.
var ErrFault = errors.New("injected fault")

// AgentFault is the error of one agent in one request. It is comparable, so
// errors.Is(err, AgentFault{id, request}) tells whose error err is or wraps.
type AgentFault struct {
	AgentID, Request string
}

// Error names the agent and the request.
func (f AgentFault) Error() string {
	return fmt.Sprintf("mocks: agent %q: request %q: %v", f.AgentID, f.Request, ErrFault)
}

// Unwrap returns ErrFault.
func (f AgentFault) Unwrap() error { return ErrFault }

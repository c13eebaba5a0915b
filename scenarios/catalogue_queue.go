package scenarios

import (
	"context"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// queueEnding is a way in which agents can end in front of a full queue.
type queueEnding struct {
	name, story string
	fault       mocks.Fault
	// tools are those of an agent that ends by its tools.
	tools []mocks.ToolFault
}

// queueEndings are about each way in which an agent can end in front of a full queue:
// as many agents as the limit allows end so, and healthy ones wait behind them.
func queueEndings() []Scenario {
	var all []Scenario
	for _, e := range []queueEnding{
		{name: "fail", story: "fail", fault: mocks.Fail(quick)},
		{name: "canceled", story: "fail with a context.Canceled of their own", fault: mocks.FailWith(quick, context.Canceled)},
		{name: "panic", story: "panic", fault: mocks.PanicAfter(quick)},
		{name: "goexit", story: "call runtime.Goexit", fault: mocks.GoexitAfter(quick)},
		{name: "nil-response", story: "return nil, nil", fault: mocks.NilResponse(quick)},
		{name: "empty", story: "answer without content", fault: mocks.RespondEmpty(quick)},
		{name: "timeout", story: "hang until their time is over", fault: mocks.Hang()},
		{name: "late", story: "answer after their time, within Grace", fault: mocks.Late(agentTimeout + quick)},
		{name: "ignoring", story: "hang and ignore their context", fault: mocks.HangIgnoring()},
	} {
		all = append(all, e.scenario())
	}
	for _, e := range []queueEnding{
		{name: "tool-fail", story: "ask for a tool that fails", tools: []mocks.ToolFault{mocks.ToolFail("search", quick)}},
		{name: "tool-panic", story: "ask for a tool that panics", tools: []mocks.ToolFault{mocks.ToolPanic("parse")}},
		{name: "tool-goexit", story: "ask for a tool that calls runtime.Goexit", tools: []mocks.ToolFault{mocks.ToolGoexit("exit")}},
		{name: "tool-hang", story: "ask for a tool that hangs until its time is over", tools: []mocks.ToolFault{mocks.ToolHang("search")}},
		{name: "tool-ignoring", story: "ask for a tool that hangs and ignores its context", tools: []mocks.ToolFault{mocks.ToolHangIgnoring("search")}},
	} {
		e.fault = mocks.Respond(quick)
		s := e.scenario()
		s.Config.AgentTimeout = 2 * agentTimeout // enough for a tool and Grace
		s.Clauses = append(s.Clauses, executor.RunsTools)
		all = append(all, s)
	}
	return all
}

// scenario is the one about this ending.
func (e queueEnding) scenario() Scenario {
	s := Scenario{
		Name:  "limit-" + e.name,
		Story: "the first agents of a queue " + e.story + ", and the others get their places",
		queue: e.agents, Agents: e.agents(2),
		Config: limited(2), Clauses: always(executor.RespectsLimit, executor.Survives), MayCrash: true,
	}
	if !s.Honours() {
		s.Clauses = always(executor.RespectsLimit, executor.BoundsStuck)
	}
	return s
}

// agents are as many as the limit allows that end so, and healthy ones behind them.
func (e queueEnding) agents(limit int) []Agent {
	agents := each(limit, func(int) mocks.Fault { return e.fault })
	for i := range agents {
		agents[i].Tools = e.tools
	}
	return append(agents, eachFrom(limit, limit+2, func(int) mocks.Fault { return mocks.Respond(quick) })...)
}

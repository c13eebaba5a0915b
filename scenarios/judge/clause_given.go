package judge

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// This file has the clauses about what agents are given: input and tools.

// touchesNoInput is clause 10.
func (e *evaluation) touchesNoInput(check *clauseCheck) {
	check.want = "agents, history and input are not modified, and there is no data race"
	for _, what := range e.o.InputTouched {
		check.fail("%s", what)
	}
	for _, race := range e.o.Races {
		check.fail("data race: %s", race)
	}
	check.got = "inputs not modified"
	if e.o.Race {
		check.got += ", no data race reported"
	} else {
		check.got += " (data races are unknown: this binary was not built with -race)"
	}
}

// causesNeeded is how many agents must have been cancelled by a caller with a cause
// before it counts that none got it: an executor may cancel some of them itself.
const causesNeeded = 16

// passesContext is clause 11.
func (e *evaluation) passesContext(check *clauseCheck) {
	check.want = "every agent's context has the values and the deadline of the caller's, and the cause of its cancellation"
	started, cancelled, caused := 0, 0, 0
	for _, c := range e.described(check) {
		for _, a := range c.Agents {
			if !a.Started || e.usedElsewhere(c, a) {
				continue
			}
			started++
			e.contextKept(c, a, check)
			if caller := e.s.CallerOf(c.Index); caller.Cause != "" && a.Cause != "" && a.StartAt < callerEnd(c) {
				cancelled++
				if a.Cause == caller.Cause {
					caused++
				}
			}
		}
	}
	if cancelled >= causesNeeded && caused == 0 {
		check.fail("the caller cancelled with the cause %q, and none of %s got it", e.s.Caller.Cause, plural.Count(cancelled, "agent"))
	}
	if started == 0 {
		check.notApplicable = "no agent was started"
	}
	check.got = "values and deadlines of " + plural.Count(started, "agent") + " kept"
}

// contextKept checks the context of one agent.
func (e *evaluation) contextKept(c scenarios.Call, a scenarios.AgentRun, check *clauseCheck) {
	if a.ValuesLost {
		check.fail("request %d: the context of agent %s does not have the caller's values", c.Index, a.ID)
	}
	deadline := e.s.CallerOf(c.Index).Deadline
	if deadline == 0 || e.s.Caller.Foreign {
		return
	}
	switch late := a.Deadline - (c.Started + deadline); {
	case a.Deadline == 0:
		check.fail("request %d: the context of agent %s has no deadline, the caller's has one", c.Index, a.ID)
	case late > e.slack+time.Millisecond:
		check.fail("request %d: the deadline of agent %s is %v after the caller's", c.Index, a.ID, ms(late))
	}
}

// runsTools is clause 9.
func (e *evaluation) runsTools(check *clauseCheck) {
	check.want = "tools run in order, each within ToolTimeout, and none starts with a done context; when a tool fails, the response is kept and the error is in the tool's result"
	runs, results := 0, 0
	for _, c := range e.described(check) {
		check.breach = e.breachOf(c)
		for _, a := range c.Agents {
			if len(e.tools(a)) == 0 || !e.canCall(a.Place) {
				continue
			}
			runs += len(a.Tools)
			e.toolOrder(c, a, check)
			res, ok := result(c, a.ID)
			switch {
			case ok && !res.Nil:
				results += len(res.Tools)
				e.toolResults(c, a, res, check)
			case c.Returned && e.due(c, a) && !e.needsNoResults(c):
				check.fail("request %d: agent %s answered, but because of its tools there is no result", c.Index, a.ID)
			}
		}
	}
	if runs == 0 {
		check.doubt("no tool was started")
	}
	check.got = fmt.Sprintf("%s, %s", plural.Count(runs, "tool run"), plural.Count(results, "tool result"))
}

// toolOrder checks when the tools of one agent ran.
func (e *evaluation) toolOrder(c scenarios.Call, a scenarios.AgentRun, check *clauseCheck) {
	tools := e.tools(a)
	for i, t := range a.Tools {
		name := fmt.Sprintf("request %d: agent %s: tool %s", c.Index, a.ID, t.Name)
		if i >= len(tools) || tools[i].Name != t.Name {
			check.fail("%s ran out of order, in place %d", name, i+1)
			continue
		}
		if t.DoneAtStart && !e.failedJustThen(c, t.StartAt) {
			check.fail("%s was started with a done context", name)
		}
		if i > 0 && a.Tools[i-1].Ended && t.StartAt < a.Tools[i-1].EndAt && !tools[i-1].IgnoresContext {
			check.fail("%s was started before the tool before it had ended", name)
		}
		e.toolTime(c, a, i, name, check)
	}
}

// toolTime checks how long the tool in this place of its agent ran.
func (e *evaluation) toolTime(c scenarios.Call, a scenarios.AgentRun, i int, name string, check *clauseCheck) {
	t, timeout := a.Tools[i], e.o.Setup.ToolTimeout
	if !c.Returned && !t.Ended && c.Ended > t.StartAt+timeout+e.o.Setup.Grace+e.slack {
		check.fail("%s holds up the call: it was started %v ago", name, ms(c.Ended-t.StartAt))
	}
	if e.toolCutShort(c, a, i) {
		check.fail("%s was cancelled after %v, while it still had time", name, ms(t.EndAt-t.StartAt))
	}
	if took := t.EndAt - t.StartAt; t.Ended && !e.tools(a)[i].IgnoresContext && took > timeout+e.slack {
		check.fail("%s ran for %v, want at most ToolTimeout (%v)", name, ms(took), timeout)
	}
}

// failedJustThen reports whether, under FailFast, the failure of another agent
// ended the contexts at that moment. The executor's own check of the context may
// have been just before.
func (e *evaluation) failedJustThen(c scenarios.Call, at time.Duration) bool {
	failed := e.failures(c)
	return len(failed) > 0 && e.mayReturnEarly(c) && (at-failed[0].at).Abs() <= e.slack
}

// toolResults checks what the response says about the agent's tools.
func (e *evaluation) toolResults(c scenarios.Call, a scenarios.AgentRun, res scenarios.Result, check *clauseCheck) {
	tools := e.tools(a)
	who := fmt.Sprintf("request %d: agent %s", c.Index, a.ID)
	if len(res.Tools) != len(tools) {
		check.fail("%s: %s, want one for each of %s", who, plural.Count(len(res.Tools), "tool result"), plural.Count(len(tools), "tool call"))
		return
	}
	input := e.s.Input(c.Index)
	for i, got := range res.Tools {
		switch {
		case got.Name != tools[i].Name:
			check.fail("%s: tool result %d is of %s, want %s", who, i+1, got.Name, tools[i].Name)
		case got.Error == "" && got.Content != mocks.ToolContent(got.Name, input):
			check.fail("%s: tool %s has neither its result nor an error", who, got.Name)
		case got.Error != "" && e.toolAnswered(a, i):
			check.fail("%s: tool %s answered, but its result is the error %q", who, got.Name, got.Error)
		}
	}
}

// toolAnswered reports whether the tool in this place answered clearly within
// its time.
func (e *evaluation) toolAnswered(a scenarios.AgentRun, i int) bool {
	if i >= len(a.Tools) || !a.Tools[i].Ended || a.Tools[i].Error != "" {
		return false
	}
	t := a.Tools[i]
	return t.EndAt+e.slack < min(t.StartAt+e.o.Setup.ToolTimeout, a.StartAt+e.o.Setup.AgentTimeout)
}

// toolCutShort reports whether the tool in this place failed with its context's
// error clearly before its own time, its agent's and the caller's were over.
func (e *evaluation) toolCutShort(c scenarios.Call, a scenarios.AgentRun, i int) bool {
	t := a.Tools[i]
	ctxError := strings.Contains(t.Error, context.DeadlineExceeded.Error()) || strings.Contains(t.Error, context.Canceled.Error())
	return t.Ended && ctxError && !e.mayReturnEarly(c) && t.EndAt+e.slack < min(t.StartAt+e.o.Setup.ToolTimeout, e.agentEnd(c, a))
}

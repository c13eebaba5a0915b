package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// This file says what may excuse a call: that it shares work with others, that it
// waits for an agent, or that an agent's panic ended it.

// breachOf is the kind of the failures of a call.
func (e *evaluation) breachOf(c scenarios.Call) executor.Breach {
	switch {
	case c.Panic == "runtime.Goexit", strings.Contains(c.Panic, mocks.ErrFault.Error()):
		return executor.ByPanic
	case e.waits(c):
		return executor.ByWaiting
	}
	return executor.AnyBreach
}

// breachOfBlocked is the kind of the failure that calls are late or blocked, described
// or not: all that are described, and late, wait for an agent.
func (e *evaluation) breachOfBlocked() executor.Breach {
	kind := executor.AnyBreach
	for _, c := range e.o.Calls {
		if c.Returned && c.Ended <= e.end(c)+e.o.Setup.Grace+e.lateness() {
			continue
		}
		if kind = e.breachOf(c); kind != executor.ByWaiting {
			return kind
		}
	}
	return kind
}

// waits reports whether the call ended after its time, and an agent or a tool that
// ignores its context was running then.
func (e *evaluation) waits(c scenarios.Call) bool {
	over := e.end(c) + e.o.Setup.Grace
	if c.Ended <= over {
		return false
	}
	return slices.ContainsFunc(c.Agents, func(a scenarios.AgentRun) bool {
		return a.Ignores && e.runsAt(c, a, over) || e.toolWaits(a, over)
	})
}

// runsAt reports whether the agent ran at that moment. One that the call did not start
// may run in another call, whose work this one shares.
func (e *evaluation) runsAt(c scenarios.Call, a scenarios.AgentRun, at time.Duration) bool {
	if a.Started {
		return !a.Ended || a.EndAt > at
	}
	return slices.ContainsFunc(e.o.Calls, func(other scenarios.Call) bool {
		return slices.ContainsFunc(other.Agents, func(b scenarios.AgentRun) bool {
			return b.Place == a.Place && b.Started && (!b.Ended || b.EndAt > at)
		})
	})
}

// toolWaits reports whether a tool of the agent that ignores its context was running
// at that moment.
func (e *evaluation) toolWaits(a scenarios.AgentRun, at time.Duration) bool {
	tools := e.tools(a)
	for i, t := range a.Tools {
		if i < len(tools) && tools[i].IgnoresContext && (!t.Ended || t.EndAt > at) {
			return true
		}
	}
	return false
}

// answeredElsewhere reports whether the result is an answer that the agent gave in
// another call. The mocks' answers name their request, so nobody can make one up. An
// answer without content names nothing.
func (e *evaluation) answeredElsewhere(a scenarios.AgentRun, res scenarios.Result) bool {
	if res.Content == "" {
		return false
	}
	for i := range max(e.o.Totals.Requests, 1) {
		input := scenarios.InputOf(i)
		if res.Content == e.content(a, input) || res.Content == mocks.Content(a.ID, input) {
			return true
		}
	}
	return false
}

// shared are the agents of a call whose results are answers of other calls: the
// executor has a cache, or calls that wait for the same work.
func (e *evaluation) shared(c scenarios.Call) (runs []scenarios.AgentRun) {
	for _, a := range c.Agents {
		if res, ok := result(c, a.ID); ok && !a.Started && e.canCall(a.Place) && e.answeredElsewhere(a, res) {
			runs = append(runs, a)
		}
	}
	return runs
}

// failedElsewhere are the agents that the call did not start, and whose failure in
// another call is its error. The mocks' errors name their agent and their request.
func (e *evaluation) failedElsewhere(c scenarios.Call) (runs []scenarios.AgentRun) {
	for _, a := range c.Agents {
		if !a.Started && strings.Contains(c.Error, fmt.Sprintf("mocks: agent %q: request ", a.ID)) {
			runs = append(runs, a)
		}
	}
	return runs
}

// served reports whether the call has the agent's result, or may have left the agent
// to another call at the same time, as an executor does whose calls share work.
func (e *evaluation) served(c scenarios.Call, a scenarios.AgentRun) bool {
	if _, ok := result(c, a.ID); ok {
		return true
	}
	elsewhere := e.runsAt(c, a, c.Started) || e.o.Totals.Requests > len(e.o.Calls)
	return !a.Started && elsewhere && slices.ContainsFunc(e.o.Calls, func(any scenarios.Call) bool {
		return len(e.shared(any))+len(e.failedElsewhere(any)) > 0
	})
}

// usedElsewhere reports whether another call returned what the agent answered in
// this one.
func (e *evaluation) usedElsewhere(c scenarios.Call, a scenarios.AgentRun) bool {
	return slices.ContainsFunc(e.o.Calls, func(other scenarios.Call) bool {
		return other.Index != c.Index && slices.ContainsFunc(e.shared(other), func(b scenarios.AgentRun) bool {
			res, _ := result(other, b.ID)
			return b.Place == a.Place && res.Content == e.content(a, e.s.Input(c.Index))
		})
	})
}

// aboutAgents are the clauses about what agents do. Nothing is known of an agent
// that was not called.
var aboutAgents = []executor.Clause{
	executor.LosesNothing, executor.PartialSuccess, executor.Cancels, executor.BoundsStuck, executor.Survives,
	executor.RespectsLimit, executor.RunsTools, executor.PassesContext, executor.Joins,
}

// exceptShared makes a clause not applicable that was kept only because agents were
// not called.
func (e *evaluation) exceptShared(clause executor.Clause, check *clauseCheck) {
	if len(check.failures) > 0 || !slices.Contains(aboutAgents, clause) {
		return
	}
	for _, c := range e.o.Calls {
		if runs := append(e.shared(c), e.failedElsewhere(c)...); len(runs) > 0 {
			check.notApplicable = fmt.Sprintf("request %d: %s not called: the results are answers of other calls (a cache, or calls that share work)", c.Index, agentsWere(runs))
			return
		}
	}
}

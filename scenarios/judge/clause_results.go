package judge

import (
	"fmt"
	"slices"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// losesNothing is clause 2.
func (e *evaluation) losesNothing(check *clauseCheck) {
	check.want = "every agent that finished in time is in the map, under its ID, complete, and the map does not change later"
	due, kept := 0, 0
	for _, c := range e.described(check) {
		check.breach = e.breachOf(c)
		for _, a := range c.Agents {
			if !e.due(c, a) || e.needsNoResults(c) {
				continue
			}
			due++
			if problem := e.resultProblem(c, a); problem != "" {
				check.fail("request %d: %s", c.Index, problem)
			} else {
				kept++
			}
		}
		e.unexpectedResults(c, check)
		if !e.mayReturnEarly(c) {
			e.notServed(c, check)
		}
		if cut := e.cutForNothing(c); len(cut) > 0 {
			check.fail("request %d: %s cancelled %v after the start of the call, although nobody had failed or cancelled (want AgentTimeout, or the executor's own time-out in Spec.Bounds)", c.Index, agentsWere(cut), ms(cut[0].EndAt-c.Started))
		}
		for _, how := range c.Changed {
			check.fail("request %d: the map changed after it was returned: %s", c.Index, how)
		}
	}
	check.got = fmt.Sprintf("%d of %d due results returned", kept, due)
}

// resultProblem says what is wrong with the result of an agent that is due one;
// empty where nothing is.
func (e *evaluation) resultProblem(c scenarios.Call, a scenarios.AgentRun) string {
	answered := ms(a.EndAt - c.Started)
	if !c.Returned {
		return fmt.Sprintf("agent %s answered after %v, but the caller is still waiting", a.ID, answered)
	}
	res, ok := result(c, a.ID)
	if !ok || res.Nil {
		return fmt.Sprintf("no result of agent %s, which answered after %v", a.ID, answered)
	}
	if problem := e.incomplete(c, a, res); problem != "" {
		return fmt.Sprintf("agent %s: %s", a.ID, problem)
	}
	return ""
}

// incomplete says how a result differs from what its agent answered; empty where
// it does not.
func (e *evaluation) incomplete(c scenarios.Call, a scenarios.AgentRun, res scenarios.Result) string {
	if want := e.content(a, e.s.Input(c.Index)); res.Content != want {
		return fmt.Sprintf("content is %q, want %q", res.Content, want)
	}
	if got, want := len(res.Tools), len(e.tools(a)); got != want {
		return fmt.Sprintf("%s, want %d", plural.Count(got, "tool result"), want)
	}
	return ""
}

// unexpectedResults fails results that no agent answered.
func (e *evaluation) unexpectedResults(c scenarios.Call, check *clauseCheck) {
	for _, res := range c.Results {
		i := slices.IndexFunc(c.Agents, func(a scenarios.AgentRun) bool { return a.ID == res.Key && e.canCall(a.Place) })
		switch {
		case res.Nil:
			check.fail("request %d: the response under %q is nil", c.Index, res.Key)
		case i < 0:
			check.fail("request %d: a result under %q, which is no agent's ID", c.Index, res.Key)
		default:
			e.unanswered(c, c.Agents[i], res, check)
		}
	}
}

// unanswered fails the result of an agent that had not answered. An agent that was
// not called may have answered in another call.
func (e *evaluation) unanswered(c scenarios.Call, a scenarios.AgentRun, res scenarios.Result, check *clauseCheck) {
	switch {
	case !a.Started && e.answeredElsewhere(a, res):
	case !a.Started:
		check.fail("request %d: a result of agent %s, which was never called: %q", c.Index, a.ID, res.Content)
	case !a.Ended:
		check.fail("request %d: a result of agent %s, which was still running: %q", c.Index, a.ID, res.Content)
	case a.Outcome != mocks.Responded:
		check.fail("request %d: a result of agent %s, which did not answer (%s)", c.Index, a.ID, a.Outcome)
	}
}

// content is that of the agent's answer to an input.
func (e *evaluation) content(a scenarios.AgentRun, input string) string {
	if a.Place < 0 || a.Place >= len(e.s.Agents) {
		return ""
	}
	return scenarios.Excerpt(e.s.Agents[a.Place].Fault.Content(a.ID, input))
}

// notServed fails agents that the call did not wait for, and agents that it
// never started.
func (e *evaluation) notServed(c scenarios.Call, check *clauseCheck) {
	if left := e.notWaitedFor(c); len(left) > 0 {
		check.fail("request %d returned after %v without %s, which still had time", c.Index, ms(c.Ended-c.Started), agents(left))
	}
	if left := e.neglected(c); len(left) > 0 {
		check.fail("request %d: %s never started, although a place was free for an agent's whole time", c.Index, agentsWere(left))
	}
}

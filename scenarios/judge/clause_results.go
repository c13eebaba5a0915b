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
		for _, a := range c.Agents {
			if !e.due(c, a) || e.excused(c) {
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
		if !e.excused(c) {
			e.notServed(c, check)
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
	if want := mocks.Content(a.ID, c.Input()); res.Content != want {
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
		case c.Agents[i].Ended && c.Agents[i].Outcome != mocks.Responded:
			check.fail("request %d: a result of agent %s, which did not answer (%s)", c.Index, res.Key, c.Agents[i].Outcome)
		}
	}
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

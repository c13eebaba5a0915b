package judge

import (
	"fmt"
	"slices"

	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// losesNothing is clause 2.
func (e *evaluation) losesNothing(check *clauseCheck) {
	check.want = "every agent that finished in time is in the map, under its ID, whole, and stays as it was"
	owed, kept := 0, 0
	for _, c := range e.described(check) {
		for _, a := range c.Agents {
			if !e.owed(c, a) || e.excused(c) {
				continue
			}
			owed++
			if !c.Returned {
				check.fail("request %d: agent %s answered %v into the call, but the caller still waits", c.Index, a.ID, ms(a.EndAt-c.Started))
				continue
			}
			if res, ok := result(c, a.ID); !ok || res.Nil {
				check.fail("request %d: no result of agent %s, which answered %v into the call", c.Index, a.ID, ms(a.EndAt-c.Started))
			} else if problem := e.unlike(c, a, res); problem != "" {
				check.fail("request %d: agent %s: %s", c.Index, a.ID, problem)
			} else {
				kept++
			}
		}
		e.strangers(c, check)
		if left := e.notWaitedFor(c); len(left) > 0 && !e.excused(c) {
			check.fail("request %d returned after %v without agents %s, which still had time", c.Index, ms(c.Ended-c.Started), ids(left))
		}
		if left := e.neglected(c); len(left) > 0 && !e.excused(c) {
			check.fail("request %d: agents %s were never started, though there was room for an agent's whole time", c.Index, ids(left))
		}
		for _, how := range c.Changed {
			check.fail("request %d: the map changed after it was returned: %s", c.Index, how)
		}
	}
	check.got = fmt.Sprintf("%d of %d results that were due are there", kept, owed)
}

// unlike says how a result differs from what its agent answered.
func (e *evaluation) unlike(c scenarios.Call, a scenarios.AgentRun, res scenarios.Result) string {
	input := c.Input()
	if want := mocks.Content(a.ID, input); res.Content != want {
		return fmt.Sprintf("content is %q, want %q", res.Content, want)
	}
	if got, want := len(res.Tools), len(e.tools(a)); got != want {
		return fmt.Sprintf("%d tool results, want %d", got, want)
	}
	return ""
}

// strangers finds results that no agent answered.
func (e *evaluation) strangers(c scenarios.Call, check *clauseCheck) {
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

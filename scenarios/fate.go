package scenarios

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// never is later than any moment of a cell.
const never = time.Duration(1<<63 - 1)

// callerEnd is when the call's context was done, but not before its start.
func callerEnd(c Call) time.Duration {
	if c.CancelledAt == 0 {
		return never
	}
	return max(c.CancelledAt, c.Started)
}

// end is when a call's time is over, Grace not included.
func (d *docket) end(c Call) time.Duration {
	return min(callerEnd(c), c.Started+d.o.Setup.span())
}

// agentEnd is when one agent's time is over, Grace not included.
func (d *docket) agentEnd(c Call, a AgentRun) time.Duration {
	return min(d.end(c), a.StartAt+d.o.Setup.AgentTimeout)
}

// valid says that the agent in this place can be called at all: it is not nil,
// and has an ID that none before it has.
func (d *docket) valid(place int) bool {
	return place >= 0 && place < len(d.valids) && d.valids[place]
}

// validPlaces says so of each place, once for all: a crowd is asked about often.
func validPlaces(agents []Agent) []bool {
	valids, seen := make([]bool, len(agents)), make(map[string]bool, len(agents))
	for i, a := range agents {
		valids[i] = !a.Nil && a.ID != "" && !seen[a.ID]
		if !a.Nil {
			seen[a.ID] = true
		}
	}
	return valids
}

func (d *docket) tools(a AgentRun) []mocks.ToolFault {
	if a.Place < 0 || a.Place >= len(d.s.Agents) {
		return nil
	}
	return d.s.Agents[a.Place].Tools
}

// doneAt is when the agent had its response whole, its tools included; false
// where it never had one, or where its last tools were not run. A tool that
// ignores its context counts as over when its own time is.
func (d *docket) doneAt(a AgentRun) (time.Duration, bool) {
	if !a.Ended || a.Outcome != mocks.Responded {
		return 0, false
	}
	at, tools := a.EndAt, d.tools(a)
	if len(a.Tools) != len(tools) {
		return 0, false
	}
	for i, t := range a.Tools {
		end := t.StartAt + d.o.Setup.ToolTimeout + d.o.Setup.Grace
		if t.Ended && !tools[i].IgnoresContext {
			end = t.EndAt
		}
		at = max(at, end)
	}
	return at, true
}

// owed says that the agent finished in time, so that its response must be in
// what the call returned. Where the moments are too close to call it is not.
//
//	StartAt ---------- agentEnd ---------- agentEnd+Grace ----------
//	    owed    (too close)   owed if before     (too close)  not owed
//	                          the return
func (d *docket) owed(c Call, a AgentRun) bool {
	at, done := d.doneAt(a)
	if !done || !d.valid(a.Place) {
		return false
	}
	end := d.agentEnd(c, a)
	switch {
	case at > c.Ended || at+d.slack >= end+d.o.Setup.Grace:
		return false
	case at+d.slack < end || at > end+d.slack:
		return true
	default: // it came when its time was over: a call that returns just then may miss it
		return at+d.slack < c.Ended
	}
}

// failure is one agent that failed before its call returned.
type failure struct {
	run AgentRun
	at  time.Duration
	// own says that it failed by itself and not because its context was done.
	own bool
}

// failures are those of a call, the first first; of those at the same moment
// agents that failed by themselves before those whose context was done.
func (d *docket) failures(c Call) []failure {
	var all []failure
	for _, a := range c.Agents {
		if !d.valid(a.Place) || !a.Ended || a.EndAt > c.Ended || a.Outcome == mocks.Responded {
			continue
		}
		own := a.Outcome != mocks.Failed || strings.Contains(a.Error, mocks.ErrFault.Error())
		all = append(all, failure{run: a, at: a.EndAt, own: own})
	}
	slices.SortStableFunc(all, func(a, b failure) int {
		if a.at == b.at && a.own != b.own { // the others' may be its consequence
			return map[bool]int{true: -1, false: 1}[a.own]
		}
		return cmp.Compare(a.at, b.at)
	})
	return all
}

// cutShort are agents whose context was ended while both their own time and
// the caller's were running: somebody else's failure cost them their result.
func (d *docket) cutShort(c Call) (runs []AgentRun) {
	for _, f := range d.failures(c) {
		if !f.own && f.at+d.slack < d.agentEnd(c, f.run) {
			runs = append(runs, f.run)
		}
	}
	return runs
}

// notWaitedFor are agents that the call left behind, or never called, although
// they and the caller still had time, or that answered within their Grace.
func (d *docket) notWaitedFor(c Call) (runs []AgentRun) {
	if !c.Returned {
		return nil
	}
	for _, a := range c.Agents {
		if !d.valid(a.Place) {
			continue
		}
		if a.Started && a.RunningAtReturn && c.Ended+d.slack < d.agentEnd(c, a) {
			runs = append(runs, a)
		} else if a.LateOutcome == mocks.Responded && len(d.tools(a)) == 0 && c.Ended+d.slack < a.LateAt &&
			a.LateAt+d.slack < d.agentEnd(c, a)+d.o.Setup.Grace {
			runs = append(runs, a)
		}
		if !a.Started && c.Ended+d.slack < d.end(c) && d.mustCall(a) {
			runs = append(runs, a)
		}
	}
	return runs
}

// notCalled are those of notWaitedFor that were never started.
func (d *docket) notCalled(c Call) []AgentRun {
	return slices.DeleteFunc(d.notWaitedFor(c), func(a AgentRun) bool { return a.Started })
}

// overdue says that the caller was still waiting, clearly after its bound.
func (d *docket) overdue(c Call) bool {
	return !c.Returned && c.Ended > d.end(c)+d.o.Setup.Grace+d.lateness()
}

// mustCall says that clause 6 gives no reason to turn this agent away: there is
// one request only, or the agent is one that never gets stuck, and the bounds
// on all agents together are out of reach.
func (d *docket) mustCall(a AgentRun) bool {
	u, requests := d.o.Setup, d.o.Totals.Requests
	if u.MaxInFlight > 0 && u.MaxInFlight < u.Agents*requests {
		return false
	}
	total := u.MaxStuckTotal == 0 || stuckKeys(d.s)*requests < u.MaxStuckTotal
	return requests == 1 || !a.Ignores && total
}

func (d *docket) policy() executor.Policy { return executor.Policy(d.o.Setup.Policy) }

func result(c Call, key string) (Result, bool) {
	i := slices.IndexFunc(c.Results, func(r Result) bool { return r.Key == key })
	if i < 0 {
		return Result{}, false
	}
	return c.Results[i], true
}

func ids(runs []AgentRun) string {
	var all []string
	for _, a := range runs {
		all = append(all, a.ID)
	}
	if extra := len(all) - 5; extra > 0 {
		all = append(all[:5:5], "...")
	}
	return strings.Join(all, ", ")
}

package judge

import (
	"fmt"
	"math"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/scenarios"
)

// This file bounds time and number: when calls return, and how many agents may be left
// behind.

// returnsInTime is clause 1.
func (e *evaluation) returnsInTime(check *clauseCheck) {
	o, slack := e.o, e.lateness()
	bound := e.s.Bound(0) + e.span() - o.Setup.Span()
	check.want = fmt.Sprintf("every call returns within %v", ms(bound))
	if slack > 0 {
		check.want += fmt.Sprintf(" (and %v for this machine's timers)", ms(slack))
	}
	check.got = fmt.Sprintf("%d of %d calls returned, the slowest after %v", o.Totals.Returned, o.Totals.Requests, ms(o.Totals.Latency.Max))
	overshoot := e.overshoot()
	for _, c := range o.Calls {
		e.returnedInTime(c, check)
	}
	check.breach = e.breachOfBlocked()
	switch {
	case o.Totals.Blocked > 0 && overshoot > slack:
		check.fail("%d of %d callers still waiting at the end of the observation", o.Totals.Blocked, o.Totals.Requests)
	case overshoot > slack && len(check.failures) == 0:
		check.fail("the slowest call returned %v too late", ms(overshoot))
	}
	if o.Totals.Returned+o.Totals.Blocked != o.Totals.Requests {
		check.doubt("of %s, %d returned and %d were blocked", plural.Count(o.Totals.Requests, "call"), o.Totals.Returned, o.Totals.Blocked)
	}
}

// overshoot is how long after its bound the slowest call returned. Totals know
// nothing of a bound that the executor has of its own.
func (e *evaluation) overshoot() time.Duration {
	return e.o.Totals.Overshoot - max(0, e.span()-e.o.Setup.Span())
}

// returnedInTime checks one call.
func (e *evaluation) returnedInTime(c scenarios.Call, check *clauseCheck) {
	check.breach = e.breachOf(c)
	late := c.Ended - e.over(c) - e.o.Setup.Grace
	took := ms(c.Ended - c.Started)
	switch {
	case c.Returned && late > e.lateness():
		check.fail("request %d returned after %v", c.Index, took)
	case !c.Returned && late > e.lateness():
		check.fail("request %d: the caller was still waiting after %v", c.Index, took)
	case !c.Returned:
		check.doubt("request %d was observed for %v only", c.Index, took)
	}
}

// lateness is how late a call may be on a real machine. Two of its timers fire
// one after the other, for the agents' time and for Grace, each as late as the
// control timer. After that its goroutines must be scheduled.
func (e *evaluation) lateness() time.Duration {
	if e.o.Clock == scenarios.VirtualClock {
		return 0
	}
	return 2*e.o.Control.Lateness + max(handOver, e.o.Setup.Grace/4, e.s.Leeway)
}

// boundsStuck is clause 6.
func (e *evaluation) boundsStuck(check *clauseCheck) {
	left := e.o.Left
	bound := StuckBound(e.s, e.o)
	running, byMocks := e.o.StuckAgents()
	stuck := running - left.AgentOwn
	check.want = fmt.Sprintf("at most %s of agents left behind, no caller blocked, no other goroutine", plural.Count(bound, "call"))
	behind := plural.Count(stuck, "call") + " of agents left behind"
	if byMocks {
		behind += " (" + scenarios.CountedByMocks + ")"
	}
	check.got = fmt.Sprintf("%s, at most %d allowed", behind, bound)
	if !left.Inspected {
		check.doubt("leftovers could not be inspected")
	}
	if e.o.Totals.Blocked > 0 {
		check.breach = e.breachOfBlocked()
		check.fail("%d of %d callers blocked behind agents", e.o.Totals.Blocked, e.o.Totals.Requests)
	}
	if stuck > bound {
		check.fail("%s, at most %d allowed", behind, bound)
	}
	if other := left.ByExecutor - e.o.Totals.Blocked; other > 0 {
		if e.s.Consumer != nil && other <= 2*stuck { // what forwards for these agents, and what waits for that
			check.breach = executor.ByWaiting
		}
		check.fail("%s left outside of any agent's call", plural.Count(other, "goroutine"))
	}
	check.breach = executor.AnyBreach
	check.evidence = append(check.evidence, e.othersLeft(left)...)
	e.usedAgain(check)
}

// usedAgain checks that an agent which answers again is called again: it must
// have a result in the last call.
func (e *evaluation) usedAgain(check *clauseCheck) {
	if !e.s.Recovers || len(e.o.Calls) == 0 {
		return
	}
	last := e.o.Calls[len(e.o.Calls)-1]
	check.breach = e.breachOf(last)
	for i, a := range e.s.Agents { // last.Agents may be empty
		if _, ok := result(last, a.ID); !ok && e.canCall(i) {
			check.fail("request %d: agent %s is shut out, although it would answer again", last.Index, a.ID)
		}
	}
}

// StuckBound is clause 6 as a number for a whole cell: how many calls of agents
// may be left behind. It is the sum of Config.StuckBound over all agents and
// tools that ignore their context. MaxInFlight bounds the sum, and so does
// MaxStuckTotal with the calls in flight and the trial calls added.
//
// In flight are the requests that start within AgentTimeout + Grace of each
// other, since a call counts as stuck after that time. In a sequential load it is
// one request.
func StuckBound(s scenarios.Scenario, o scenarios.Observation) int {
	u := o.Setup
	requests := max(o.Totals.Requests, 1)
	inFlight := inFlight(s, o, requests)
	c := executor.Config{MaxStuck: u.MaxStuck, Backoff: u.Backoff, MaxInFlight: u.MaxInFlight}
	perAgent := min(c.StuckBound(inFlight, o.Totals.Watched), requests)
	ignoring := countIgnoring(s)
	bound := perAgent * ignoring
	if u.MaxStuckTotal > 0 {
		bound = min(bound, u.MaxStuckTotal+inFlight*ignoring+trials(u, o))
	}
	if u.MaxInFlight > 0 {
		bound = min(bound, u.MaxInFlight)
	}
	return bound
}

// inFlight is how many requests can be in flight when MaxStuck is reached.
func inFlight(s scenarios.Scenario, o scenarios.Observation, requests int) int {
	switch {
	case s.Load.Sequential:
		return 1
	case s.Load.Every > 0:
		window := o.Setup.AgentTimeout + o.Setup.Grace + o.Control.Lateness
		return min(int(window/s.Load.Every)+1, requests)
	default:
		return requests
	}
}

// trials is how many trial calls MaxStuckTotal lets through in the time of the cell.
func trials(u scenarios.Setup, o scenarios.Observation) int {
	return 1 + int(math.Log2(1+float64(o.Totals.Watched)/float64(u.Backoff)))
}

// countIgnoring counts the agents and tools that ignore their context. Agents
// with the same ID count once.
func countIgnoring(s scenarios.Scenario) int {
	type key struct{ agent, tool string }
	seen := map[key]bool{}
	for _, a := range s.Agents {
		if a.Fault.IgnoresContext {
			seen[key{a.ID, ""}] = true
		}
		for _, t := range a.Tools {
			if t.IgnoresContext {
				seen[key{a.ID, t.Name}] = true
			}
		}
	}
	return len(seen)
}

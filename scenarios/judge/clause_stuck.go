package judge

import (
	"fmt"
	"math"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// boundsStuck is clause 6.
func (e *evaluation) boundsStuck(check *clauseCheck) {
	left := e.o.Left
	bound := StuckBound(e.s, e.o)
	stuck := left.ByAgent - left.AgentOwn
	check.want = fmt.Sprintf("at most %d agents' calls left behind, no caller blocked, no other goroutine", bound)
	check.got = fmt.Sprintf("%d agents' calls left behind, bound %d", stuck, bound)
	if !left.Inspected {
		check.doubt("leftovers could not be looked at")
	}
	if e.o.Totals.Blocked > 0 {
		check.fail("%d of %d callers blocked behind agents", e.o.Totals.Blocked, e.o.Totals.Requests)
	}
	if stuck > bound {
		check.fail("%d agents' calls left behind, bound %d", stuck, bound)
	}
	if other := left.ByExecutor - e.o.Totals.Blocked; other > 0 {
		check.fail("%d goroutines left that are in no agent's call", other)
	}
	check.evidence = append(check.evidence, e.findings(left, false)...)
	e.back(check)
}

// back wants an agent that came back to be used again: in a sequential load,
// one whose fault ends must answer in the last call.
func (e *evaluation) back(check *clauseCheck) {
	if !e.s.Recovers || len(e.o.Calls) == 0 {
		return
	}
	last := e.o.Calls[len(e.o.Calls)-1]
	for i, a := range e.s.Agents { // not last.Agents, which may not be described
		if _, ok := result(last, a.ID); !ok && e.canCall(i) {
			check.fail("request %d: agent %s is shut out, though it would answer again", last.Index, a.ID)
		}
	}
}

// StuckBound is clause 6 as a number for a whole cell: Config.StuckBound of
// each agent, with the calls to it that can be in flight when MaxStuck is
// reached, summed up over the agents whose IDs differ. MaxStuckTotal, plus
// what is in flight, and MaxInFlight cap the sum.
//
// In flight are the requests that start within AgentTimeout + Grace of each
// other, which is when a call counts as stuck; with a sequential load, one.
func StuckBound(s scenarios.Scenario, o scenarios.Observation) int {
	u := o.Setup
	requests := max(o.Totals.Requests, 1)
	inFlight := requests
	switch {
	case s.Load.Sequential:
		inFlight = 1
	case s.Load.Every > 0:
		late := o.Control.Lateness
		inFlight = int((u.AgentTimeout+u.Grace+late)/s.Load.Every) + 1
	}
	inFlight = min(inFlight, requests)
	c := executor.Config{MaxStuck: u.MaxStuck, Backoff: u.Backoff, MaxInFlight: u.MaxInFlight}
	perAgent := min(c.StuckBound(inFlight, o.Totals.Watched), requests)
	keys := stuckKeys(s)
	bound := perAgent * keys
	if u.MaxStuckTotal > 0 {
		bound = min(bound, u.MaxStuckTotal+inFlight*keys+trials(u, o))
	}
	if u.MaxInFlight > 0 {
		bound = min(bound, u.MaxInFlight)
	}
	return bound
}

// trials are the trial calls that MaxStuckTotal lets through in the cell's time.
func trials(u scenarios.Setup, o scenarios.Observation) int {
	return 1 + int(math.Log2(1+float64(o.Totals.Watched)/float64(u.Backoff)))
}

// stuckKeys is how many agents and tools ignore their context: each is counted
// by itself.
func stuckKeys(s scenarios.Scenario) int {
	seen := map[string]bool{}
	for _, a := range s.Agents {
		if a.Fault.IgnoresContext {
			seen[a.ID] = true
		}
		for _, t := range a.Tools {
			if t.IgnoresContext {
				seen[a.ID+"\x00"+t.Name] = true
			}
		}
	}
	return len(seen)
}

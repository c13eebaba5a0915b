package judge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// This file says what the machine's clock shows, and what it cannot show. A cell
// that ran on both clocks is judged on virtual time, where nothing is late. Only
// crashes and the clauses 5 and 10 are judged by both runs: heap, descriptors,
// goleak and most data races exist on the machine's clock only.

// judgeBoth judges a clause by all runs of the cell.
func (e *evaluation) judgeBoth(c executor.Clause) scenarios.ClauseResult {
	r := e.judge(c)
	if e.o.Machine == nil {
		return e.decided(r)
	}
	m := newEvaluation(e.s, e.o.OnMachine())
	died := e.o.Crash == nil && m.o.Crash.Died() && slices.Contains(receivedByCallers, c)
	if r.Status == scenarios.NotApplicable || !died && !machineShows(c) {
		return r
	}
	return joined(r, m.decided(m.judge(c)))
}

// machineShows reports whether the machine's clock shows something of the clause
// that virtual time does not.
func machineShows(c executor.Clause) bool {
	return c == executor.LeavesNothing || c == executor.TouchesNoInput
}

// joined is the worse of the results of both clocks. Of equal ones it is that of
// the machine's clock, which has more evidence.
func joined(virtual, machine scenarios.ClauseResult) scenarios.ClauseResult {
	rank := map[scenarios.Status]int{scenarios.Pass: 0, scenarios.Unknown: 1, scenarios.Fail: 2}
	switch order := cmp.Compare(rank[machine.Status], rank[virtual.Status]); {
	case order < 0:
		return virtual
	case order > 0 && machine.Status == scenarios.Fail:
		machine.Got += " (on the machine's clock)"
	case machine.Status == scenarios.Fail && machine.Got != virtual.Got:
		machine.Evidence = append(slices.Clip(machine.Evidence), "on virtual time: "+virtual.Got)
	}
	return machine
}

// TooSlow reports whether the result is unknown because of the machine alone: it was
// too late to tell, or a failure did not come again.
func TooSlow(r scenarios.ClauseResult) bool {
	return r.Status == scenarios.Unknown && strings.HasPrefix(r.Reason, thisMachine)
}

// thisMachine begins the reason of a result that is unknown because of the machine.
const thisMachine = "this machine "

// Doubtful are the results of a cell that a slow machine may be the cause of: what
// could not be judged, and every failure that is about time or order, a caller that
// still waits included. The cell should run again, alone: only what comes again
// counts. A crash, a data race and a modified input are never doubtful, and
// nothing of the run on virtual time is.
func Doubtful(s scenarios.Scenario, o scenarios.Observation) (all []scenarios.ClauseResult) {
	if o.AnyCrash().Died() || o.Clock == scenarios.VirtualClock && o.Machine == nil {
		return nil
	}
	e, m := newEvaluation(s, o), newEvaluation(s, o.OnMachine())
	for _, r := range Judge(s, o).Clauses {
		switch {
		case o.Machine != nil && (!machineShows(r.Clause) || e.judge(r.Clause).Status != scenarios.Pass):
		case r.Status == scenarios.Unknown, r.Status == scenarios.Fail && m.mayBeLate(r.Clause):
			all = append(all, r)
		}
	}
	return all
}

// mayBeLate reports whether a failure of the clause may be lateness.
func (e *evaluation) mayBeLate(c executor.Clause) bool {
	switch c {
	case executor.TouchesNoInput:
		return false
	case executor.LeavesNothing: // the heap alone is not late
		return e.o.Left.Leak.Goroutines+e.o.Released.Leak.Goroutines > 0 || e.o.Released.Leak.Descriptors > 0 || e.o.Wire != nil
	}
	return true
}

// decided is the result, or unknown where a slow machine may be the cause of it.
func (e *evaluation) decided(r scenarios.ClauseResult) scenarios.ClauseResult {
	switch {
	case e.o.Clock == scenarios.VirtualClock || e.o.Crash != nil || !e.mayBeLate(r.Clause):
		return r
	case r.Status == scenarios.Fail && slices.Contains(e.o.Control.Unconfirmed, int(r.Clause)):
		return doubted(r, fmt.Sprintf("may be the cause: it failed in the last of %d runs and in none before", e.o.Control.Repeats+1))
	case r.Status == scenarios.Fail && NeedsRepeat(e.o) && !e.waitedTooLong():
		return doubted(r, fmt.Sprintf("was %v late, more than half of Grace (%v)", ms(e.o.Control.Lateness), e.o.Setup.Grace))
	case r.Status == scenarios.Pass && r.Clause != executor.BoundsStuck: // a late machine has more calls under way
		strict := e.o
		strict.Control.Lateness = 0
		if s := newEvaluation(e.s, strict).judge(r.Clause); s.Status == scenarios.Fail {
			return doubted(s, fmt.Sprintf("was %v late, and only by that allowance the clause is kept", ms(e.o.Control.Lateness)))
		}
	}
	return r
}

// doubted is a failure as unknown. why says what the machine did.
func doubted(r scenarios.ClauseResult, why string) scenarios.ClauseResult {
	r.Status, r.Reason = scenarios.Unknown, thisMachine+why+": "+r.Got
	return r
}

// waitedTooLong reports whether a caller waited so much longer than its bound that
// what the machine was late by cannot be the cause.
func (e *evaluation) waitedTooLong() bool {
	overshoot := e.overshoot()
	return overshoot > 0 && overshoot >= beyondDoubt*e.o.Control.Lateness
}

// beyondDoubt is how many times longer than what the machine was late by a caller
// must have waited.
const beyondDoubt = 4

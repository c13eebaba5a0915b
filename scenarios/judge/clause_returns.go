package judge

import (
	"fmt"
	"time"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/scenarios"
)

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
	late := c.Ended - e.end(c) - e.o.Setup.Grace
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

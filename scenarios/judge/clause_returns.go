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
	// Totals know nothing of a bound that the executor has of its own.
	overshoot := o.Totals.Overshoot - max(0, e.span()-o.Setup.Span())
	worst := overshoot
	for _, c := range o.Calls {
		worst = max(worst, e.returnedInTime(c, check))
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
	// A call that returned in time needs no allowance for late timers.
	if late := worst > 0 || len(check.failures) > 0; late && NeedsRepeat(o) {
		check.doubt("this machine fired timers %v late, more than half of Grace (%v)", ms(o.Control.Lateness), o.Setup.Grace)
		if worst < 4*o.Control.Lateness {
			check.doubts, check.failures, check.breaches = append(check.doubts, check.failures...), nil, nil
		}
	}
}

// returnedInTime checks one call. It returns how long after its bound the call
// ended.
func (e *evaluation) returnedInTime(c scenarios.Call, check *clauseCheck) (late time.Duration) {
	check.breach = e.breachOf(c)
	late = c.Ended - e.end(c) - e.o.Setup.Grace
	took := ms(c.Ended - c.Started)
	switch {
	case c.Returned && late > e.lateness():
		check.fail("request %d returned after %v", c.Index, took)
	case !c.Returned && late > e.lateness():
		check.fail("request %d: the caller was still waiting after %v", c.Index, took)
	case !c.Returned:
		check.doubt("request %d was observed for %v only", c.Index, took)
	}
	return late
}

// lateness is how late a call may be on a real machine. Two of its timers fire
// one after the other, for the agents' time and for Grace, each as late as the
// control timer. After that its goroutines must be scheduled.
func (e *evaluation) lateness() time.Duration {
	if e.o.Clock == scenarios.VirtualClock {
		return 0
	}
	return 2*e.o.Control.Lateness + max(handOver, e.o.Setup.Grace/4)
}

package judge

import (
	"fmt"
	"time"

	"github.com/watertight-go/watertight/scenarios"
)

// returnsInTime is clause 1.
func (e *evaluation) returnsInTime(check *clauseCheck) {
	o, slack := e.o, e.lateness()
	check.want = fmt.Sprintf("every call returns within %v", ms(e.s.Bound()))
	if slack > 0 {
		check.want += fmt.Sprintf(" (and %v for this machine's timers)", ms(slack))
	}
	check.got = fmt.Sprintf("%d of %d calls returned, the slowest after %v", o.Totals.Returned, o.Totals.Requests, ms(o.Totals.Latency.Max))
	worst := o.Totals.Overshoot
	for _, c := range o.Calls {
		over := c.Ended - e.end(c) - o.Setup.Grace
		worst = max(worst, over)
		switch {
		case c.Returned && over > slack:
			check.fail("request %d returned after %v", c.Index, ms(c.Ended-c.Started))
		case !c.Returned && over > slack:
			check.fail("request %d: the caller was still waiting after %v", c.Index, ms(c.Ended-c.Started))
		case !c.Returned:
			check.doubt("request %d was watched for %v only", c.Index, ms(c.Ended-c.Started))
		}
	}
	switch {
	case o.Totals.Blocked > 0 && o.Totals.Overshoot > slack:
		check.fail("%d of %d callers were still waiting when watching ended", o.Totals.Blocked, o.Totals.Requests)
	case o.Totals.Overshoot > slack && len(check.failures) == 0:
		check.fail("the slowest call returned %v too late", ms(o.Totals.Overshoot))
	}
	if o.Totals.Returned+o.Totals.Blocked != o.Totals.Requests {
		check.doubt("%d calls: %d returned and %d blocked", o.Totals.Requests, o.Totals.Returned, o.Totals.Blocked)
	}
	// A call that was back in time needs no allowance for late timers.
	if late := worst > 0 || len(check.failures) > 0; late && NeedsRepeat(o) {
		check.doubt("this machine fired timers %v late, more than half of Grace (%v)", ms(o.Control.Lateness), o.Setup.Grace)
		if worst < 4*o.Control.Lateness {
			check.doubts, check.failures = append(check.doubts, check.failures...), nil
		}
	}
}

// lateness is what a call on a real machine may be late: two of its timers fire
// one after the other, for the agents' time and for Grace, and both as late as
// the control timer did; then goroutines must get their turn.
func (e *evaluation) lateness() time.Duration {
	if e.o.Clock == scenarios.VirtualClock {
		return 0
	}
	return 2*e.o.Control.Lateness + max(handOver, e.o.Setup.Grace/4)
}

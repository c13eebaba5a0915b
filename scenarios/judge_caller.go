package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// ms rounds for people.
func ms(t time.Duration) time.Duration {
	if t >= time.Second {
		return t.Round(10 * time.Millisecond)
	}
	if t >= 10*time.Millisecond {
		return t.Round(time.Millisecond)
	}
	return t.Round(10 * time.Microsecond)
}

// returnsInTime is clause 1.
func (d *docket) returnsInTime(r *ruling) {
	o, slack := d.o, d.lateness()
	r.want = fmt.Sprintf("every call returns within %v", ms(d.s.Bound()))
	if slack > 0 {
		r.want += fmt.Sprintf(" (and %v for this machine's timers)", ms(slack))
	}
	r.saw = fmt.Sprintf("%d of %d calls returned, the slowest after %v", o.Totals.Returned, o.Totals.Requests, ms(o.Totals.Latency.Max))
	worst := o.Totals.Overshoot
	for _, c := range o.Calls {
		over := c.Ended - d.end(c) - o.Setup.Grace
		worst = max(worst, over)
		switch {
		case c.Returned && over > slack:
			r.breaks("request %d returned after %v", c.Index, ms(c.Ended-c.Started))
		case !c.Returned && over > slack:
			r.breaks("request %d: the caller was still waiting after %v", c.Index, ms(c.Ended-c.Started))
		case !c.Returned:
			r.doubt("request %d was watched for %v only", c.Index, ms(c.Ended-c.Started))
		}
	}
	switch {
	case o.Totals.Blocked > 0 && o.Totals.Overshoot > slack:
		r.breaks("%d of %d callers were still waiting when watching ended", o.Totals.Blocked, o.Totals.Requests)
	case o.Totals.Overshoot > slack && len(r.broken) == 0:
		r.breaks("the slowest call returned %v too late", ms(o.Totals.Overshoot))
	}
	if o.Totals.Returned+o.Totals.Blocked != o.Totals.Requests {
		r.doubt("%d calls: %d returned and %d blocked", o.Totals.Requests, o.Totals.Returned, o.Totals.Blocked)
	}
	// A call that was back in time needs no allowance for late timers.
	if late := worst > 0 || len(r.broken) > 0; late && NeedsRepeat(o) {
		r.doubt("this machine fired timers %v late, more than half of Grace (%v)", ms(o.Control.Lateness), o.Setup.Grace)
		if worst < 4*o.Control.Lateness {
			r.doubts, r.broken = append(r.doubts, r.broken...), nil
		}
	}
}

// lateness is what a call on a real machine may be late: two of its timers fire
// one after the other, for the agents' time and for Grace, and both as late as
// the control timer did; then goroutines must get their turn.
func (d *docket) lateness() time.Duration {
	if d.o.Clock == VirtualClock {
		return 0
	}
	return 2*d.o.Control.Lateness + max(handOver, d.o.Setup.Grace/4)
}

// losesNothing is clause 2.
func (d *docket) losesNothing(r *ruling) {
	r.want = "every agent that finished in time is in the map, under its ID, whole, and stays as it was"
	owed, kept := 0, 0
	for _, c := range d.described(r) {
		for _, a := range c.Agents {
			if !d.owed(c, a) || d.excused(c) {
				continue
			}
			owed++
			if !c.Returned {
				r.breaks("request %d: agent %s answered %v into the call, but the caller still waits", c.Index, a.ID, ms(a.EndAt-c.Started))
				continue
			}
			if res, ok := result(c, a.ID); !ok || res.Nil {
				r.breaks("request %d: no result of agent %s, which answered %v into the call", c.Index, a.ID, ms(a.EndAt-c.Started))
			} else if problem := d.unlike(c, a, res); problem != "" {
				r.breaks("request %d: agent %s: %s", c.Index, a.ID, problem)
			} else {
				kept++
			}
		}
		d.strangers(c, r)
		if left := d.notWaitedFor(c); len(left) > 0 && !d.excused(c) {
			r.breaks("request %d returned after %v without agents %s, which still had time", c.Index, ms(c.Ended-c.Started), ids(left))
		}
		if left := d.neglected(c); len(left) > 0 && !d.excused(c) {
			r.breaks("request %d: agents %s were never started, though there was room for an agent's whole time", c.Index, ids(left))
		}
		for _, how := range c.Changed {
			r.breaks("request %d: the map changed after it was returned: %s", c.Index, how)
		}
	}
	r.saw = fmt.Sprintf("%d of %d results that were due are there", kept, owed)
}

// described are the calls that can be judged agent by agent: those that
// returned, and those that never will. Where there is none, or one was not
// watched for long enough, that is a doubt.
func (d *docket) described(r *ruling) []Call {
	var calls []Call
	for _, c := range d.o.Calls {
		switch {
		case len(c.Agents) != len(d.s.Agents):
		case c.Returned || d.overdue(c):
			calls = append(calls, c)
		default:
			r.doubt("request %d was watched for %v only", c.Index, ms(c.Ended-c.Started))
		}
	}
	if len(calls) == 0 {
		r.doubt("no call was described agent by agent")
	}
	return calls
}

// excused says that the policy allows the call to come back without results:
// FailFast does, once an agent has failed.
func (d *docket) excused(c Call) bool {
	return d.policy() == executor.FailFast && d.anyFailed(c)
}

func (d *docket) anyFailed(c Call) bool {
	invalid := slices.ContainsFunc(c.Agents, func(a AgentRun) bool { return !d.valid(a.Place) })
	return invalid || len(d.failures(c)) > 0 || slices.ContainsFunc(c.Agents, func(a AgentRun) bool { return d.givenUp(c, a) })
}

// givenUp says that an agent failed although it never said so: it was still
// running when its time was over, or clause 6 turned it away.
func (d *docket) givenUp(c Call, a AgentRun) bool {
	if !a.Started {
		return !d.mustCall(a)
	}
	return a.RunningAtReturn && d.agentEnd(c, a) <= c.Ended
}

// unlike says how a result differs from what its agent answered.
func (d *docket) unlike(c Call, a AgentRun, res Result) string {
	input := inputOf(c.Index)
	if want := mocks.Content(a.ID, input); res.Content != want {
		return fmt.Sprintf("content is %q, want %q", res.Content, want)
	}
	if got, want := len(res.Tools), len(d.tools(a)); got != want {
		return fmt.Sprintf("%d tool results, want %d", got, want)
	}
	return ""
}

// strangers finds results that no agent answered.
func (d *docket) strangers(c Call, r *ruling) {
	for _, res := range c.Results {
		i := slices.IndexFunc(c.Agents, func(a AgentRun) bool { return a.ID == res.Key && d.valid(a.Place) })
		switch {
		case res.Nil:
			r.breaks("request %d: the response under %q is nil", c.Index, res.Key)
		case i < 0:
			r.breaks("request %d: a result under %q, which is no agent's ID", c.Index, res.Key)
		case c.Agents[i].Ended && c.Agents[i].Outcome != mocks.Responded:
			r.breaks("request %d: a result of agent %s, which did not answer (%s)", c.Index, res.Key, c.Agents[i].Outcome)
		}
	}
}

// survives is clause 7. A crash was ruled on before.
func (d *docket) survives(r *ruling) {
	r.want = "the process lives, and what one agent does costs no other its result"
	costs := 0
	for _, c := range d.o.Calls {
		if c.Panic != "" {
			r.breaks("request %d: the call itself panicked: %s", c.Index, c.Panic)
		}
		if d.overdue(c) {
			r.breaks("request %d never returned", c.Index)
		}
	}
	for _, c := range d.described(r) {
		if !c.Returned {
			continue
		}
		for _, a := range c.Agents {
			if !d.owed(c, a) || d.excused(c) {
				continue
			}
			costs++
			if res, ok := result(c, a.ID); !ok || res.Nil || d.unlike(c, a, res) != "" {
				r.breaks("request %d: agent %s lost its result beside %s", c.Index, a.ID, d.culprits(c))
			}
		}
		if left := d.notCalled(c); len(left) > 0 && !d.excused(c) {
			r.breaks("request %d: agents %s were not called beside %s", c.Index, ids(left), d.culprits(c))
		}
		for _, res := range c.Results {
			if res.Nil {
				r.breaks("request %d: the response under %q is nil", c.Index, res.Key)
			}
		}
		if len(c.Results) == 0 && c.Error == "" && c.Panic == "" && len(c.Agents) > 0 {
			r.breaks("request %d: neither a result nor an error, beside %s", c.Index, d.culprits(c))
		}
		d.clearErrors(c, r)
	}
	r.saw = fmt.Sprintf("the process lives; %d healthy results kept", costs)
}

// clearErrors wants an error, where one is returned for want of results, to
// say what the agent did.
func (d *docket) clearErrors(c Call, r *ruling) {
	if c.Error == "" || len(c.Results) > 0 || d.policy() == executor.FailFast {
		return
	}
	whole := c.Ended+d.slack < d.end(c) // it waited for all agents
	for _, f := range d.failures(c) {
		word := map[string]string{mocks.Panicked: "panic", mocks.Exited: "Goexit", mocks.NilReturned: "nil"}[f.run.Outcome]
		if (whole || f.at+d.slack < c.Ended) && word != "" && !strings.Contains(c.Error, word) && len(d.failures(c)) == 1 {
			r.breaks("request %d: the error does not say %q: %s", c.Index, word, c.Error)
		}
	}
}

// culprits names the agents of a call that are not healthy.
func (d *docket) culprits(c Call) string {
	var all []string
	for _, a := range c.Agents {
		switch {
		case !d.valid(a.Place):
			all = append(all, fmt.Sprintf("agents[%d], which cannot be called", a.Place))
		case a.Outcome != mocks.Responded:
			all = append(all, fmt.Sprintf("%s (%s)", a.ID, a.Fault))
		}
	}
	if len(all) == 0 {
		return "healthy agents"
	}
	return strings.Join(all, ", ")
}

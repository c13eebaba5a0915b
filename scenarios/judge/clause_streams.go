package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/scenarios"
)

// This file has the clauses that only streams have.

// streamed are the calls of streams that can be judged agent by agent.
func (e *evaluation) streamed(check *clauseCheck) (calls []scenarios.Call) {
	for _, c := range e.described(check) {
		if c.Stream != nil {
			calls = append(calls, c)
		}
	}
	if len(calls) == 0 {
		check.doubt("nothing was observed of a stream")
	}
	return calls
}

// over is when a call must end, without Grace: end, and for a stream the time for which
// its consumer held it up.
func (e *evaluation) over(c scenarios.Call) time.Duration {
	if c.Stream == nil {
		return e.end(c)
	}
	span := min(callerEnd(c), c.Started+e.span())
	return min(span+c.Stream.Own, leftAt(c))
}

// leftAt is when the consumer left; never where it stayed.
func leftAt(c scenarios.Call) time.Duration {
	if c.Stream == nil || c.Stream.LeftAt == 0 {
		return never
	}
	return c.Stream.LeftAt
}

// stays reports whether the consumer took what came until the stream ended, and its
// context was not done before.
func (e *evaluation) stays(c scenarios.Call) bool {
	return c.Returned && c.Panic == "" && leftAt(c) == never && c.CancelledAt == 0
}

// endsWithConsumer is clause 13.
func (e *evaluation) endsWithConsumer(check *clauseCheck) {
	check.want = fmt.Sprintf("once the consumer leaves, every context is done, and every goroutine has ended within %v", ms(e.o.Setup.Grace))
	left := 0
	for _, c := range e.streamed(check) {
		check.breach = e.breachOf(c)
		if leftAt(c) != never || c.CancelledAt > 0 {
			left++
		}
		for _, a := range c.Agents {
			if a.Started {
				e.endedWithConsumer(c, a, check)
			}
		}
		if thrown[e.s.Consumer.Leaves] == "" && c.Panic != "" && check.breach != executor.ByPanic { // which is clause 7's
			check.fail("request %d: the loop ended with %s", c.Index, c.Panic)
		}
		if e.overdue(c) {
			check.fail("request %d: the loop still runs %v after the consumer left", c.Index, ms(c.Ended-e.over(c)))
		}
		e.whileStalled(c, check)
	}
	if e.s.Honours() {
		e.goroutines(e.o.Left, fmt.Sprintf("%v after the last consumer had left", ms(e.o.Setup.Grace)), check)
	}
	if !e.o.Left.Inspected {
		check.doubt("leftovers could not be inspected")
	}
	check.got = fmt.Sprintf("%s left, and nothing stayed", plural.Count(left, "consumer"))
	if does := e.s.Consumer; left == 0 && does.Leaves != scenarios.Stays {
		check.didNotHappen("no consumer left: all streams had ended before")
	} else {
		e.unlessStalled(check)
	}
}

// unlessStalled makes a clause not applicable where the consumer was to stall and the
// stream had ended before.
func (e *evaluation) unlessStalled(check *clauseCheck) {
	stalled := func(c scenarios.Call) bool { return c.Stream != nil && c.Stream.Own >= e.s.Consumer.Stalls }
	if !slices.ContainsFunc(e.o.Calls, stalled) {
		check.didNotHappen("no consumer stalled: all streams had ended before")
	}
}

// endedWithConsumer checks one agent.
func (e *evaluation) endedWithConsumer(c scenarios.Call, a scenarios.AgentRun, check *clauseCheck) {
	if (a.RunningAtReturn && !a.DoneAtReturn || a.Open) && c.Returned {
		check.fail("request %d: the context of agent %s was not done after the consumer had left", c.Index, a.ID)
	}
	gone := max(min(leftAt(c), callerEnd(c)), c.Started) // when the agent had to be told
	if gone == never {
		gone = c.Ended
	}
	if a.ID != "" && slices.Contains(c.Stream.Inside, a.ID) { // the consumer held it up
		gone = c.Ended
	}
	at, ended := max(a.EndAt, a.LateAt), a.Ended || a.LateAt > 0
	switch {
	case a.Ignores || !c.Returned:
	case !ended:
		check.fail("request %d: agent %s still ran when the consumer had left", c.Index, a.ID)
	case at > gone+e.o.Setup.Grace+e.lateness():
		check.fail("request %d: agent %s ended %v after the consumer had left", c.Index, a.ID, ms(at-gone))
	}
}

// whileStalled checks what was there while the consumer took nothing and its context had
// been done for Grace.
func (e *evaluation) whileStalled(c scenarios.Call, check *clauseCheck) {
	s := c.Stream.Stalled
	if s == nil || c.CancelledAt == 0 || c.CancelledAt+e.o.Setup.Grace >= s.At {
		return
	}
	since := ms(s.At - c.CancelledAt)
	if len(s.Running) > 0 {
		check.fail("request %d: %v after the end of the context, with a consumer that takes nothing, agents ran: %s", c.Index, since, strings.Join(s.Running, ", "))
	}
	if !s.Left.Inspected {
		check.doubt("what was left during the stall could not be inspected")
	}
	if n := notByAgents(s.Left); e.s.Honours() && n > 0 {
		check.fail("request %d: %v after the end of the context, with a consumer that takes nothing, there %s %s", c.Index, since, plural.Form(n, "was", "were"), plural.Count(n, "goroutine"))
		check.evidence = append(check.evidence, e.othersLeft(s.Left)...)
	}
}

// deliversInOrder is clause 14.
func (e *evaluation) deliversInOrder(check *clauseCheck) {
	check.want = "the events of each agent in order, none twice, none lost, then one end"
	events := 0
	for _, c := range e.streamed(check) {
		check.breach = e.breachOf(c)
		s := c.Stream
		events += s.Events
		for _, text := range s.Unknown {
			check.fail("request %d: an event of no agent of the call: %s", c.Index, text)
		}
		if s.AfterLeaving > 0 {
			check.fail("request %d: %s delivered after the consumer had left", c.Index, plural.Count(s.AfterLeaving, "event"))
		}
		if s.Overlapping > 0 {
			check.fail("request %d: %s delivered while the consumer was at work on another", c.Index, plural.Count(s.Overlapping, "event"))
		}
		for _, a := range s.Agents {
			e.inOrder(c, a, check)
			e.whole(c, a, check)
		}
		if e.s.Consumer.Again && s.Again > 1 && s.Again != s.Events {
			check.fail("request %d: the second range had %s, the first %d (want as many, or one error)", c.Index, plural.Count(s.Again, "event"), s.Events)
		}
	}
	check.got = plural.Count(events, "event") + " in order"
}

// inOrder checks the order of what came of the agents with one ID.
func (e *evaluation) inOrder(c scenarios.Call, a scenarios.Streamed, check *clauseCheck) {
	next, ends, most := 0, 0, e.withID(a.ID)
	for _, step := range a.Steps {
		switch {
		case ends >= most:
			check.fail("request %d: agent %q: %s after the end", c.Index, a.ID, stepText(step))
		case step.Other != "":
			check.fail("request %d: agent %q: a piece that it did not emit: %s", c.Index, a.ID, step.Other)
		case step.End:
			ends++
		case step.From != next:
			check.fail("request %d: agent %q: piece %d came when it was the turn of %d", c.Index, a.ID, step.From, next)
		}
		if !step.End && step.Other == "" {
			next = step.To + 1
		}
	}
}

// withID counts the agents of a call with that ID. A nil agent has none.
func (e *evaluation) withID(id string) (n int) {
	for _, a := range e.s.Agents {
		if a.ID == id && !a.Nil || a.Nil && id == "" {
			n++
		}
	}
	return n
}

// whole checks that nothing of the agents with one ID is missing or made up.
func (e *evaluation) whole(c scenarios.Call, a scenarios.Streamed, check *clauseCheck) {
	run, started := runOf(c, a.ID)
	got, emitted := a.Pieces(), run.Pieces
	if c.Returned && got > emitted+1 || got > 0 && !started {
		check.fail("request %d: agent %q: %s of it came, and it emitted %d", c.Index, a.ID, plural.Count(got, "piece"), emitted)
	}
	if !e.stays(c) || e.policy() == executor.FailFast && e.anyFailed(c) {
		return
	}
	if n := e.withID(a.ID) - len(a.Ends()); n > 0 {
		check.fail("request %d: agent %q: %s missing", c.Index, a.ID, plural.Count(n, "end"))
	}
	if run.Ended && !run.Ignores && run.EndAt+e.slack <= c.Ended && got < emitted {
		check.fail("request %d: agent %q: %d of its %s came", c.Index, a.ID, got, plural.Count(emitted, "piece"))
	}
}

// runOf is the run of the agent of a call with that ID.
func runOf(c scenarios.Call, id string) (scenarios.AgentRun, bool) {
	for _, a := range c.Agents {
		if a.ID == id && a.Started {
			return a, true
		}
	}
	return scenarios.AgentRun{}, false
}

// boundsBuffer is clause 15.
func (e *evaluation) boundsBuffer(check *clauseCheck) {
	bound := e.o.Setup.Buffer + e.o.Setup.Agents
	check.want = fmt.Sprintf("at most %s wait for a slow consumer, beside one of each agent", plural.Count(e.o.Setup.Buffer, "event"))
	most := 0
	for _, c := range e.streamed(check) {
		most = max(most, c.Stream.Backlog)
		if c.Stream.Backlog > bound {
			check.fail("request %d: %s waited for the consumer", c.Index, plural.Count(c.Stream.Backlog, "event"))
		}
	}
	if e.o.Totals.Requests > 1 {
		check.doubt("events that wait are counted in scenarios of one request")
	}
	check.got = fmt.Sprintf("%s waited at most", plural.Count(most, "event"))
	e.unlessStalled(check)
}

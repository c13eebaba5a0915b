package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// This file says what the clauses about results mean for streams, which have ends in
// place of results.

// streamRules are the clauses that mean something else for streams.
var streamRules = map[executor.Clause]func(*evaluation, *clauseCheck){
	executor.PartialSuccess:   (*evaluation).partialStream,
	executor.Survives:         (*evaluation).survivesStream,
	executor.RespectsLimit:    (*evaluation).limitsStream,
	executor.EndsWithConsumer: (*evaluation).endsWithConsumer,
	executor.DeliversInOrder:  (*evaluation).deliversInOrder,
	executor.BoundsBuffer:     (*evaluation).boundsBuffer,
}

// partialStream is clause 3 for streams.
func (e *evaluation) partialStream(check *clauseCheck) {
	check.want = "an end of each agent: without an error where it answered, with its error where it failed or its time was over"
	if e.policy() == executor.FailFast {
		check.want = "an end of each agent, and after the first failure that error"
	}
	kept := 0
	for _, c := range e.streamed(check) {
		check.breach = e.breachOf(c)
		switch {
		case !c.Returned:
			check.fail("request %d: the consumer still waits", c.Index)
		case e.stays(c):
			kept += e.endsFit(c, check)
		}
	}
	check.got = plural.Count(kept, "agent") + " ended as they should"
}

// endsFit checks the ends of a call whose consumer stayed. It counts the agents whose
// end is right.
func (e *evaluation) endsFit(c scenarios.Call, check *clauseCheck) (kept int) {
	failFast := e.policy() == executor.FailFast && e.anyFailed(c)
	for _, a := range c.Agents {
		if !e.canCall(a.Place) || failFast && a.Outcome != mocks.Responded && !e.failedFirst(c, a) {
			continue
		}
		if problem := e.endProblem(c, a); problem != "" {
			check.fail("request %d: agent %s: %s", c.Index, a.ID, problem)
		} else {
			kept++
		}
	}
	if cut := e.cutShort(c); len(cut) > 0 && !failFast {
		check.fail("request %d: %s cancelled %v after the start of the call, although its time was not over", c.Index, agentsWere(cut), ms(cut[0].EndAt-c.Started))
	}
	if left := e.neverStarted(c); len(left) > 0 && !failFast {
		check.fail("request %d: %s never started", c.Index, agentsWere(left))
	}
	return kept
}

// endProblem says what is wrong with the end of an agent; empty where nothing is.
func (e *evaluation) endProblem(c scenarios.Call, a scenarios.AgentRun) string {
	end, ended := lastEnd(c, a.ID)
	failed := slices.ContainsFunc(e.failures(c), func(f failure) bool { return f.run.Place == a.Place && f.own })
	answered := a.Ended && a.Outcome == mocks.Responded && a.EndAt+e.slack < e.agentEnd(c, a)
	switch {
	case !ended:
		return "no end of it came"
	case answered && end.Error != "":
		return fmt.Sprintf("it answered after %v, and its end has an error: %s", ms(a.EndAt-c.Started), end.Error)
	case failed && end.Error == "":
		return fmt.Sprintf("it failed (%s), and its end has no error", a.Fault)
	case a.Started && !a.Ended && end.Error == "":
		return "it never ended, and its end has no error"
	case failed && e.ownError(c, a) && !slices.Contains(end.Is, "agent "+a.ID):
		return "its end does not wrap its error: " + end.Error
	}
	return ""
}

// ownError reports whether the agent returned its AgentFault.
func (e *evaluation) ownError(c scenarios.Call, a scenarios.AgentRun) bool {
	return a.Outcome == mocks.Failed && a.Error == mocks.AgentFault{AgentID: a.ID, Request: e.s.Input(c.Index)}.Error()
}

// failedFirst reports whether the agent is the one whose failure ended the call.
func (e *evaluation) failedFirst(c scenarios.Call, a scenarios.AgentRun) bool {
	failed := e.failures(c)
	return len(failed) > 0 && failed[0].own && failed[0].run.Place == a.Place
}

// neverStarted are agents that could have been called and were not.
func (e *evaluation) neverStarted(c scenarios.Call) (runs []scenarios.AgentRun) {
	for _, a := range c.Agents {
		if !a.Started && e.canCall(a.Place) && e.mustCall(a) && c.Ended+e.slack < e.end(c) {
			runs = append(runs, a)
		}
	}
	return runs
}

// lastEnd is the last end that came of an agent.
func lastEnd(c scenarios.Call, id string) (scenarios.Step, bool) {
	for _, s := range c.Stream.Agents {
		if ends := s.Ends(); s.ID == id && len(ends) > 0 {
			return ends[len(ends)-1], true
		}
	}
	return scenarios.Step{}, false
}

// survivesStream is clause 7 for streams where the process did not die.
func (e *evaluation) survivesStream(check *clauseCheck) {
	check.want = "the process does not die, no agent's fault costs another agent its answer, and what the loop body throws reaches its caller"
	kept := 0
	for _, c := range e.streamed(check) {
		check.breach = e.breachOf(c)
		if want := thrown[e.s.Consumer.Leaves]; c.Returned && !throws(c, want) && (want == "" || leftAt(c) != never) {
			check.fail("request %d: got %s, want %s", c.Index, thrownText(c.Panic), thrownText(want))
		}
		if e.overdue(c) {
			check.fail("request %d never ended", c.Index)
		}
		if e.stays(c) {
			kept += e.endsFit(c, check)
		}
	}
	check.got = fmt.Sprintf("the process did not die; %s ended as they should", plural.Count(kept, "agent"))
}

// thrown is what the goroutine of a consumer ends with that leaves in this way.
var thrown = map[scenarios.Leaving]string{scenarios.Panics: scenarios.ConsumerPanic, scenarios.Exits: "runtime.Goexit"}

// throws reports whether the loop ended as it should. A loop body that ran on a goroutine
// of the executor's cannot end that of its caller, and its panic comes in another value.
func throws(c scenarios.Call, want string) bool {
	switch {
	case !c.Stream.Elsewhere || want == "":
		return c.Panic == want
	case want == scenarios.ConsumerPanic:
		return strings.Contains(c.Panic, want)
	}
	return true
}

func thrownText(v string) string {
	if v == "" {
		return "a loop that ends"
	}
	return "a loop that ends with " + v
}

// limitsStream is clause 8 for streams.
func (e *evaluation) limitsStream(check *clauseCheck) {
	limit := e.o.Setup.Limit
	check.want = fmt.Sprintf("at most %s of a call at a time, a queued agent's time starts when it starts, and none starts once the consumer has left", plural.Count(limit, "agent"))
	peak := 0
	for _, c := range e.streamed(check) {
		check.breach = e.breachOf(c)
		n := e.peak(c)
		peak = max(peak, n)
		if n > limit {
			check.fail("request %d: %s at a time", c.Index, plural.Count(n, "agent"))
		}
		for _, a := range e.cutInQueue(c) {
			check.fail("request %d: agent %s, which had waited for its turn, was cancelled %v after its own start, want AgentTimeout (%v)", c.Index, a.ID, ms(a.EndAt-a.StartAt), e.o.Setup.AgentTimeout)
		}
		for _, a := range e.startedTooLate(c, limit) {
			check.fail("request %d: agent %s was started after the consumer had left", c.Index, a.ID)
		}
	}
	if limit == 0 {
		check.doubt("the scenario sets no limit")
	}
	check.got = fmt.Sprintf("%s at a time", plural.Count(peak, "agent"))
}

// startedTooLate are agents that waited for their turn and were started when the consumer
// had left. Of two things at the same moment of virtual time, which came first is not
// known: there, an agent came too late if only the leaving can have made a place for it.
func (e *evaluation) startedTooLate(c scenarios.Call, limit int) (runs []scenarios.AgentRun) {
	left, places := leftAt(c), limit
	var queue []scenarios.AgentRun
	for _, a := range c.Agents {
		switch {
		case !a.Started:
		case a.StartAt > left+e.slack:
			runs = append(runs, a)
		case a.StartAt == left:
			queue = append(queue, a)
		default:
			places--
		}
		byItself := a.EndAt < left || a.EndAt == left && a.Outcome != mocks.Stopped && !a.DoneAtEnd
		if a.Ended && byItself || a.Ignores {
			places++
		}
	}
	if late := len(queue) - max(places, 0); late > 0 && limit > 0 && e.o.Clock == scenarios.VirtualClock {
		runs = append(runs, queue[len(queue)-late:]...)
	}
	return runs
}

// consumer adds to a timeline what the consumer of a stream did and got.
func (t *timeline) consumer() {
	s := t.c.Stream
	if s.LeftAt > 0 {
		t.add(s.LeftAt, rankContext, "the consumer leaves, after %s", plural.Count(s.Events, "event"))
	}
	how := "the stream ends"
	switch {
	case t.c.Panic != "":
		how = "the loop ends with " + shorten(t.c.Panic)
	case !t.c.Returned:
		how = "the loop still runs; the observation ends"
	}
	t.add(t.c.Ended, rankReturn, "%s; the consumer got %s", how, sawStream(*s))
}

// stepText names a step.
func stepText(s scenarios.Step) string {
	switch {
	case s.End && s.Error != "":
		return "an end with the error " + s.Error
	case s.End:
		return "an end"
	case s.Other != "":
		return "the piece " + s.Other
	}
	return fmt.Sprintf("piece %d", s.From)
}

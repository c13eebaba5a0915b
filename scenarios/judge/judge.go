// Package judge says what an observation means: Judge gives the verdict on one
// cell, Compare sets two cells side by side, Waive applies accepted failures.
// All are pure functions of what was observed. The package runs nothing, so it
// imports neither package observe nor testing nor goleak.
package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// Judge says, clause by clause, whether the observation keeps the clauses that
// the scenario tests.
//
// What was not observed is Unknown, never Pass. A process that died breaks
// clause 7, and every clause about what the caller receives, since it received
// nothing.
func Judge(s scenarios.Scenario, o scenarios.Observation) scenarios.Verdict {
	v := scenarios.Verdict{Executor: o.Executor, Scenario: s.Name}
	clauses := slices.Clone(s.Clauses)
	if o.AnyCrash().Died() && !slices.Contains(clauses, executor.Survives) {
		clauses = append(clauses, executor.Survives)
	}
	slices.Sort(clauses)
	e := newEvaluation(s, o)
	for _, c := range slices.Compact(clauses) {
		v.Clauses = append(v.Clauses, e.judgeBoth(c))
	}
	return v
}

// NeedsRepeat reports whether the machine fired the control timer so late, by
// more than half of Grace, that the cell should be run again before it is judged.
func NeedsRepeat(o scenarios.Observation) bool {
	return o.Crash == nil && o.Clock != scenarios.VirtualClock && o.Control.Lateness > o.Setup.Grace/2
}

// evaluation is a scenario with its observation, being judged.
type evaluation struct {
	s scenarios.Scenario
	o scenarios.Observation
	// callable says, for each place, whether its agent can be called at all.
	callable []bool
	// slack is how far apart two moments must be for their order to be known.
	slack time.Duration
	// limit is how many agents of a call run at a time; zero: all. It is that of the
	// scenario, or for an executor that claims no limit the one that was seen.
	limit int
}

// handOver is how long a real machine may take to switch from one goroutine to
// another: a mock records its end before its caller can know of it.
const handOver = 5 * time.Millisecond

func newEvaluation(s scenarios.Scenario, o scenarios.Observation) *evaluation {
	s = s.As(o.Setup)
	e := &evaluation{s: s, o: o, callable: callablePlaces(s.Agents)}
	if o.Clock != scenarios.VirtualClock {
		e.slack = o.Control.Lateness + handOver
	}
	e.limit = e.seenLimit()
	return e
}

// rules are the clauses, each as a function of an evaluation.
var rules = map[executor.Clause]func(*evaluation, *clauseCheck){
	executor.ReturnsInTime:  (*evaluation).returnsInTime,
	executor.LosesNothing:   (*evaluation).losesNothing,
	executor.PartialSuccess: (*evaluation).partialSuccess,
	executor.Cancels:        (*evaluation).cancels,
	executor.LeavesNothing:  (*evaluation).leavesNothing,
	executor.BoundsStuck:    (*evaluation).boundsStuck,
	executor.Survives:       (*evaluation).survives,
	executor.RespectsLimit:  (*evaluation).respectsLimit,
	executor.RunsTools:      (*evaluation).runsTools,
	executor.TouchesNoInput: (*evaluation).touchesNoInput,
	executor.PassesContext:  (*evaluation).passesContext,
	executor.Joins:          (*evaluation).joins,
}

func (e *evaluation) judge(c executor.Clause) scenarios.ClauseResult {
	check := &clauseCheck{}
	rule := rules[c]
	if special := streamRules[c]; special != nil && (e.s.Consumer != nil || rule == nil) {
		rule = special
	}
	lacks := slices.Contains(e.o.Setup.Lacks, int(c))
	switch {
	case lacks && (c != executor.Joins || e.o.Crash != nil):
		check.notApplicable = LacksCapability
	case rule == nil:
		check.doubt("there is no such clause")
	case e.o.Crash != nil:
		e.crashed(c, check)
	case e.o.Scenario != e.s.Name:
		check.doubt("the observation is of scenario %q", e.o.Scenario)
	case e.o.Totals.Requests == 0 || e.o.Setup.AgentTimeout == 0:
		check.doubt("nothing was observed")
	default:
		rule(e, check)
		e.exceptShared(c, check)
	}
	if lacks && check.notApplicable == "" { // what was seen is said all the same
		check.got = append(check.failures, check.got)[0]
		check.notApplicable = LacksCapability
	}
	return check.result(c)
}

// LacksCapability is the reason of a clause that is not applicable because the executor
// declares to lack it.
const LacksCapability = "the executor does not claim this capability"

// receivedByCallers are the clauses about what a caller receives. It receives
// nothing of a process that died.
var receivedByCallers = []executor.Clause{executor.ReturnsInTime, executor.LosesNothing, executor.PartialSuccess, executor.Survives}

// unseen is the reason of an unknown clause in a cell whose process died.
const unseen = "the process died before this could be seen"

// crashed checks a clause in a cell whose process died.
func (e *evaluation) crashed(c executor.Clause, check *clauseCheck) {
	crash := e.o.Crash
	check.want = "the process does not die"
	check.got = fmt.Sprintf("process ended: %v", crash)
	switch {
	case !crash.Died():
		check.doubt("the cell's process was ended from outside: %v", crash)
	case slices.Contains(receivedByCallers, c):
		if crash.Kind == "panic" && (strings.Contains(crash.Message, mocks.ErrFault.Error()) || strings.Contains(crash.Message, scenarios.ConsumerPanic)) {
			check.breach = executor.ByPanic
		}
		check.fail("process died: %v", crash)
		if crash.Stacks != "" {
			check.evidence = append(check.evidence, crash.Stacks)
		}
	default:
		check.doubt(unseen)
	}
}

// clauseCheck collects what speaks for and against one clause in one cell.
type clauseCheck struct {
	// failures say how the clause is broken, doubts why nothing is known of it.
	failures, doubts []string
	// breach is the kind of the failures that are added next. breaches are those of
	// the failures so far.
	breach   executor.Breach
	breaches []executor.Breach
	// notApplicable says why the clause does not apply; empty where it does.
	notApplicable string
	// got is what was observed where nothing breaks the clause.
	got, want string
	evidence  []string
}

func (check *clauseCheck) fail(format string, args ...any) {
	check.failures = append(check.failures, fmt.Sprintf(format, args...))
	check.breaches = append(check.breaches, check.breach)
}

// didNotHappen makes a clause not applicable that nothing speaks for or against, since what
// it is about did not happen.
func (check *clauseCheck) didNotHappen(why string) {
	if len(check.failures)+len(check.doubts) == 0 {
		check.notApplicable = why
	}
}

func (check *clauseCheck) doubt(format string, args ...any) {
	check.doubts = append(check.doubts, fmt.Sprintf(format, args...))
}

// show adds lines of evidence that are not there yet.
func (check *clauseCheck) show(lines []string) {
	for _, l := range lines {
		if !slices.Contains(check.evidence, l) {
			check.evidence = append(check.evidence, l)
		}
	}
}

// mostEvidence is how many lines of evidence a result has at most.
const mostEvidence = 10

func (check *clauseCheck) result(c executor.Clause) scenarios.ClauseResult {
	out := scenarios.ClauseResult{Clause: c, Status: scenarios.Pass, Got: check.got, Want: check.want}
	switch {
	case check.notApplicable != "":
		return scenarios.ClauseResult{Clause: c, Status: scenarios.NotApplicable, Got: check.got, Reason: check.notApplicable}
	case len(check.failures) > 0:
		out.Status, out.Got = scenarios.Fail, check.failures[0]
		if kinds := slices.Compact(slices.Sorted(slices.Values(check.breaches))); len(kinds) == 1 {
			out.Breach = kinds[0]
		}
		if more := len(check.failures) - 1; more > 0 {
			out.Got += fmt.Sprintf(" (and %d more)", more)
		}
		out.Evidence = append(slices.Clone(check.failures[1:]), check.evidence...)
	case len(check.doubts) > 0:
		out.Status, out.Reason = scenarios.Unknown, check.doubts[0]
		out.Evidence = append(slices.Clone(check.doubts[1:]), check.evidence...)
	default:
		out.Evidence = check.evidence
	}
	if extra := len(out.Evidence) - mostEvidence; extra > 0 {
		out.Evidence = append(out.Evidence[:mostEvidence:mostEvidence], fmt.Sprintf("and %d more lines", extra))
	}
	return out
}

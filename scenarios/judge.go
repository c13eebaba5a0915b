package scenarios

import (
	"fmt"
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// Judge says, clause by clause, whether the observation keeps what the scenario
// puts to the test. It is a pure function: it runs and looks at nothing.
//
// What was not looked at is Unknown, never Pass. A process that died breaks
// clause 7, and every clause about what the caller gets, since it got nothing.
func Judge(s Scenario, o Observation) Verdict {
	v := Verdict{Executor: o.Executor, Scenario: s.Name}
	clauses := slices.Clone(s.Clauses)
	if o.Crash.Died() && !slices.Contains(clauses, executor.Survives) {
		clauses = append(clauses, executor.Survives)
	}
	slices.Sort(clauses)
	d := newDocket(s, o)
	for _, c := range slices.Compact(clauses) {
		v.Clauses = append(v.Clauses, d.judge(c))
	}
	return v
}

// NeedsRepeat says that the machine fired the control timer so late, by more
// than half of Grace, that the cell should be run again before it is judged.
func NeedsRepeat(o Observation) bool {
	return o.Crash == nil && o.Clock != VirtualClock && o.Control.Lateness > o.Setup.Grace/2
}

// docket is one observation under judgement.
type docket struct {
	s Scenario
	o Observation
	// valids is what valid says.
	valids []bool
	// slack is how far apart two moments must be to tell their order.
	slack time.Duration
}

// handOver is what it takes, on a real machine, to get from one goroutine to
// the next: the mock writes down its end before its caller can know of it.
const handOver = 5 * time.Millisecond

func newDocket(s Scenario, o Observation) *docket {
	d := &docket{s: s, o: o, valids: validPlaces(s.Agents)}
	if o.Clock != VirtualClock {
		d.slack = o.Control.Lateness + handOver
	}
	return d
}

// laws are the clauses, each as a function of an observation.
var laws = map[executor.Clause]func(*docket, *ruling){
	executor.ReturnsInTime:  (*docket).returnsInTime,
	executor.LosesNothing:   (*docket).losesNothing,
	executor.PartialSuccess: (*docket).partialSuccess,
	executor.Cancels:        (*docket).cancels,
	executor.LeavesNothing:  (*docket).leavesNothing,
	executor.BoundsStuck:    (*docket).boundsStuck,
	executor.Survives:       (*docket).survives,
	executor.RespectsLimit:  (*docket).respectsLimit,
	executor.RunsTools:      (*docket).runsTools,
	executor.TouchesNoInput: (*docket).touchesNoInput,
}

func (d *docket) judge(c executor.Clause) ClauseResult {
	r := &ruling{}
	law := laws[c]
	switch {
	case slices.Contains(d.o.Setup.Lacks, int(c)):
		return ClauseResult{Clause: c, Status: NotApplicable, Reason: "the executor does not claim this capability"}
	case law == nil:
		r.doubt("there is no such clause")
	case d.o.Crash != nil:
		d.crashed(c, r)
	case d.o.Scenario != d.s.Name:
		r.doubt("the observation is of scenario %q", d.o.Scenario)
	case d.o.Totals.Requests == 0 || d.o.Setup.AgentTimeout == 0:
		r.doubt("nothing was observed")
	default:
		law(d, r)
	}
	return r.result(c)
}

// Died reports that the executor, and not the harness or the machine, ended the
// process.
func (c *Crash) Died() bool {
	return c != nil && slices.Contains([]string{"panic", "fatal", "deadlock", "exit"}, c.Kind)
}

// unseen is the doubt about a clause in a cell whose process died.
const unseen = "the process died before this could be seen"

// crashed rules on a cell whose process died.
func (d *docket) crashed(c executor.Clause, r *ruling) {
	crash := d.o.Crash
	r.want = "the process lives on"
	r.saw = fmt.Sprintf("process ended: %v", crash)
	callers := []executor.Clause{executor.ReturnsInTime, executor.LosesNothing, executor.PartialSuccess, executor.Survives}
	switch {
	case !crash.Died():
		r.doubt("the cell's process was ended from outside: %v", crash)
	case slices.Contains(callers, c):
		r.breaks("process died: %v", crash)
		if crash.Stacks != "" {
			r.evidence = append(r.evidence, crash.Stacks)
		}
	default:
		r.doubt(unseen)
	}
}

// ruling gathers what speaks for and against one clause in one cell.
type ruling struct {
	// broken is what breaks the clause, doubts why nothing can be said, saw
	// what was observed where nothing breaks it.
	broken, doubts []string
	saw, want      string
	evidence       []string
}

func (r *ruling) breaks(format string, args ...any) {
	r.broken = append(r.broken, fmt.Sprintf(format, args...))
}

func (r *ruling) doubt(format string, args ...any) {
	r.doubts = append(r.doubts, fmt.Sprintf(format, args...))
}

// lines is the most evidence that a result carries.
const lines = 10

func (r *ruling) result(c executor.Clause) ClauseResult {
	out := ClauseResult{Clause: c, Status: Pass, Got: r.saw, Want: r.want}
	switch {
	case len(r.broken) > 0:
		out.Status, out.Got = Fail, r.broken[0]
		if more := len(r.broken) - 1; more > 0 {
			out.Got += fmt.Sprintf(" (and %d more)", more)
		}
		out.Evidence = append(slices.Clone(r.broken[1:]), r.evidence...)
	case len(r.doubts) > 0:
		out.Status, out.Reason = Unknown, r.doubts[0]
		out.Evidence = append(slices.Clone(r.doubts[1:]), r.evidence...)
	default:
		out.Evidence = r.evidence
	}
	if extra := len(out.Evidence) - lines; extra > 0 {
		out.Evidence = append(out.Evidence[:lines:lines], fmt.Sprintf("and %d more lines", extra))
	}
	return out
}

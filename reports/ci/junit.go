package ci

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/junitxml"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/view"
	"github.com/watertight-go/watertight/scenarios"
)

// JUnit writes the cells as JUnit XML, one suite for each executor, the After
// executor first.
//
// Of the After executor, a broken clause is a failure and an unknown one is an
// error; a partial run is an error of its own. The other executors are run for
// comparison, and are expected to break clauses: such cells are skipped, with
// the reason. So are cells that are waived or not applicable.
func JUnit(w io.Writer, r *reports.Report) error {
	if r == nil {
		return errors.New("reports/ci: junit: got no report, want one")
	}
	all := junit.Testsuites{Name: "watertight", Time: format.Seconds(time.Duration(max(r.Elapsed, 0)))}
	all.AddSuite(newSuite(r, r.After))
	for _, name := range r.ExecutorNames() {
		if name != r.After {
			all.AddSuite(newSuite(r, name))
		}
	}
	if err := junitxml.Write(w, all); err != nil {
		return fmt.Errorf("reports/ci: junit: write: %w", err)
	}
	return nil
}

// newSuite has the cells of one executor.
func newSuite(r *reports.Report, name string) junit.Testsuite {
	s := junit.Testsuite{Name: plaintext.Name(name), Package: "watertight"}
	if !r.Created.IsZero() {
		s.SetTimestamp(r.Created.UTC())
	}
	total := time.Duration(0)
	for _, c := range r.Cells {
		if c.Observation.Executor != name {
			continue
		}
		total += max(c.Observation.Elapsed, 0)
		test := newCase(c)
		if name == r.After {
			setResult(&test, c)
		} else {
			setSkipped(&test, c)
		}
		s.AddTestcase(test)
	}
	if name == r.After {
		describeRun(&s, r)
	}
	s.Time = format.Seconds(total)
	return s
}

// describeRun adds to the candidate's suite what is true of the whole run.
func describeRun(s *junit.Testsuite, r *reports.Report) {
	s.AddProperty("go", plaintext.Clean(r.Environment.Go))
	s.AddProperty("platform", plaintext.Clean(r.Environment.OS+"/"+r.Environment.Arch))
	if s.Tests == 0 {
		s.AddTestcase(errorCase("candidate", "the candidate was not run"))
	}
	if r.Partial != "" {
		s.AddTestcase(errorCase("whole run", "partial run: "+plaintext.Limit(r.Partial, plaintext.MostSentence)))
	}
}

// errorCase is a case for a failure of the harness itself.
func errorCase(name, text string) junit.Testcase {
	return junit.Testcase{Name: name, Classname: "watertight", Time: "0.000", Error: &junit.Result{Message: text, Type: "unknown"}}
}

func newCase(c scenarios.Cell) junit.Testcase {
	o := c.Observation
	return junit.Testcase{Name: view.CellName(view.CellKey{Scenario: plaintext.Name(o.Scenario), Race: o.Race}),
		Classname: "watertight." + plaintext.Name(o.Executor), Time: format.Seconds(max(o.Elapsed, 0))}
}

// setResult adds the result of a cell of the candidate.
func setResult(test *junit.Testcase, c scenarios.Cell) {
	switch c.Verdict.Status() {
	case scenarios.Pass:
	case scenarios.Waived, scenarios.NotApplicable:
		test.Skipped = newResult(c)
	case scenarios.Fail:
		test.Failure = newResult(c)
	default:
		test.Error = newResult(c)
	}
}

// setSkipped adds the result of a cell that was run for comparison.
func setSkipped(test *junit.Testcase, c scenarios.Cell) {
	switch c.Verdict.Status() {
	case scenarios.Pass:
	case scenarios.Waived, scenarios.NotApplicable:
		test.Skipped = newResult(c)
	default:
		test.Skipped = newResult(c)
		test.Skipped.Message = "run for comparison: " + test.Skipped.Message
	}
}

func newResult(c scenarios.Cell) *junit.Result {
	status := c.Verdict.Status()
	return &junit.Result{Message: reasons(c.Verdict, status), Type: string(status), Data: details(c, status)}
}

// reasons names the clauses that gave a cell its status.
func reasons(v scenarios.Verdict, status scenarios.Status) string {
	var parts []string
	for _, k := range v.Clauses {
		if k.Status != status {
			continue
		}
		text := k.Got
		if status != scenarios.Fail && k.Reason != "" {
			text = k.Reason
		}
		parts = append(parts, fmt.Sprintf("clause %d: %s", k.Clause, plaintext.Limit(text, plaintext.MostSentence)))
	}
	if len(parts) == 0 {
		return "no clause was judged"
	}
	return string(status) + ": " + strings.Join(parts, "; ")
}

// details are got, want and evidence of those clauses.
func details(c scenarios.Cell, status scenarios.Status) string {
	var b strings.Builder
	for _, k := range c.Verdict.Clauses {
		if k.Status == status {
			describe(&b, k)
		}
	}
	if crash := c.Observation.AnyCrash(); crash != nil {
		fmt.Fprintf(&b, "the cell's process died: %s\n", plaintext.Limit(crash.String(), plaintext.MostSentence))
	}
	return b.String()
}

func describe(b *strings.Builder, k scenarios.ClauseResult) {
	const most = 20
	fmt.Fprintf(b, "clause %d (%s)\n  got:  %s\n  want: %s\n", k.Clause, view.ClauseTitle(k.Clause),
		plaintext.Limit(k.Got, plaintext.MostSentence), plaintext.Limit(k.Want, plaintext.MostSentence))
	if k.Reason != "" {
		fmt.Fprintf(b, "  reason: %s\n", plaintext.Limit(k.Reason, plaintext.MostSentence))
	}
	for _, e := range k.Evidence[:min(most, len(k.Evidence))] {
		fmt.Fprintf(b, "  %s\n", plaintext.Limit(e, plaintext.MostSentence))
	}
	if more := len(k.Evidence) - most; more > 0 {
		fmt.Fprintf(b, "  ... %d more\n", more)
	}
}

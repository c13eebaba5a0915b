package ci

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/plaintext"
	"github.com/watertight-go/watertight/reports/internal/view"
	"github.com/watertight-go/watertight/scenarios"
)

// JUnit writes the cells as JUnit XML, a suite for each executor, the After
// executor first. Of that one a broken clause is a failure, an unknown one an
// error. The others are run for comparison and are expected to break things:
// what they break or what is unknown of them is skipped, with the reason, and
// so is what is waived or not applicable anywhere. A partial run is an error of
// its own.
func JUnit(w io.Writer, r *reports.Report) error {
	if r == nil {
		return errors.New("reports: junit: got no report, want one")
	}
	all := junit.Testsuites{Name: "watertight", Time: xmlSeconds(time.Duration(max(r.Elapsed, 0)))}
	all.AddSuite(newSuite(r, r.After))
	for _, name := range r.ExecutorNames() {
		if name != r.After {
			all.AddSuite(newSuite(r, name))
		}
	}
	if _, err := io.WriteString(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"); err != nil {
		return fmt.Errorf("reports: junit: write: %w", err)
	}
	if err := all.WriteXML(w); err != nil {
		return fmt.Errorf("reports: junit: write: %w", err)
	}
	return nil
}

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
		s.AddTestcase(newCase(c, name == r.After))
	}
	if name == r.After {
		s.AddProperty("go", plaintext.Clean(r.Environment.Go))
		s.AddProperty("platform", plaintext.Clean(r.Environment.OS+"/"+r.Environment.Arch))
		if s.Tests == 0 {
			s.AddTestcase(trouble("candidate", "the candidate was not run"))
		}
		if r.Partial != "" {
			s.AddTestcase(trouble("whole run", "partial run: "+plaintext.Limit(r.Partial, plaintext.MostSentence)))
		}
	}
	s.Time = xmlSeconds(total)
	return s
}

// trouble is a case for what the harness could not do.
func trouble(name, text string) junit.Testcase {
	return junit.Testcase{Name: name, Classname: "watertight", Time: "0.000", Error: &junit.Result{Message: text, Type: "unknown"}}
}

// newCase is one cell.
func newCase(c scenarios.Cell, candidate bool) junit.Testcase {
	o := c.Observation
	out := junit.Testcase{Name: view.CellName(view.CellKey{Scenario: plaintext.Name(o.Scenario), Race: o.Race}), Classname: "watertight." + plaintext.Name(o.Executor), Time: xmlSeconds(max(o.Elapsed, 0))}
	status := c.Verdict.Status()
	result := &junit.Result{Message: reasons(c.Verdict, status), Type: string(status), Data: details(c, status)}
	switch {
	case status == scenarios.Pass:
	case status == scenarios.Waived || status == scenarios.NotApplicable:
		out.Skipped = result
	case !candidate:
		result.Message = "run for comparison: " + result.Message
		out.Skipped = result
	case status == scenarios.Fail:
		out.Failure = result
	default:
		out.Error = result
	}
	return out
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
	const most = 20
	var b strings.Builder
	for _, k := range c.Verdict.Clauses {
		if k.Status != status {
			continue
		}
		fmt.Fprintf(&b, "clause %d (%s)\n  got:  %s\n  want: %s\n", k.Clause, view.ClauseTitle(k.Clause),
			plaintext.Limit(k.Got, plaintext.MostSentence), plaintext.Limit(k.Want, plaintext.MostSentence))
		if k.Reason != "" {
			fmt.Fprintf(&b, "  reason: %s\n", plaintext.Limit(k.Reason, plaintext.MostSentence))
		}
		for i, e := range k.Evidence {
			if i == most {
				fmt.Fprintf(&b, "  ... %d more\n", len(k.Evidence)-most)
				break
			}
			fmt.Fprintf(&b, "  %s\n", plaintext.Limit(e, plaintext.MostSentence))
		}
	}
	if crash := c.Observation.Crash; crash != nil {
		fmt.Fprintf(&b, "the cell's process died: %s\n", plaintext.Limit(crash.String(), plaintext.MostSentence))
	}
	return b.String()
}

func xmlSeconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

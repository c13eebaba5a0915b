package forms

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/frames"
	"github.com/watertight-go/watertight/internal/junitxml"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/service"
)

// JUnit writes a result as JUnit XML: one case for each version, for each measure and for
// each finding. A measure in which the last version fails is a failure, as is what it leaves.
// What could not be judged is an error. What only the version before leaves is output.
func JUnit(w io.Writer, r service.Result) error {
	s := junit.Testsuite{Name: "stress service", Package: "stress service"}
	if !r.Began.IsZero() {
		s.SetTimestamp(r.Began.UTC())
	}
	for _, side := range r.Sides {
		s.AddTestcase(sideCase(r, side))
	}
	if r.Partial != "" {
		c := newCase("whole run", "watertight")
		c.Error = &junit.Result{Type: "error", Message: "partial: " + clean(r.Partial)}
		s.AddTestcase(c)
	}
	for _, n := range r.Notes {
		c := newCase("could be judged", "watertight")
		c.Error = &junit.Result{Type: "error", Message: clean(n)}
		s.AddTestcase(c)
	}
	for _, row := range r.Rows {
		s.AddTestcase(rowCase(r, row))
	}
	for _, f := range r.Findings {
		s.AddTestcase(findingCase(r, f))
	}
	all := junit.Testsuites{Name: "watertight"}
	all.AddSuite(s)
	if err := junitxml.Write(w, all); err != nil {
		return fmt.Errorf("forms: junit: write: %w", err)
	}
	return nil
}

func newCase(name, class string) junit.Testcase {
	return junit.Testcase{Name: plaintext.Limit(name, 4*plaintext.MostName), Classname: class, Time: format.Seconds(0)}
}

// sideCase is a version: an error where it could not be judged, with the end of its log.
func sideCase(r service.Result, side service.Summary) junit.Testcase {
	c := newCase(side.Name+": "+side.What, "version")
	c.Time = format.Seconds(time.Duration(r.Seconds*float64(time.Second)) / time.Duration(len(r.Sides)))
	text := strings.Join(logLines(side.Log), "\n")
	switch {
	case side.Trouble != "":
		c.Error = &junit.Result{Type: "error", Message: clean(side.Trouble), Data: text}
	case side.Died != "":
		c.SystemOut = &junit.Output{Data: clean(side.Died) + "\n" + text}
	}
	return c
}

// rowCase is a measure.
func rowCase(r service.Result, row service.Row) junit.Testcase {
	c := newCase(measure(row), "measure")
	text := string(row.Word) + ": " + figures(r, row)
	if row.Why != "" {
		text += "; " + clean(row.Why)
	}
	switch grade(row) {
	case service.Failing:
		c.Failure = &junit.Result{Type: "leak", Message: clean(text)}
	case service.Unclear:
		c.Error = &junit.Result{Type: "unknown", Message: clean(text)}
	default:
		c.SystemOut = &junit.Output{Data: clean(text)}
	}
	return c
}

// grade is that of the last version in a measure that decides.
func grade(row service.Row) service.Grade {
	if !row.Decides || len(row.Values) == 0 {
		return service.Ungraded
	}
	return row.Values[len(row.Values)-1].Grade
}

func findingCase(r service.Result, f service.Finding) junit.Testcase {
	c := newCase(at(f), string(f.Kind))
	if failsNow(r, f) {
		c.Failure = &junit.Result{Type: "leak", Message: sentence(f), Data: strings.Join(frames.Lines(f.Stack), "\n")}
	} else {
		c.SystemOut = &junit.Output{Data: sentence(f)}
	}
	return c
}

package forms

import (
	"fmt"
	"io"
	"strings"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/watertight-go/watertight/attach"
	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/frames"
	"github.com/watertight-go/watertight/internal/junitxml"
	"github.com/watertight-go/watertight/internal/plaintext"
)

// JUnit writes a result as JUnit XML, one case for each finding and one for each
// instance. A finding that fails the watch is a failure. An instance that could not be
// judged is an error.
func JUnit(w io.Writer, r attach.Result) error {
	s := junit.Testsuite{Name: "stress attach", Package: "stress attach"}
	if !r.Began.IsZero() {
		s.SetTimestamp(r.Began.UTC())
	}
	for _, in := range r.Instances {
		s.AddTestcase(instanceCase(r, in))
	}
	if r.Partial != "" {
		s.AddTestcase(junit.Testcase{Name: "whole watch", Classname: "watertight", Time: format.Seconds(0), Error: &junit.Result{Type: "error", Message: "partial: " + clean(r.Partial)}})
	}
	for _, f := range r.Findings {
		s.AddTestcase(findingCase(f))
	}
	all := junit.Testsuites{Name: "watertight"}
	all.AddSuite(s)
	if err := junitxml.Write(w, all); err != nil {
		return fmt.Errorf("forms: junit: write: %w", err)
	}
	return nil
}

func instanceCase(r attach.Result, in attach.Summary) junit.Testcase {
	name := plaintext.Limit(in.Name, 4*plaintext.MostName)
	c := junit.Testcase{Name: name, Classname: "instance", Time: format.Seconds(roundedTime(r.Took))}
	for _, n := range r.Notes {
		if strings.HasPrefix(n, in.Name+": ") {
			c.Error = &junit.Result{Type: "error", Message: clean(strings.TrimPrefix(n, in.Name+": "))}
		}
	}
	return c
}

func findingCase(f attach.Finding) junit.Testcase {
	c := junit.Testcase{Name: where(f), Classname: string(f.Kind), Time: format.Seconds(0)}
	text := strings.Join(frames.Lines(f.Stack), "\n")
	switch {
	case f.Failing():
		c.Failure = &junit.Result{Type: "leak", Message: sentence(f), Data: text}
	case f.Verdict == attach.Known:
		c.SystemOut = &junit.Output{Data: sentence(f)}
	default:
		c.Error = &junit.Result{Type: string(f.Verdict), Message: sentence(f), Data: text}
	}
	return c
}

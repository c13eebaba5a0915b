package forms

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/junitxml"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/suite"
)

// JUnit writes the tests of the later version as JUnit XML, one suite for each package.
//
// A test fails where it failed by itself, or leaves something that fails the run. What
// it leaves otherwise, such as a known leak, is in its output. What could not be checked
// is an error. What is left after all tests of a package is a case of its own.
func JUnit(w io.Writer, r suite.Result) error {
	v := newView(r)
	all := junit.Testsuites{Name: "watertight"}
	leaks := byTest(v)
	for _, p := range joined(r.After.Runs) {
		all.AddSuite(newSuite(r, p, leaks))
	}
	if r.Partial != "" {
		s := junit.Testsuite{Name: "watertight"}
		s.AddTestcase(junit.Testcase{Name: "whole run", Classname: "watertight", Time: format.Seconds(0), Error: junitResult("error", "partial run: "+r.Partial, "")})
		all.AddSuite(s)
	}
	if err := junitxml.Write(w, all); err != nil {
		return fmt.Errorf("forms: junit: write: %w", err)
	}
	return nil
}

// byTest are the sites that each test shows. The name of no test stands for what is left
// after all tests.
func byTest(v view) map[suite.TestName][]leakSite {
	all := map[suite.TestName][]leakSite{}
	for _, s := range slices.Concat(v.sites, v.grows) {
		if s.Verdict == suite.Fixed {
			continue
		}
		for _, t := range s.Tests {
			all[t] = append(all[t], s)
		}
		for _, p := range s.Rest {
			all[suite.TestName{Package: p}] = append(all[suite.TestName{Package: p}], s)
		}
	}
	return all
}

// joined are the packages of several runs, each with all of its tests once. The worst
// that a test did counts.
func joined(runs []suite.Observation) (all []suite.Package) {
	at := map[string]int{}
	for _, o := range runs {
		for _, p := range o.Packages {
			i, seen := at[p.Path]
			if !seen {
				at[p.Path] = len(all)
				p.Tests = append([]suite.Test(nil), p.Tests...)
				all = append(all, p)
				continue
			}
			join(&all[i], p)
		}
	}
	return all
}

// join adds what another run of a package saw.
func join(to *suite.Package, p suite.Package) {
	if to.Error == "" {
		to.Error = p.Error
	}
	at := map[string]int{}
	for i, t := range to.Tests {
		at[t.Name] = i
	}
	for _, t := range p.Tests {
		i, seen := at[t.Name]
		switch {
		case !seen:
			to.Tests = append(to.Tests, t)
		case severity(t) > severity(to.Tests[i]):
			to.Tests[i] = t
		}
	}
}

// severity is how bad it is, what a test did by itself.
func severity(t suite.Test) int {
	switch {
	case notChecked(t):
		return 2
	case t.Outcome == suite.Failed:
		return 1
	}
	return 0
}

// notChecked reports whether a test was not checked to its end.
func notChecked(t suite.Test) bool {
	return len(troublesOf(suite.Package{Tests: []suite.Test{t}})) > 0
}

func newSuite(r suite.Result, p suite.Package, leaks map[suite.TestName][]leakSite) junit.Testsuite {
	name := plaintext.Limit(p.Path, 4*plaintext.MostName)
	s := junit.Testsuite{Name: name, Package: name}
	if !r.Created.IsZero() {
		s.SetTimestamp(r.Created.UTC())
	}
	if p.Error != "" {
		s.AddTestcase(junit.Testcase{Name: "package", Classname: name, Time: format.Seconds(0), Error: junitResult("error", firstLine(p.Error), p.Error)})
	}
	for _, t := range p.Tests {
		c := junit.Testcase{Name: plaintext.Limit(t.Name, 4*plaintext.MostName), Classname: name, Time: format.Seconds(t.Elapsed)}
		setResult(r, &c, p, t, leaks[suite.TestName{Package: p.Path, Test: t.Name}])
		s.AddTestcase(c)
	}
	if rest := leaks[suite.TestName{Package: p.Path}]; len(rest) > 0 {
		c := junit.Testcase{Name: "after all tests", Classname: name, Time: format.Seconds(0)}
		setLeaks(r, &c, rest)
		s.AddTestcase(c)
	}
	return s
}

// setResult adds how a test ended, and what it left.
func setResult(r suite.Result, c *junit.Testcase, p suite.Package, t suite.Test, left []leakSite) {
	setLeaks(r, c, left)
	trouble := troublesOf(suite.Package{Path: p.Path, Tests: []suite.Test{t}})
	switch {
	case len(trouble) > 0:
		c.Failure, c.Error = nil, junitResult("error", trouble[0].why, trouble[0].why)
	case c.Failure != nil:
	case t.Outcome == suite.Failed:
		c.Failure = junitResult("fail", "the test failed by itself", "")
	case t.Outcome == suite.Skipped:
		c.Skipped = junitResult("skip", "skipped", "")
	}
}

// setLeaks adds what is left: a failure, or where it fails nothing, output.
func setLeaks(r suite.Result, c *junit.Testcase, left []leakSite) {
	var failing, others []string
	for _, s := range left {
		text := plaintext.Limit(strings.ToLower(words[s.Verdict])+": "+strings.TrimPrefix(s.place+": "+sentence(s), ": "), plaintext.MostParagraph)
		if levelOf(r, s.Verdict) == "error" {
			failing = append(failing, text+"\n"+strings.Join(stackLines(s.Finding.Stack), "\n"))
		} else {
			others = append(others, text)
		}
	}
	if len(failing) > 0 {
		c.Failure = junitResult("leak", firstLine(failing[0]), strings.Join(failing, "\n\n"))
	}
	if len(others) > 0 {
		c.SystemOut = &junit.Output{Data: strings.Join(others, "\n")}
	}
}

// junitResult is a result with a message of one line and details.
func junitResult(kind, message, details string) *junit.Result {
	lines := strings.Split(details, "\n")
	for i := range lines {
		lines[i] = plaintext.Limit(strings.ReplaceAll(lines[i], "\t", "    "), plaintext.MostSentence)
	}
	if len(lines) > mostRows {
		lines = append(lines[:mostRows], "...")
	}
	return &junit.Result{Type: kind, Message: plaintext.Limit(message, plaintext.MostSentence), Data: strings.Join(lines, "\n")}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

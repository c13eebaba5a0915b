// Package known is the list of the leaks that a project knows of and accepts until a
// date. Beside it, a leak of a result is known, expired or new, and a leak of the list
// that is left no more is fixed.
//
// The list is a YAML file that people write and `stress test -update` keeps short:
//
//	leaks:
//	  - package: example.com/m/pool
//	    tests: [TestPool, TestGrow*]
//	    entry: example.com/m/pool.(*Pool).work
//	    createdBy: example.com/m/pool.(*Pool).Start
//	    at: pool/pool.go:30
//	    reason: "Close does not wait, see #12"
//	    until: 2027-03-31
package known

import (
	"path"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/watertight-go/watertight/suite"
)

// AfterAllTests stands in an entry's tests for what is left after all tests of the
// package and no test was blamed for.
const AfterAllTests = "after all tests"

// List is a list of known leaks.
type List struct {
	// File is the path of the file.
	File    string
	Entries []Entry
	// document is the file with its comments.
	document *yaml.Node
}

// Entry is a known leak: a place in one package. What it names of the place has no lines
// and no states, which change without a change of the leak.
type Entry struct {
	Package string
	// Tests are the names of tests, patterns of path.Match, or AfterAllTests. None means
	// any test of the package, and after all tests.
	Tests []string
	// Entry is the first function of the goroutine, CreatedBy the function of its go
	// statement, Runs the function that a library was given to run.
	Entry, CreatedBy, Runs string
	// Program is the name of a child process's program, in place of functions.
	Program string
	// Grows is what a test leaves more of in each round, in place of functions:
	// suite.Growth.What.
	Grows string
	// At is where the go statement was when the entry was written. It is not compared.
	At string
	// Reason says why the leak is accepted. Without a reason the entry accepts nothing.
	Reason string
	// Until is the last day on which the entry accepts the leak.
	Until time.Time
	// OS, Arch and Tags are the conditions under which the entry counts, as the go command
	// names them. Empty means any.
	OS, Arch string
	Tags     []string
	// Line is where the entry begins in the file.
	Line int
	node *yaml.Node
}

// Run says what was run, which decides which entries count, and whether a leak that was
// not seen is fixed.
type Run struct {
	OS, Arch string
	Tags     []string
	// Chosen: some tests of a package were left out, as by -run.
	Chosen bool
	Today  time.Time
}

// counts reports whether the entry counts in a run.
func (e *Entry) counts(run Run) bool {
	return (e.OS == "" || e.OS == run.OS) && (e.Arch == "" || e.Arch == run.Arch) &&
		!slices.ContainsFunc(e.Tags, func(tag string) bool { return !slices.Contains(run.Tags, tag) })
}

// expired reports whether the entry's last day is over.
func (e *Entry) expired(run Run) bool {
	return run.Today.Format(time.DateOnly) > e.Until.Format(time.DateOnly)
}

// hasPlace reports whether the entry is for the place of a site.
func (e *Entry) hasPlace(s suite.Site) bool {
	f := s.Finding
	switch {
	case e.Grows != "":
		return false
	case s.Process != nil:
		return e.Program != "" && e.Program == s.Program()
	}
	return e.Program == "" && e.Entry == f.Entry && e.CreatedBy == f.CreatedBy && e.Runs == f.Runs
}

// How well the tests of an entry fit a test. The best entry decides.
const (
	fitsNot = iota
	fitsAny
	fitsPattern
	fitsName
)

// fit says how well the entry's tests fit a test, or AfterAllTests.
func (e *Entry) fit(test string) int {
	if len(e.Tests) == 0 {
		return fitsAny
	}
	best := fitsNot
	for _, t := range e.Tests {
		if t == test {
			return fitsName
		}
		if ok, err := path.Match(t, test); ok && err == nil && test != AfterAllTests {
			best = fitsPattern
		}
	}
	return best
}

// find is the entry for what a test left, nil where there is none. is tells whether an
// entry is for that.
func (l *List) find(is func(*Entry) bool, name suite.TestName, run Run) (found *Entry) {
	best := fitsNot
	for i := range l.Entries {
		e := &l.Entries[i]
		if e.Package != name.Package || !is(e) || !e.counts(run) {
			continue
		}
		if fit := e.fit(name.Test); fit > best {
			found, best = e, fit
		}
	}
	return found
}

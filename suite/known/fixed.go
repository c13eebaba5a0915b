package known

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/suite"
)

// fixed is an entry, or some tests of it, whose leak is left no more.
type fixed struct {
	entry *Entry
	// tests are those of the entry that show it no more. Whole: none of them shows it.
	tests []string
	whole bool
}

// fixed are the entries whose leak is left no more. A leak is only called fixed where its
// test ran, passed, and its check has ended.
func (l *List) fixed(side suite.Side, run Run) (all []fixed) {
	for i := range l.Entries {
		e := &l.Entries[i]
		if !e.counts(run) {
			continue
		}
		f := fixed{entry: e}
		for _, test := range e.Tests {
			if e.fixedIn(side, test, run) {
				f.tests = append(f.tests, test)
			}
		}
		f.whole = len(f.tests) == len(e.Tests) && (len(e.Tests) > 0 || e.fixedIn(side, "", run))
		if f.whole || len(f.tests) > 0 {
			all = append(all, f)
		}
	}
	return all
}

// fixedIn reports whether every run of a side shows that a test, the tests of a pattern,
// or, for an empty one, all tests of the package leave it no more.
func (e *Entry) fixedIn(side suite.Side, test string, run Run) bool {
	for _, o := range side.Runs {
		i := slices.IndexFunc(o.Packages, func(p suite.Package) bool { return p.Path == e.Package })
		if i < 0 || !e.goneFrom(o.Packages[i], test, run) {
			return false
		}
	}
	return len(side.Runs) > 0
}

// goneFrom is fixedIn for one run of the package.
func (e *Entry) goneFrom(p suite.Package, test string, run Run) bool {
	if e.shownBy(p.Rest) {
		return false // perhaps by the same test
	}
	var some []suite.Test
	for _, t := range p.Tests {
		if test == "" && !t.IsExample() || (&Entry{Tests: []string{test}}).fit(t.Name) != fitsNot {
			some = append(some, t)
		}
	}
	unclean := slices.ContainsFunc(some, func(t suite.Test) bool { return !e.goneOf(t) })
	whole := !run.Chosen && p.Outcome == suite.Passed && p.Error == "" && p.Searched
	switch {
	case test == AfterAllTests:
		return whole
	case test == "":
		return whole && !unclean
	case len(some) == 0 || unclean:
		return false
	}
	isName := some[0].Name == test
	return isName || whole
}

// goneOf reports whether a test ran, and left it no more, not even once.
func (e *Entry) goneOf(t suite.Test) bool {
	if e.Grows != "" {
		return t.Rounds.Flat(e.Grows)
	}
	return t.Checked && t.Outcome == suite.Passed && t.Error == "" && !e.shownBy(t.Left) && !e.shownBy(t.Alone)
}

// shownBy reports whether a report has the entry's leak.
func (e *Entry) shownBy(r *leak.Report) bool {
	if r == nil {
		return false
	}
	return slices.ContainsFunc(r.Findings, func(f leak.Finding) bool { return e.hasPlace(suite.Site{Finding: f}) }) ||
		slices.ContainsFunc(r.Processes, func(p leak.Process) bool { return e.hasPlace(suite.Site{Process: &p}) })
}

// fixedSites are the sites of what is fixed.
func (l *List) fixedSites(side suite.Side, run Run) (all []suite.Site) {
	for _, f := range l.fixed(side, run) {
		if f.entry.Grows == "" {
			all = append(all, f.site(side.Dir, l.place(f.entry)+": left no more, take it out (-update does)"))
		}
	}
	return all
}

// site is what is shown of it.
func (f fixed) site(dir, why string) suite.Site {
	e := f.entry
	s := suite.Site{Verdict: suite.Fixed, Why: why}
	if e.Program != "" {
		s.Process = &leak.Process{Command: e.Program}
	} else {
		s.Finding = leak.Finding{Entry: e.Entry, Function: e.Entry, CreatedBy: e.CreatedBy, Runs: e.Runs}
		s.Finding.File, s.Finding.Line = e.whereIn(dir)
		s.Finding.RunsFile, s.Finding.RunsLine = s.Finding.File, s.Finding.Line
	}
	for _, t := range orAny(f.tests) {
		if t == AfterAllTests {
			s.Rest = append(s.Rest, e.Package)
		} else {
			s.Tests = append(s.Tests, suite.TestName{Package: e.Package, Test: t})
		}
	}
	return s
}

// whereIn is the entry's At, in the folder of the module.
func (e *Entry) whereIn(dir string) (file string, line int) {
	i := strings.LastIndexByte(e.At, ':')
	if i < 0 {
		return "", 0
	}
	line, err := strconv.Atoi(e.At[i+1:])
	if err != nil {
		return "", 0
	}
	return filepath.Join(dir, filepath.FromSlash(e.At[:i])), line
}

// notRun says which tests of the list did not run although their packages did.
func (l *List) notRun(side suite.Side, run Run) (notes []string) {
	if run.Chosen || len(side.Runs) == 0 {
		return nil
	}
	for i := range l.Entries {
		e := &l.Entries[i]
		for _, p := range side.Runs[0].Packages {
			if p.Path != e.Package || p.Outcome != suite.Passed || !e.counts(run) {
				continue
			}
			for _, test := range e.Tests {
				fits := func(t suite.Test) bool { return (&Entry{Tests: []string{test}}).fit(t.Name) != fitsNot }
				if test != AfterAllTests && !slices.ContainsFunc(p.Tests, fits) {
					notes = append(notes, fmt.Sprintf("%s: %s has no test %s here: was it renamed or removed?", l.place(e), p.Path, test))
				}
			}
		}
	}
	return notes
}

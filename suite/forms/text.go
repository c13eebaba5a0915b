// Package forms writes what the tests of a module left behind, in the forms that people
// and machines read.
package forms

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/suite"
)

// namesShown is how many tests of a site are named.
const namesShown = 4

// Text writes a result for a terminal, the answer first. Files are shown relative to dir
// where they are below it.
func Text(w io.Writer, r suite.Result, dir string) {
	o, sites := r.After.Runs[0], r.Sites
	p := printer{w: w, dir: dir}
	p.headline(o, sites)
	for _, s := range sites {
		p.site(s)
	}
	for _, t := range o.Unconfirmed() {
		p.line("\n%s (%s) left something once, and nothing when it ran again, alone: not blamed.", t.Test, t.Package)
	}
	for _, pkg := range o.Packages {
		p.trouble(pkg)
	}
	if len(sites) > 0 && len(sites[0].Tests) > 0 {
		p.line("\nOne of them alone:\n\n    stress test -run '^%s$' %s", sites[0].Tests[0].Test, sites[0].Tests[0].Package)
	}
}

type printer struct {
	w   io.Writer
	dir string
}

func (p printer) line(format string, args ...any) { fmt.Fprintf(p.w, format+"\n", args...) }

// headline is the answer in one line.
func (p printer) headline(o suite.Observation, sites []suite.Site) {
	c := o.Counts()
	of := fmt.Sprintf("%s in %s", plural.Count(c.Checked, "test"), plural.Count(c.Packages, "package"))
	switch {
	case len(sites) == 0:
		p.line("Nothing is left behind: %s checked.", of)
	case c.Leaking == 0:
		p.line("Something is left behind at %s, by no single test: %s checked.", plural.Count(len(sites), "place"), of)
	default:
		p.line("Something is left behind by %d of %s, at %s.", c.Leaking, of, plural.Count(len(sites), "place"))
	}
}

// site is a place with its tests.
func (p printer) site(s suite.Site) {
	if s.Process != nil {
		p.line("\n%s", s.Process)
	} else {
		p.goroutines(s)
	}
	if n := len(s.Tests); n > 0 {
		p.line("    %s: %s", plural.Count(n, "test"), names(s.Tests))
	}
	if len(s.Rest) > 0 {
		p.line("    after all tests of %s", strings.Join(s.Rest, ", "))
	}
}

// goroutines is a place that goroutines come from.
func (p printer) goroutines(s suite.Site) {
	f := s.Finding
	p.line("\n%s: %s [%s], in %s", p.place(s.Place()), f.Class, f.State, f.Function)
	for _, more := range []string{f.Hint, f.Note} {
		if more != "" {
			p.line("    %s", more)
		}
	}
	switch {
	case f.CreatedBy == "":
	case f.Runs != "":
		p.line("    created by %s at %s", f.CreatedBy, p.place(f.File, f.Line))
	default:
		p.line("    created by %s", f.CreatedBy)
	}
}

// names are those of some tests.
func names(tests []suite.TestName) string {
	var some []string
	for _, t := range tests[:min(len(tests), namesShown)] {
		some = append(some, t.Test)
	}
	if more := len(tests) - len(some); more > 0 {
		some = append(some, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(some, ", ")
}

// trouble says what kept a package's tests from being checked.
func (p printer) trouble(pkg suite.Package) {
	if pkg.Error != "" {
		p.line("\n%s: not all could be checked: %s", pkg.Path, strings.TrimSpace(pkg.Error))
	}
	for _, t := range pkg.Tests {
		switch {
		case t.Outcome == suite.NotEnded:
			p.line("\n%s: %s did not end: its process ended first", pkg.Path, t.Name)
		case t.Error != "":
			p.line("\n%s: %s could not be checked: %s", pkg.Path, t.Name, t.Error)
		}
	}
}

// place is a file and line, relative to the folder where that is shorter.
func (p printer) place(file string, line int) string {
	if rel, err := filepath.Rel(p.dir, file); err == nil && !strings.HasPrefix(rel, "..") {
		file = rel
	}
	return fmt.Sprintf("%s:%d", file, line)
}

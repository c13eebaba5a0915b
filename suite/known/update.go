package known

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/atomicfile"
	"github.com/watertight-go/watertight/suite"
)

// acceptedFor is how long a new entry accepts its leak.
const acceptedFor = 90 * 24 * time.Hour

// Update takes out of the file what is fixed, and writes into it what is new, with an
// empty reason and a date 90 days from today. Comments stay. It returns the judged result, in which
// what was written counts as known. The file is made where there is none.
func (l *List) Update(r suite.Result, run Run) (suite.Result, error) {
	gone := l.fixed(r.After, run)
	r = l.Judge(r, run)
	doc := newDocument(l.document)
	for _, f := range gone {
		doc.remove(f)
	}
	l.updateGrowth(doc, r, run)
	for i := range r.Sites {
		s := &r.Sites[i]
		switch {
		case s.Verdict == suite.New && s.Why == "":
			for _, e := range newEntries(r.After.Dir, *s, run) {
				doc.add(e)
			}
			s.Verdict, s.Why = suite.Known, l.written()
		case s.Verdict == suite.Fixed:
			s.Why = l.takenOut()
		}
	}
	text, err := doc.text()
	if err != nil {
		return r, fmt.Errorf("%s: %w", l.File, err)
	}
	return r, atomicfile.Write(l.File, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

func (l *List) written() string  { return fmt.Sprintf("written to %s: give it a reason there", l.File) }
func (l *List) takenOut() string { return "taken out of " + l.File }

// newEntries are those of a site, one for each package.
func newEntries(dir string, s suite.Site, run Run) (all []Entry) {
	tests := map[string][]string{}
	for _, t := range s.Tests {
		tests[t.Package] = append(tests[t.Package], t.Test)
	}
	for _, pkg := range s.Rest {
		tests[pkg] = append(tests[pkg], AfterAllTests)
	}
	for _, pkg := range slices.Sorted(maps.Keys(tests)) {
		e := Entry{Package: pkg, Tests: tests[pkg], Until: run.Today.Add(acceptedFor)}
		if s.Process != nil {
			e.Program = s.Program()
		} else {
			e.Entry, e.CreatedBy, e.Runs, e.At = s.Finding.Entry, s.Finding.CreatedBy, s.Finding.Runs, at(dir, s)
		}
		all = append(all, e)
	}
	return all
}

// at is the place of a site below the folder of the module, or the last two names of its
// path elsewhere.
func at(dir string, s suite.Site) string {
	file, line := s.Place()
	if file == "" {
		return ""
	}
	rel, err := filepath.Rel(dir, file)
	if err != nil || strings.HasPrefix(rel, "..") {
		rel = filepath.Join(filepath.Base(filepath.Dir(file)), filepath.Base(file))
	}
	return fmt.Sprintf("%s:%d", filepath.ToSlash(rel), line)
}

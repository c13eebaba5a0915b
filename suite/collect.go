package suite

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// collector joins the events of the go command with the records of the hook.
type collector struct {
	byPath map[string]*found
	byDir  map[string]*found
	// builds is the output of each build.
	builds map[string]string
	// events is how many were read.
	events int
}

// found is what is known of a package.
type found struct {
	Package
	tests map[string]*Test
}

func newCollector(all []listed) *collector {
	c := &collector{byPath: map[string]*found{}, byDir: map[string]*found{}, builds: map[string]string{}}
	for _, p := range all {
		f := &found{Package: Package{Path: p.ImportPath, Dir: p.Dir}, tests: map[string]*Test{}}
		if p.Error != nil {
			f.Error = p.Error.Err
		}
		c.byPath[p.ImportPath], c.byDir[p.Dir] = f, f
	}
	return c
}

// event is a line of go test -json.
type event struct {
	Action, Package, Test, Output, ImportPath, FailedBuild string
}

// event takes a line of the go command's output.
func (c *collector) event(line []byte) {
	var e event
	if json.Unmarshal(line, &e) != nil {
		return
	}
	c.events++
	if e.Action == "build-output" {
		c.builds[e.ImportPath] += e.Output
	}
	p := c.byPath[e.Package]
	if p == nil || strings.Contains(e.Test, "/") || e.Test == lastExample {
		return
	}
	if e.FailedBuild != "" {
		p.Error = strings.TrimSpace(c.builds[e.FailedBuild])
	}
	switch o := Outcome(e.Action); {
	case e.Action == "run":
		p.test(e.Test).ends(NotEnded)
	case o != Passed && o != Failed && o != Skipped:
	case e.Test != "":
		p.test(e.Test).ends(o)
	default:
		p.Outcome = o
	}
}

// ends notes how one of its runs ended: where it runs several times, one failure counts.
func (t *Test) ends(o Outcome) {
	if t.Outcome != Failed {
		t.Outcome = o
	}
}

// record takes a line of the records of a test binary that ran in a folder.
func (c *collector) record(dir string, r record) {
	p := c.byDir[dir]
	if p == nil {
		return
	}
	switch r.Event {
	case eventStarted:
		p.test(r.Test).Checked = true
	case eventLeaked:
		p.test(r.Test).Left = r.Report // a later run may leave nothing
	case eventSaid:
		if r.Error != "" {
			p.test(r.Test).Error = r.Error
		}
	case eventSearched:
		p.Searched = r.Error == ""
		if r.Error != "" {
			p.Error = r.Error
		}
		if r.Report != nil && r.Report.Err() != nil {
			p.Rest = r.Report
		}
	}
}

// test is the test of a name.
func (f *found) test(name string) *Test {
	if f.tests[name] == nil {
		f.tests[name] = &Test{Name: name}
	}
	return f.tests[name]
}

// packages are those with tests, or with an error, by path.
func (c *collector) packages() (all []Package) {
	for _, path := range slices.Sorted(maps.Keys(c.byPath)) {
		f := c.byPath[path]
		for _, name := range slices.Sorted(maps.Keys(f.tests)) {
			f.Tests = append(f.Tests, *f.tests[name])
		}
		if f.Outcome != "" || f.Error != "" || len(f.Tests) > 0 {
			all = append(all, f.Package)
		}
	}
	return all
}

// lines calls each for every line that is written.
type lines struct {
	each func([]byte)
	rest []byte
}

func (l *lines) Write(p []byte) (int, error) {
	l.rest = append(l.rest, p...)
	for {
		line, rest, ok := bytes.Cut(l.rest, []byte("\n"))
		if !ok {
			return len(p), nil
		}
		l.each(line)
		l.rest = rest
	}
}

func (l *lines) flush() {
	if len(l.rest) > 0 {
		l.each(l.rest)
	}
}

// blamed are the tests with a report of what they left.
func (f *found) blamed() (all []*Test) {
	for _, name := range slices.Sorted(maps.Keys(f.tests)) {
		if t := f.tests[name]; t.Left != nil {
			all = append(all, t)
		}
	}
	return all
}

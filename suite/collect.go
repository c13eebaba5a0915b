package suite

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/suite/internal/launch"
)

// collector joins the events of the go command with the records of the hook.
type collector struct {
	byPath map[string]*found
	// began is called when the go command starts the test binary of a package, and ended
	// when it has ended the package.
	began, ended func(*found)
	// output gets what the tests print; nil for nobody.
	output io.Writer
	// builds is the output of each build.
	builds map[string]string
	// events is how many were read.
	events int
}

func newCollector(all []listed) *collector {
	c := &collector{byPath: map[string]*found{}, began: func(*found) {}, ended: func(*found) {}, builds: map[string]string{}}
	for _, p := range all {
		f := newFound(Package{Path: p.ImportPath, Dir: p.Dir})
		if p.Error != nil {
			f.Error = p.Error.Err
		}
		c.byPath[p.ImportPath] = f
	}
	return c
}

// event is a line of go test -json.
type event struct {
	Action, Package, Test, Output, ImportPath, FailedBuild string
	// Elapsed is in seconds.
	Elapsed float64
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
	f := c.byPath[e.Package]
	if f == nil || e.Test == launch.LastExample {
		return
	}
	if e.Action == "output" && c.output != nil {
		_, _ = io.WriteString(c.output, e.Output)
	}
	if e.FailedBuild != "" {
		f.Error = strings.TrimSpace(c.builds[e.FailedBuild])
	}
	f.event(e)
	if e.Action == "start" {
		c.began(f)
	}
	if o := Outcome(e.Action); e.Test == "" && o.isEnd() {
		f.Outcome = o
		c.ended(f)
	}
}

// notRun says why packages did not run that the go command has not ended.
func (c *collector) notRun(why string) {
	for _, f := range c.byPath {
		if f.Outcome == "" && f.source.Path != "" {
			f.Error = cmp.Or(f.Error, why)
		}
	}
}

// isEnd reports whether it is the outcome of what ran to its end.
func (o Outcome) isEnd() bool { return o == Passed || o == Failed || o == Skipped }

// sorted are all packages, by path.
func (c *collector) sorted() (all []*found) {
	for _, path := range slices.Sorted(maps.Keys(c.byPath)) {
		all = append(all, c.byPath[path])
	}
	return all
}

// packages are those with tests, or with an error, by path.
func (c *collector) packages() (all []Package) {
	for _, f := range c.sorted() {
		f.Tests = nil
		for _, name := range slices.Sorted(maps.Keys(f.tests)) {
			f.Tests = append(f.Tests, *f.tests[name])
		}
		if f.Outcome != "" || f.Error != "" || len(f.Tests) > 0 {
			all = append(all, f.Package)
		}
	}
	return all
}

// longestLine bounds what is kept of a line: test2json cuts the output of tests into
// shorter ones.
const longestLine = 1 << 20

// lines calls each for every line that is written.
type lines struct {
	each func([]byte)
	rest []byte
}

func (l *lines) Write(p []byte) (int, error) {
	n := len(p)
	for {
		line, rest, ok := bytes.Cut(p, []byte("\n"))
		if most := longestLine - len(l.rest); len(line) > most {
			line = line[:most]
		}
		l.rest = append(l.rest, line...)
		if !ok {
			return n, nil
		}
		l.flush()
		p = rest
	}
}

func (l *lines) flush() {
	if len(l.rest) > 0 {
		l.each(l.rest)
	}
	l.rest = l.rest[:0]
}

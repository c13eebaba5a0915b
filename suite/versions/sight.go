package versions

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/watertight-go/watertight/internal/trees"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/suite"
)

// place is what the leaks of one place have in common in two versions: no lines and no
// states, and no path of the module.
type place struct{ entry, createdBy, runs, program string }

// key is a leak: a test and a place. The test is empty for what was left after all tests.
type key struct {
	test suite.TestName
	place
}

func (k key) compare(o key) int {
	return cmp.Or(cmp.Compare(k.test.Package, o.test.Package), cmp.Compare(k.test.Test, o.test.Test),
		cmp.Compare(k.entry, o.entry), cmp.Compare(k.createdBy, o.createdBy), cmp.Compare(k.runs, o.runs), cmp.Compare(k.program, o.program))
}

// literal is a function literal within another function, as its symbol names it.
var literal = regexp.MustCompile(`\.(func|gowrap)\d+(\.\d+)*`)

// origin is the test with the function that its goroutine runs, where the number of a
// function literal does not count: one before it may have come or gone.
func (k key) origin() string {
	does := cmp.Or(k.runs, k.entry, k.program)
	return fmt.Sprint(k.test, " ", literal.ReplaceAllString(does, ".$1"))
}

// sight is what the runs of a version have shown.
type sight struct {
	module string
	runs   int
	leaks  map[key]*occurrence
	// tests has for each test what it did in each run that it was in, and packages the
	// error that each package had.
	tests    map[suite.TestName][]did
	packages map[string]string
}

// did is how a test ended.
type did struct {
	outcome   suite.Outcome
	checked   bool
	leaks     bool
	allocated *suite.Allocated
}

func seen(side suite.Side) *sight {
	s := &sight{module: side.Module, runs: len(side.Runs), leaks: map[key]*occurrence{}, tests: map[suite.TestName][]did{}, packages: map[string]string{}}
	for _, o := range side.Runs {
		for _, p := range o.Packages {
			s.add(p)
		}
	}
	return s
}

// short is a name without the path of the module.
func (s *sight) short(name string) string { return trees.Short(name, s.module) }

// shown is in how many runs a leak was seen.
func (s *sight) shown(k key) int {
	if o := s.leaks[k]; o != nil {
		return o.runs
	}
	return 0
}

// add adds what one run saw of a package.
func (s *sight) add(p suite.Package) {
	s.packages[s.short(p.Path)] = cmp.Or(s.packages[s.short(p.Path)], p.Error)
	for _, t := range p.Tests {
		name := suite.TestName{Package: s.short(p.Path), Test: t.Name}
		s.tests[name] = append(s.tests[name], did{outcome: t.Outcome, checked: (t.Checked || t.IsExample()) && t.Error == "", leaks: t.Leaks(), allocated: t.Allocated})
		s.report(p.Path, t.Name, t.BlamedFor())
	}
	if p.Rest != nil {
		s.report(p.Path, "", p.Rest)
	}
}

// report adds a report of one run.
func (s *sight) report(pkg, test string, r *leak.Report) {
	counted := map[key]bool{}
	note := func(p place, o occurrence) {
		k := key{suite.TestName{Package: s.short(pkg), Test: test}, p}
		if !counted[k] {
			o.runs = 1 + s.shown(k)
			counted[k] = true
			s.leaks[k] = &o
		} else {
			s.leaks[k].count += o.count
		}
	}
	name := suite.TestName{Package: pkg, Test: test}
	for _, f := range r.Findings {
		note(place{entry: s.short(f.Entry), createdBy: s.short(f.CreatedBy), runs: s.short(f.Runs)}, occurrence{test: name, finding: f, count: f.Count})
	}
	for _, p := range r.Processes {
		program, _, _ := strings.Cut(p.Command, " ")
		note(place{program: path.Base(program)}, occurrence{test: name, process: &p, count: 1})
	}
}

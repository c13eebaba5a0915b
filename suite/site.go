package suite

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/leak"
)

// Site is a place that leaks, or a program whose processes are left, with the tests that
// show it.
type Site struct {
	// Finding is that of one of the tests, without its count. It is empty where Process
	// is set.
	Finding leak.Finding `json:"finding"`
	// Process is a child process that one of the tests left; nil for goroutines.
	Process *leak.Process `json:"process,omitempty"`
	// Tests show it, with their packages.
	Tests []TestName `json:"tests"`
	// Rest are the packages in which it was left after all tests, shown by no test.
	Rest []string `json:"rest,omitempty"`
	// Count is the number of goroutines or processes in all of these.
	Count int `json:"count"`
	// Verdict is Found where there is nothing to compare with.
	Verdict Verdict `json:"verdict"`
	// Why is the reason that the list of known leaks gives, or what the verdict rests on.
	Why string `json:"why,omitempty"`
}

// Place is where to look first: the function that a library was given to run, or the go
// statement. It is empty for a process, and where the dump did not tell.
func (s Site) Place() (file string, line int) {
	if s.Finding.Runs != "" {
		return s.Finding.RunsFile, s.Finding.RunsLine
	}
	return s.Finding.File, s.Finding.Line
}

// Program is the name of the program of a site's process; empty where it has none.
func (s Site) Program() string {
	if s.Process == nil {
		return ""
	}
	return program(*s.Process)
}

// Same reports whether two sites are one place, whatever their lines and states.
func (s Site) Same(other Site) bool { return s.key() == other.key() }

func (s Site) key() site {
	if s.Process != nil {
		return site{program: program(*s.Process)}
	}
	return site{entry: s.Finding.Entry, createdBy: s.Finding.CreatedBy, runs: s.Finding.Runs}
}

// TestName is the name of a test with its package.
type TestName struct {
	Package string `json:"package"`
	Test    string `json:"test"`
}

// Pattern is what selects the test, as -run has it.
func (t TestName) Pattern() string { return "^" + PlainName(t.Test) + "$" }

// site is what leaks of one place have in common: neither lines nor states, which change
// without a change of the leak.
type site struct{ entry, createdBy, runs, program string }

// sites are those that were found so far.
type sites struct {
	by    map[site]*Site
	order []*Site
}

// at is the site of a key, which is made as first.
func (s *sites) at(key site, first Site) *Site {
	if s.by[key] == nil {
		s.by[key] = &first
		s.order = append(s.order, &first)
	}
	return s.by[key]
}

// add adds a report, whose sites note who shows them.
func (s *sites) add(r *leak.Report, note func(*Site)) {
	for _, f := range r.Findings {
		at := s.at(site{entry: f.Entry, createdBy: f.CreatedBy, runs: f.Runs}, Site{Finding: f, Verdict: Found})
		at.Count += f.Count
		note(at)
	}
	for _, p := range r.Processes {
		at := s.at(site{program: program(p)}, Site{Process: &p, Verdict: Found})
		at.Count++
		note(at)
	}
}

// program is the name of a process's program.
func program(p leak.Process) string {
	name, _, _ := strings.Cut(p.Command, " ")
	return path.Base(name)
}

// Sites are the places that leak, those that most tests show first.
func (o Observation) Sites() []Site {
	all := &sites{by: map[site]*Site{}}
	for _, p := range o.Packages {
		for _, t := range p.Tests {
			name := TestName{p.Path, t.Name}
			all.add(t.BlamedFor(), func(s *Site) { s.Tests = with(s.Tests, name) })
		}
		if p.Rest != nil {
			all.add(p.Rest, func(s *Site) { s.Rest = with(s.Rest, p.Path) })
		}
	}
	var sorted []Site
	for _, s := range all.order {
		sorted = append(sorted, *s)
	}
	slices.SortStableFunc(sorted, func(a, b Site) int {
		return cmp.Or(cmp.Compare(len(b.Tests), len(a.Tests)), cmp.Compare(b.Count, a.Count))
	})
	return sorted
}

// with is a list with one more, unless that is in it.
func with[T comparable](list []T, more T) []T {
	if slices.Contains(list, more) {
		return list
	}
	return append(list, more)
}

// BlamedFor is what a test is blamed for; empty for nothing.
func (t Test) BlamedFor() *leak.Report {
	switch {
	case !t.Leaks():
		return &leak.Report{}
	case t.Alone != nil:
		return t.Alone
	}
	return t.Left
}

// allProven reports whether every goroutine that a test left is proven to be stuck.
func allProven(t *Test) bool {
	return !slices.ContainsFunc(t.Left.Findings, func(f leak.Finding) bool { return f.Class != leak.Proven })
}

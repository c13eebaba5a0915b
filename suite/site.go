package suite

import (
	"cmp"
	"slices"

	"github.com/watertight-go/watertight/leak"
)

// Site is a place that leaks, with the tests that show it.
type Site struct {
	// Finding is that of one of the tests, without its count.
	Finding leak.Finding `json:"finding"`
	// Tests show it, with their packages.
	Tests []TestName `json:"tests"`
	// Rest are the packages in which it was left after all tests, shown by no test.
	Rest []string `json:"rest,omitempty"`
	// Goroutines is their number in all of these.
	Goroutines int `json:"goroutines"`
}

// TestName is the name of a test with its package.
type TestName struct {
	Package string `json:"package"`
	Test    string `json:"test"`
}

// site is what goroutines that leak at the same place have in common: neither lines nor
// states, which change without a change of the leak.
type site struct{ entry, createdBy, runs string }

func siteOf(f leak.Finding) site { return site{f.Entry, f.CreatedBy, f.Runs} }

// Sites are the places that leak, those that most tests show first.
func (o Observation) Sites() []Site {
	sites := map[site]*Site{}
	var order []*Site
	at := func(f leak.Finding) *Site {
		key := siteOf(f)
		if sites[key] == nil {
			sites[key] = &Site{Finding: f}
			order = append(order, sites[key])
		}
		sites[key].Goroutines += f.Count
		return sites[key]
	}
	for _, p := range o.Packages {
		for _, t := range p.Tests {
			for _, f := range t.blamedFor() {
				s := at(f)
				if name := (TestName{p.Path, t.Name}); !slices.Contains(s.Tests, name) {
					s.Tests = append(s.Tests, name)
				}
			}
		}
		if p.Rest == nil {
			continue
		}
		for _, f := range p.Rest.Findings {
			if s := at(f); !slices.Contains(s.Rest, p.Path) {
				s.Rest = append(s.Rest, p.Path)
			}
		}
	}
	return sorted(order)
}

func sorted(order []*Site) (all []Site) {
	for _, s := range order {
		all = append(all, *s)
	}
	slices.SortStableFunc(all, func(a, b Site) int {
		return cmp.Or(cmp.Compare(len(b.Tests), len(a.Tests)), cmp.Compare(b.Goroutines, a.Goroutines))
	})
	return all
}

// blamedFor are the findings that a test is blamed for.
func (t Test) blamedFor() []leak.Finding {
	switch {
	case !t.Leaks():
		return nil
	case t.Alone != nil:
		return t.Alone.Findings
	}
	return t.Left.Findings
}

// allProven reports whether every goroutine that a test left is proven to be stuck.
func allProven(t *Test) bool {
	return !slices.ContainsFunc(t.Left.Findings, func(f leak.Finding) bool { return f.Class != leak.Proven })
}

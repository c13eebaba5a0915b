package known

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/watertight-go/watertight/suite"
)

// Judge gives the sites of a result the verdicts of the list. A site whose tests have
// different verdicts becomes several. Beside an earlier version only what is new in the
// later one is looked up, and nothing is called fixed by the list.
func (l *List) Judge(r suite.Result, run Run) suite.Result {
	var sites []suite.Site
	for _, s := range r.Sites {
		if s.Verdict.Fails() {
			sites = append(sites, l.split(r.After, s, run)...)
		} else {
			sites = append(sites, s)
		}
	}
	if r.Before == nil {
		sites = append(sites, l.fixedSites(r.After, run)...)
		r.Warnings = append(r.Warnings, l.notRun(r.After, run)...)
	}
	rank := func(s suite.Site) int { return slices.Index(suite.Verdicts, s.Verdict) }
	slices.SortStableFunc(sites, func(a, b suite.Site) int { return cmp.Compare(rank(a), rank(b)) })
	r.Sites = sites
	r.Growth = l.judgeGrowth(r, run)
	return r
}

// said is a verdict with its reason.
type said struct {
	verdict suite.Verdict
	why     string
}

// split divides a site by what is said of its tests.
func (l *List) split(side suite.Side, s suite.Site, run Run) []suite.Site {
	var order []said
	parts := map[said]*suite.Site{}
	at := func(pkg, test string) *suite.Site {
		what := l.say(func(e *Entry) bool { return e.hasPlace(s) }, suite.TestName{Package: pkg, Test: test}, run)
		if parts[what] == nil {
			part := s
			part.Tests, part.Rest, part.Verdict, part.Why = nil, nil, what.verdict, what.why
			parts[what] = &part
			order = append(order, what)
		}
		return parts[what]
	}
	for _, t := range s.Tests {
		part := at(t.Package, t.Test)
		part.Tests = append(part.Tests, t)
	}
	for _, pkg := range s.Rest {
		part := at(pkg, AfterAllTests)
		part.Rest = append(part.Rest, pkg)
	}
	var all []suite.Site
	for _, what := range order {
		part := *parts[what]
		if len(order) > 1 {
			part.Count = countIn(side, part)
		}
		all = append(all, part)
	}
	return all
}

// say is what the list says of a leak.
func (l *List) say(is func(*Entry) bool, name suite.TestName, run Run) said {
	switch e := l.find(is, name, run); {
	case e == nil:
		return said{suite.New, ""}
	case e.Reason == "":
		return said{suite.New, fmt.Sprintf("%s has no reason: write why it is accepted", l.place(e))}
	case e.expired(run):
		return said{suite.Expired, fmt.Sprintf("accepted until %s (%s): mend it, or give %s a later date",
			e.Until.Format(time.DateOnly), e.Reason, l.place(e))}
	default:
		return said{suite.Known, fmt.Sprintf("%s (until %s)", e.Reason, e.Until.Format(time.DateOnly))}
	}
}

// place is where an entry is.
func (l *List) place(e *Entry) string { return fmt.Sprintf("%s:%d", l.File, e.Line) }

// countIn is how many goroutines or processes the tests of a site left in one run, that
// which left most.
func countIn(side suite.Side, s suite.Site) (most int) {
	for _, o := range side.Runs {
		var only suite.Observation
		for _, p := range o.Packages {
			p.Tests = slices.DeleteFunc(slices.Clone(p.Tests), func(t suite.Test) bool {
				return !slices.Contains(s.Tests, suite.TestName{Package: p.Path, Test: t.Name})
			})
			if !slices.Contains(s.Rest, p.Path) {
				p.Rest = nil
			}
			only.Packages = append(only.Packages, p)
		}
		for _, one := range only.Sites() {
			if one.Same(s) {
				most = max(most, one.Count)
			}
		}
	}
	return most
}

package versions

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/suite"
)

// Compare says of each place that leaks in one of two versions what became of it. Each
// side has one run or more.
func Compare(before, after suite.Side) suite.Result {
	return compare(before, after, nil)
}

// compare is Compare, which can run a test again, alone; nil where it cannot.
func compare(before, after suite.Side, alone runAlone) suite.Result {
	j := judge{before: seen(before), after: seen(after)}
	j.judge()
	if alone != nil {
		j.settle(alone)
	}
	j.findMoved()
	r := suite.Result{Schema: suite.Schema, Before: &before, After: after, Sites: j.sites()}
	r.NotCompared, r.Allocations = j.notCompared(), j.allocations()
	return r
}

// judge judges each leak: a test with a place.
type judge struct {
	before, after *sight
	leaks         []*judged
}

// judged is a leak with its verdict.
type judged struct {
	key
	verdict suite.Verdict
	why     string
	// sample is what a run saw of it, in the later version where that shows it.
	sample occurrence
}

// judge gives each leak its verdict.
func (j *judge) judge() {
	for _, k := range j.keys() {
		b, a := j.before.leaks[k], j.after.leaks[k]
		l := &judged{key: k}
		switch {
		case a != nil:
			l.sample = *a
		case b != nil:
			l.sample = *b
		}
		l.verdict, l.why = j.verdict(k)
		j.leaks = append(j.leaks, l)
	}
}

// keys are those of both versions.
func (j *judge) keys() (all []key) {
	for _, s := range []*sight{j.before, j.after} {
		for k := range s.leaks {
			all = append(all, k)
		}
	}
	slices.SortFunc(all, key.compare)
	return slices.Compact(all)
}

// verdict judges one leak. What all runs of both versions show stays, however the test
// ended.
func (j *judge) verdict(k key) (suite.Verdict, string) {
	b, a := j.before.shown(k), j.after.shown(k)
	if b == j.before.runs && a == j.after.runs {
		return suite.Stays, changedCount(j.before.leaks[k].count, j.after.leaks[k].count)
	}
	if why := j.incomparable(k.test); why != "" {
		if a == j.after.runs && j.isAdded(k) {
			return suite.New, "by a test that " + onlyAfter
		}
		return suite.NotComparable, why
	}
	switch {
	case b == j.before.runs && a == 0:
		return suite.Fixed, ""
	case b == 0 && a == j.after.runs:
		return suite.New, ""
	}
	return suite.Flaky, fmt.Sprintf("left in %d of %d runs before, and in %d of %d after", b, j.before.runs, a, j.after.runs)
}

// isAdded reports whether a leak is of a test that the earlier version does not have, at a
// place that no test shows there. Whether the code before leaks there too only its tests
// could tell, and none does.
func (j *judge) isAdded(k key) bool {
	if k.test.Test == "" || j.differs(k.test) != onlyAfter {
		return false
	}
	for old := range j.before.leaks {
		if old.place == k.place {
			return false
		}
	}
	return true
}

func changedCount(before, after int) string {
	if before == after {
		return ""
	}
	return fmt.Sprintf("%d before, %d after", before, after)
}

// findMoved joins a leak that is gone with one that has come in the same test, where both
// run the same function: only who starts it has changed.
func (j *judge) findMoved() {
	gone := map[string][]*judged{}
	for _, l := range j.leaks {
		if l.verdict == suite.Fixed {
			gone[l.origin()] = append(gone[l.origin()], l)
		}
	}
	var merged []*judged
	for _, l := range j.leaks {
		if old := gone[l.origin()]; l.verdict == suite.New && len(old) > 0 {
			gone[l.origin()] = old[1:]
			l.verdict, l.why = suite.Moved, "before, "+old[0].from()
			old[0].verdict = suite.Moved
			merged = append(merged, old[0])
		}
	}
	j.leaks = slices.DeleteFunc(j.leaks, func(l *judged) bool { return slices.Contains(merged, l) })
}

// from says where a leak came from.
func (l *judged) from() string {
	f := l.sample.finding
	return fmt.Sprintf("created by %s at %s:%d", f.CreatedBy, f.File, f.Line)
}

// sites are the places, one for each verdict that a place has.
func (j *judge) sites() (all []suite.Site) {
	type group struct {
		place
		verdict suite.Verdict
		why     string // of those that are not comparable
	}
	at := map[group]int{}
	for _, l := range j.leaks {
		g := group{place: l.place, verdict: l.verdict}
		if l.verdict == suite.NotComparable {
			g.why = l.why
		}
		if _, ok := at[g]; !ok {
			at[g] = len(all)
			all = append(all, suite.Site{Finding: l.sample.finding, Process: l.sample.process, Verdict: l.verdict, Why: l.why})
		}
		s := &all[at[g]]
		s.Count += l.sample.count
		if l.test.Test == "" {
			s.Rest = append(s.Rest, l.sample.test.Package)
		} else {
			s.Tests = append(s.Tests, l.sample.test)
		}
	}
	slices.SortStableFunc(all, func(a, b suite.Site) int {
		return cmp.Or(cmp.Compare(slices.Index(suite.Verdicts, a.Verdict), slices.Index(suite.Verdicts, b.Verdict)), cmp.Compare(len(b.Tests), len(a.Tests)))
	})
	return all
}

// occurrence is what one run saw of a leak.
type occurrence struct {
	test    suite.TestName
	finding leak.Finding
	process *leak.Process
	count   int
	// runs is in how many it was seen.
	runs int
}

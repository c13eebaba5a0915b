package known

import (
	"github.com/watertight-go/watertight/suite"
)

// judgeGrowth gives what grows the verdicts of the list, and adds what grows no more.
func (l *List) judgeGrowth(r suite.Result, run Run) (all []suite.Growth) {
	for _, g := range r.Growth {
		if g.Verdict.Fails() {
			what := l.say(func(e *Entry) bool { return e.Grows == g.What }, g.TestName, run)
			g.Verdict, g.Reason = what.verdict, what.why
		}
		all = append(all, g)
	}
	if r.Before != nil {
		return all
	}
	for _, f := range l.fixed(r.After, run) {
		for _, test := range orAny(f.tests) {
			if f.entry.Grows != "" {
				all = append(all, suite.Growth{
					TestName: suite.TestName{Package: f.entry.Package, Test: test}, What: f.entry.Grows,
					Verdict: suite.Fixed, Reason: l.place(f.entry) + ": grows no more, take it out (-update does)",
				})
			}
		}
	}
	return all
}

// updateGrowth writes what grows and is new, one entry for each package and resource.
func (l *List) updateGrowth(doc document, r suite.Result, run Run) {
	type key struct{ pkg, what string }
	tests := map[key][]string{}
	var order []key
	for i := range r.Growth {
		switch g := &r.Growth[i]; {
		case g.Verdict == suite.New && g.Reason == "":
			k := key{g.Package, g.What}
			if tests[k] == nil {
				order = append(order, k)
			}
			tests[k] = append(tests[k], g.Test)
			g.Verdict, g.Reason = suite.Known, l.written()
		case g.Verdict == suite.Fixed:
			g.Reason = l.takenOut()
		}
	}
	for _, k := range order {
		doc.add(Entry{Package: k.pkg, Tests: tests[k], Grows: k.what, Until: run.Today.Add(acceptedFor)})
	}
}

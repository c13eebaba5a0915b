package view

import (
	"slices"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/scenarios"
)

// doubts are what could not be looked at, what was waived and why, and where the
// witnesses disagree.
func doubts(x *Index) Section {
	s := Section{ID: "doubts", Title: "Doubts"}
	var unknown, waived, differs, warned groups
	asked := 0
	for _, c := range x.Report.Cells {
		o := c.Observation
		if c.Verdict.Status() == scenarios.Unknown || len(withStatus(c.Verdict, scenarios.Unknown)) > 0 {
			unknown.add(unknownReason(c.Verdict), o)
		}
		for _, reason := range waiverReasons(c.Verdict) {
			waived.add(reason, o)
		}
		for _, rem := range []scenarios.Leftovers{o.Left, o.Released} {
			if rem.Goleak.Asked {
				asked++
			}
			if rem.Goleak.Differs != "" {
				differs.add(rem.Goleak.Differs, o)
			}
		}
		for _, w := range o.Warnings {
			warned.add(w, o)
		}
	}
	s.Notes = append(s.Notes, unknown.lines("unknown", Doubt)...)
	s.Notes = append(s.Notes, waived.lines("waived", Doubt)...)
	s.Notes = append(s.Notes, differs.lines("goleak differs", Doubt)...)
	if asked > 0 && len(differs.reasons) == 0 {
		s.Notes = append(s.Notes, note("goleak, asked %s as the second witness, agrees every time", plural.Count(asked, "time")))
	}
	for _, w := range x.Report.Warnings {
		s.Notes = append(s.Notes, Line{Text: "warning: " + w, Tone: Doubt})
	}
	s.Notes = append(s.Notes, warned.lines("warning", Faint)...)
	for _, l := range []struct{ what, says string }{{"race detector", x.Report.Environment.Race}, {"proof of leaks", x.Report.Environment.Proof}} {
		if l.says != "" {
			s.Notes = append(s.Notes, note("%s: %s", l.what, l.says))
		}
	}
	return s
}

// unknownReason is why the first clause could not be judged.
func unknownReason(v scenarios.Verdict) string {
	for _, k := range v.Clauses {
		if k.Status == scenarios.Unknown && k.Reason != "" {
			return k.Reason
		}
	}
	return "no reason was stored"
}

// waiverReasons are those that a verdict's waived clauses give, each once.
func waiverReasons(v scenarios.Verdict) (reasons []string) {
	for _, k := range v.Clauses {
		if k.Status == scenarios.Waived && !slices.Contains(reasons, k.Reason) {
			reasons = append(reasons, k.Reason)
		}
	}
	return reasons
}

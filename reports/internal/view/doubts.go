package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/scenarios"
)

// doubts lists what could not be judged, what was waived and why, and how far
// goleak agrees.
func doubts(x *Index) Section {
	s := Section{ID: "doubts", Title: "Doubts"}
	var unknown, waived, warned groups
	for _, c := range x.Report.Cells {
		o := c.Observation
		if c.Verdict.Status() == scenarios.Unknown || len(withStatus(c.Verdict, scenarios.Unknown)) > 0 {
			unknown.add(unknownReason(c.Verdict), o)
		}
		for _, reason := range waiverReasons(c.Verdict) {
			waived.add(reason, o)
		}
		for _, w := range o.Warnings {
			warned.add(w, o)
		}
	}
	s.Notes = append(s.Notes, unknown.lines("unknown", Doubt)...)
	s.Notes = append(s.Notes, waived.lines("waived", Doubt)...)
	s.Notes = append(s.Notes, witnessLines(x)...)
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

// witnessLines says in one line how often goleak, which inspects each process too,
// found something else than package leak. The differences are details.
func witnessLines(x *Index) []Line {
	var differs groups
	asked, different := 0, 0
	var allowed []string // why goroutines may stay that goleak names
	for _, c := range x.Report.Cells {
		for _, left := range []scenarios.Leftovers{c.Observation.Left, c.Observation.Released} {
			if left.Goleak.Asked || left.Goleak.Differs != "" {
				asked++
			}
			if left.Goleak.Differs == "" {
				continue
			}
			different++
			differs.add(left.Goleak.Differs, c.Observation)
			for _, a := range left.Leak.Allowed {
				if !slices.Contains(allowed, a.Reason) {
					allowed = append(allowed, a.Reason)
				}
			}
		}
	}
	switch {
	case different > 0:
		text := fmt.Sprintf("goleak, the second witness, differs in %d of %s", different, plural.Count(asked, "inspection"))
		if len(allowed) > 0 {
			text += "; allowed by package leak: " + strings.Join(allowed, ", ")
		}
		l := Line{Text: text, Tone: Faint}
		for _, d := range differs.lines("goleak differs", Faint) {
			l.Details = append(l.Details, d.Text)
		}
		return []Line{l}
	case asked > 0:
		return []Line{note("goleak, the second witness, agrees in all %s", plural.Count(asked, "inspection"))}
	}
	return nil
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

// waiverReasons are the reasons of a verdict's waived clauses, each once.
func waiverReasons(v scenarios.Verdict) (reasons []string) {
	for _, k := range v.Clauses {
		if k.Status == scenarios.Waived && !slices.Contains(reasons, k.Reason) {
			reasons = append(reasons, k.Reason)
		}
	}
	return reasons
}

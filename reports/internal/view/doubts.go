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

// witnessLines says in one line how often goleak, which inspects each process
// too, found something else than package leak. The differences are details.
func witnessLines(x *Index) []Line {
	w := countWitness(x)
	switch {
	case w.asked == 0:
		return nil
	case w.differs == 0:
		return []Line{note("goleak, the second witness, agrees in all %s", plural.Count(w.asked, "inspection"))}
	}
	l := Line{Text: fmt.Sprintf("goleak, the second witness, differs in %d of %s", w.differs, plural.Count(w.asked, "inspection")), Tone: Faint}
	if len(w.allowed) > 0 {
		l.Text += "; allowed by package leak: " + strings.Join(w.allowed, ", ")
	}
	for _, d := range w.cells.lines("goleak differs", Faint) {
		l.Details = append(l.Details, d.Text)
	}
	return []Line{l}
}

// witness counts the inspections by goleak.
type witness struct {
	asked, differs int
	// cells are grouped by the difference.
	cells groups
	// allowed are reasons of package leak why goroutines may stay, in inspections
	// that differ.
	allowed []string
}

func countWitness(x *Index) (w witness) {
	for _, c := range x.Report.Cells {
		m := c.Observation.OnMachine()
		for _, left := range []scenarios.Leftovers{m.Left, m.Released} {
			if left.Goleak.Asked || left.Goleak.Differs != "" {
				w.asked++
			}
			if left.Goleak.Differs != "" {
				w.add(left, c.Observation)
			}
		}
	}
	return w
}

func (w *witness) add(left scenarios.Leftovers, o scenarios.Observation) {
	w.differs++
	w.cells.add(left.Goleak.Differs, o)
	for _, a := range left.Leak.Allowed {
		if !slices.Contains(w.allowed, a.Reason) {
			w.allowed = append(w.allowed, a.Reason)
		}
	}
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

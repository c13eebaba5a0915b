package leak

import (
	"fmt"
	"strings"
)

// String is the report as a person reads it in a failing test.
func (r RoundsReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s after %d rounds and %d of warm-up (%s)", r.headline(), r.Rounds, r.WarmUp, short(r.Elapsed))
	for _, t := range r.trends() {
		b.WriteString("\n" + t.String())
	}
	if len(r.Left.Findings) > 0 {
		b.WriteString("\nproof: " + r.Left.ProofStatus)
	}
	for _, f := range r.Left.Findings {
		b.WriteString("\n" + f.String())
	}
	for _, a := range r.Left.Allowed {
		fmt.Fprintf(&b, "\n%s left, not counted: %s", goroutines(a.Count), a.Reason)
	}
	for _, w := range append(r.Warnings, r.Left.Warnings...) {
		b.WriteString("\nwarning: " + w)
	}
	return b.String()
}

func (r RoundsReport) headline() string {
	var leaking, unknown []string
	for _, t := range r.trends() {
		switch t.Verdict {
		case Leaking:
			leaking = append(leaking, t.name)
		case Unknown:
			unknown = append(unknown, t.name)
		}
	}
	switch {
	case len(leaking) > 0:
		return strings.Join(leaking, " and ") + " leak:"
	case len(unknown) > 0:
		return "could not tell whether " + strings.Join(unknown, " and ") + " leak:"
	}
	return "nothing leaks:"
}

// String is the trend on a line, and a line for each place.
func (t namedTrend) String() string {
	s := fmt.Sprintf("%s: %s: %s", t.name, t.Verdict, t.Why)
	for _, w := range t.Where {
		s += "\n    " + w
	}
	return s
}

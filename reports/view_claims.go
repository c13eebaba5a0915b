package reports

import (
	"fmt"
	"slices"
	"strings"
)

// claims is the table of the claims that the run settles.
func claims(x *index) section {
	s := section{id: "claims", title: "Claims"}
	g := grid{columns: []column{{"#", sign}, {"verdict", sign}, {"claim", prose}, {"measured", below}}}
	open := unmeasured(x)
	if len(open) > fewUnmeasured {
		s.notes = append(s.notes, note("not measured in this run: %s", strings.Join(open, "; ")))
	}
	for _, c := range x.report.Claims {
		if c.Verdict == NotMeasured && len(open) > fewUnmeasured {
			continue
		}
		t, measured := doubt, c.Measured
		switch c.Verdict {
		case Holds:
			t = good
		case DoesNotHold:
			t = bad
		case NotMeasured:
			if measured == "" {
				measured = c.How
			}
		}
		g.rows = append(g.rows, row{cells: []cell{say(c.ID), toned(t, string(c.Verdict)), say(c.Claim), say(measured)}})
	}
	if len(g.rows) > 0 {
		s.grids = append(s.grids, g)
	}
	return s
}

// fewUnmeasured is how many claims that were not measured still get a row of
// their own; a run of some scenarios leaves most of them open.
const fewUnmeasured = 3

// unmeasured are the claims that were not measured, each with the reason.
func unmeasured(x *index) (open []string) {
	for _, c := range x.report.Claims {
		if c.Verdict == NotMeasured {
			why := c.Measured
			if why == "" {
				why = c.How
			}
			open = append(open, fmt.Sprintf("%s (%s)", short(c.ID), why))
		}
	}
	return open
}

// projections carries the accumulation forward: when is which limit reached.
func projections(x *index) section {
	s := section{id: "projection", title: "Projection"}
	var limits []string
	rate := 0.0
	for _, p := range x.report.Projections {
		rate = max(rate, p.RequestsPerHour)
		for _, l := range p.Limits {
			if !slices.Contains(limits, l.Limit) {
				limits = append(limits, l.Limit)
			}
		}
	}
	g := grid{columns: []column{{"executor", label}, {"left per request", prose}, {"bytes per goroutine", prose}}}
	for _, name := range limits {
		g.columns = append(g.columns, column{"to " + name, prose})
	}
	for _, p := range x.report.Projections {
		cells := []cell{say(p.Executor), say(estimate(p.PerRequest, perRequest)), say(estimate(p.BytesPerGoroutine, byteUnit))}
		for _, name := range limits {
			cells = append(cells, reached(p, name))
		}
		g.rows = append(g.rows, row{cells: cells})
		if p.RequestsPerHour != rate {
			s.notes = append(s.notes, note("%s: at %g requests an hour", short(p.Executor), p.RequestsPerHour))
		}
		if p.Note != "" {
			s.notes = append(s.notes, line{text: fmt.Sprintf("%s: %s", short(p.Executor), p.Note), tone: faint})
		}
	}
	if len(g.rows) > 0 {
		s.title += fmt.Sprintf(" at %g requests an hour", rate)
		s.grids = append(s.grids, g)
	}
	return s
}

// reached is when a projection comes to a limit.
func reached(p Projection, limit string) cell {
	i := slices.IndexFunc(p.Limits, func(l ProjectedLimit) bool { return l.Limit == limit })
	switch {
	case i < 0:
		return toned(faint, "-")
	case p.Limits[i].Never:
		return toned(good, "never")
	}
	return say(estimate(p.Limits[i].Hours, hourUnit))
}

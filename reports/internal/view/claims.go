package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/plaintext"
)

// claims is the table of the claims that the run settles.
func claims(x *Index) Section {
	s := Section{ID: "claims", Title: "Claims"}
	g := Table{Columns: []Column{{"#", Sign}, {"verdict", Sign}, {"claim", Prose}, {"measured", Below}}}
	open := unmeasured(x)
	if len(open) > fewUnmeasured {
		s.Notes = append(s.Notes, note("not measured in this run: %s", strings.Join(open, "; ")))
	}
	for _, c := range x.Report.Claims {
		if c.Verdict == reports.NotMeasured && len(open) > fewUnmeasured {
			continue
		}
		t, measured := Doubt, c.Measured
		switch c.Verdict {
		case reports.Holds:
			t = Good
		case reports.DoesNotHold:
			t = Bad
		case reports.NotMeasured:
			if measured == "" {
				measured = c.How
			}
		}
		g.Rows = append(g.Rows, Row{Cells: []Cell{Text(c.ID), toned(t, string(c.Verdict)), Text(c.Claim), Text(measured)}})
	}
	if len(g.Rows) > 0 {
		s.Tables = append(s.Tables, g)
	}
	return s
}

// fewUnmeasured is how many claims that were not measured still get a row of
// their own; a run of some scenarios leaves most of them open.
const fewUnmeasured = 3

// unmeasured are the claims that were not measured, each with the reason.
func unmeasured(x *Index) (open []string) {
	for _, c := range x.Report.Claims {
		if c.Verdict == reports.NotMeasured {
			why := c.Measured
			if why == "" {
				why = c.How
			}
			open = append(open, fmt.Sprintf("%s (%s)", plaintext.Name(c.ID), why))
		}
	}
	return open
}

// projections carries the accumulation forward: when is which limit reached.
func projections(x *Index) Section {
	s := Section{ID: "projection", Title: "Projection"}
	var limits []string
	rate := 0.0
	for _, p := range x.Report.Projections {
		rate = max(rate, p.RequestsPerHour)
		for _, l := range p.Limits {
			if !slices.Contains(limits, l.Limit) {
				limits = append(limits, l.Limit)
			}
		}
	}
	g := Table{Columns: []Column{{"executor", Label}, {"left per request", Prose}, {"bytes per goroutine", Prose}}}
	for _, name := range limits {
		g.Columns = append(g.Columns, Column{"to " + name, Prose})
	}
	for _, p := range x.Report.Projections {
		cells := []Cell{Text(p.Executor), Text(estimate(p.PerRequest, perRequest)), Text(estimate(p.BytesPerGoroutine, format.ByteUnit))}
		for _, name := range limits {
			cells = append(cells, reached(p, name))
		}
		g.Rows = append(g.Rows, Row{Cells: cells})
		if p.RequestsPerHour != rate {
			s.Notes = append(s.Notes, note("%s: at %g requests an hour", plaintext.Name(p.Executor), p.RequestsPerHour))
		}
		if p.Note != "" {
			s.Notes = append(s.Notes, Line{Text: fmt.Sprintf("%s: %s", plaintext.Name(p.Executor), p.Note), Tone: Faint})
		}
	}
	if len(g.Rows) > 0 {
		s.Title += fmt.Sprintf(" at %g requests an hour", rate)
		s.Tables = append(s.Tables, g)
	}
	return s
}

// reached is when a projection comes to a limit.
func reached(p reports.Projection, limit string) Cell {
	i := slices.IndexFunc(p.Limits, func(l reports.ProjectedLimit) bool { return l.Limit == limit })
	switch {
	case i < 0:
		return toned(Faint, "-")
	case p.Limits[i].Never:
		return toned(Good, "never")
	}
	return Text(estimate(p.Limits[i].Hours, hourUnit))
}

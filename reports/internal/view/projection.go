package view

import (
	"fmt"
	"slices"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/reports"
)

// projections says when each executor would reach the limits of a machine.
func projections(x *Index) Section {
	s := Section{ID: "projection", Title: "Projection"}
	all := x.Report.Projections
	if len(all) == 0 {
		return s
	}
	limits, rate := limitsAndRate(all)
	s.Title += fmt.Sprintf(" at %g requests an hour", rate)
	t := Table{Columns: []Column{{"executor", Label}, {"left per request", Prose}, {"bytes per goroutine", Prose}}}
	for _, name := range limits {
		t.Columns = append(t.Columns, Column{"to " + name, Prose})
	}
	for _, p := range all {
		t.Rows = append(t.Rows, projectionRow(p, limits))
		if p.RequestsPerHour != rate {
			s.Notes = append(s.Notes, note("%s: at %g requests an hour", plaintext.Name(p.Executor), p.RequestsPerHour))
		}
		if p.Note != "" {
			s.Notes = append(s.Notes, Line{Text: fmt.Sprintf("%s: %s", plaintext.Name(p.Executor), p.Note), Tone: Faint})
		}
	}
	s.Tables = append(s.Tables, t)
	return s
}

// limitsAndRate are the names of all limits, and the highest request rate.
func limitsAndRate(all []reports.Projection) (limits []string, rate float64) {
	for _, p := range all {
		rate = max(rate, p.RequestsPerHour)
		for _, l := range p.Limits {
			if !slices.Contains(limits, l.Limit) {
				limits = append(limits, l.Limit)
			}
		}
	}
	return limits, rate
}

func projectionRow(p reports.Projection, limits []string) Row {
	cells := []Cell{Text(p.Executor), Text(estimate(p.PerRequest, perRequest)), Text(estimate(p.BytesPerGoroutine, format.ByteUnit))}
	for _, name := range limits {
		cells = append(cells, timeToLimit(p, name))
	}
	return Row{Cells: cells}
}

// timeToLimit is when a projection reaches a limit.
func timeToLimit(p reports.Projection, limit string) Cell {
	i := slices.IndexFunc(p.Limits, func(l reports.ProjectedLimit) bool { return l.Limit == limit })
	switch {
	case i < 0:
		return toned(Faint, "-")
	case p.Limits[i].Never:
		return toned(Good, "never")
	}
	return Text(estimate(p.Limits[i].Hours, hourUnit))
}

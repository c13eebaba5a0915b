package plan

import (
	"fmt"

	"github.com/watertight-go/watertight/reports"
)

// Part is one part of a run that is split over several machines. The zero Part is
// the whole run.
type Part struct{ Index, Count int }

// ParsePart reads -shard: "2/4" is the second of four.
func ParsePart(text string) (Part, error) {
	if text == "" {
		return Part{}, nil
	}
	index, count, err := reports.Shard{Name: text}.Part()
	if err != nil {
		return Part{}, fmt.Errorf("-shard: %w", err)
	}
	return Part{index, count}, nil
}

func (p Part) String() string { return fmt.Sprintf("%d/%d", p.Index, p.Count) }

// Of are the rows of the part: of four parts, the first has the rows 1, 5, 9 and so
// on. Costly rows stand next to each other, so this spreads them.
func (p Part) Of(rows []reports.Scenario) ([]reports.Scenario, error) {
	if p.Count == 0 {
		return rows, nil
	}
	if p.Count > len(rows) {
		return nil, fmt.Errorf("-shard: got %v, want at most %d parts, one for each scenario", p, len(rows))
	}
	var list []reports.Scenario
	for i, r := range rows {
		if i%p.Count == p.Index-1 {
			list = append(list, r)
		}
	}
	return list, nil
}

// Mark writes into the report which part it is, and into each row of times where
// it was measured.
func (p Part) Mark(r *reports.Report) {
	if p.Count == 0 {
		return
	}
	s := reports.Shard{Name: p.String(), Created: r.Created, Elapsed: r.Elapsed, Environment: r.Environment, Partial: r.Partial}
	for _, row := range r.Scenarios {
		s.Scenarios = append(s.Scenarios, row.Name)
	}
	r.Shards = []reports.Shard{s}
	for i := range r.Bench {
		for j := range r.Bench[i].Times {
			r.Bench[i].Times[j].Shard = s.Name
		}
	}
}

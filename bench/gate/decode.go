package gate

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/watertight-go/watertight/scenarios"
)

// storedSet is the JSON form of a Set.
type storedSet struct {
	Key     Key       `json:"key"`
	Machine Machine   `json:"machine"`
	Cells   []CellRow `json:"cells"`
	Costs   []CostRow `json:"costs"`
	Times   []TimeRow `json:"times"`
}

// Decode reads the text that Encode wrote, and refuses what has no meaning.
func Decode(data []byte) (*Baseline, error) {
	if len(data) == 0 {
		return nil, fmt.Errorf("got an empty file, want a baseline, schema %q", Schema)
	}
	var head struct {
		Schema *string `json:"schema"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("got no JSON (%s), want a baseline, schema %q", printable(err.Error()), Schema)
	}
	if head.Schema == nil || *head.Schema != Schema {
		got := "none"
		if head.Schema != nil {
			got = fmt.Sprintf("%q", *head.Schema)
		}
		return nil, fmt.Errorf("got schema %s, want %q", got, Schema)
	}
	var s struct {
		Sets []storedSet `json:"sets"`
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("got a field of another type (%s), want a baseline, schema %q", printable(err.Error()), Schema)
	}
	b := &Baseline{}
	for _, set := range s.Sets {
		b.Sets = append(b.Sets, set.set())
	}
	return b, b.check()
}

func (s storedSet) set() Set {
	return Set{Key: s.Key, Machine: s.Machine, Cells: s.Cells, Costs: s.Costs, Times: s.Times}
}

// check names everything that is there twice or has no meaning.
func (b *Baseline) check() error {
	if len(b.Sets) == 0 {
		return errors.New("got no set of rows, want one or more")
	}
	var errs []error
	keys := map[Key]bool{}
	for _, s := range b.Sets {
		if keys[s.Key] {
			errs = append(errs, fmt.Errorf("got the set of %s twice, want each once", s.Key))
		}
		keys[s.Key] = true
		seen := map[string]bool{}
		once := func(name string) {
			if seen[name] {
				errs = append(errs, fmt.Errorf("got row %s of %s twice, want each once", printable(name), s.Key))
			}
			seen[name] = true
		}
		for _, c := range s.Cells {
			once(c.name())
			errs = append(errs, c.check())
		}
		for _, c := range s.Costs {
			once(c.name())
			if min(c.Allocs, c.AllocBytes) < 0 {
				errs = append(errs, fmt.Errorf("got row %s with less than no allocations", printable(c.name())))
			}
		}
		for _, t := range s.Times {
			once(t.name())
			errs = append(errs, positive(t.name(), t.Ratios))
		}
		if len(seen) == 0 {
			errs = append(errs, fmt.Errorf("got no row of %s, want one or more", s.Key))
		}
	}
	return errors.Join(errs...)
}

func (c CellRow) check() error {
	if len(c.Clauses) == 0 {
		return fmt.Errorf("got row %s without clauses, want one or more", printable(c.name()))
	}
	for clause, status := range c.Clauses {
		switch status {
		case scenarios.Pass, scenarios.Fail, scenarios.NotApplicable, scenarios.Waived, scenarios.Unknown:
		default:
			return fmt.Errorf("got status %q of clause %d in row %s, want one of a report's", status, int(clause), printable(c.name()))
		}
	}
	return nil
}

// positive wants figures that a ratio can be made of.
func positive(name string, values []float64) error {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) || v <= 0 {
			return fmt.Errorf("got %v in row %s, want positive figures", v, printable(name))
		}
	}
	return nil
}

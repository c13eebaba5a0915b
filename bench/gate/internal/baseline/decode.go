package baseline

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/watertight-go/watertight/bench/gate/internal/format"
	"github.com/watertight-go/watertight/scenarios"
)

// Schema is the version of the JSON form. Decode refuses others.
const Schema = "watertight.baseline/1"

// storedSet is the JSON form of a Set.
type storedSet struct {
	Key     Key       `json:"key"`
	Machine Machine   `json:"machine"`
	Cells   []CellRow `json:"cells"`
	Costs   []CostRow `json:"costs"`
	Times   []TimeRow `json:"times"`
}

// Decode reads the text that Encode wrote. It refuses rows that make no sense.
func Decode(data []byte) (*File, error) {
	if err := checkSchema(data); err != nil {
		return nil, err
	}
	var stored struct {
		Sets []storedSet `json:"sets"`
	}
	if err := json.Unmarshal(data, &stored); err != nil {
		return nil, fmt.Errorf("a field has the wrong type (%s), want a baseline, schema %q", format.Printable(err.Error()), Schema)
	}
	f := &File{}
	for _, s := range stored.Sets {
		f.Sets = append(f.Sets, Set{Key: s.Key, Machine: s.Machine, Cells: s.Cells, Costs: s.Costs, Times: s.Times})
	}
	return f, f.check()
}

func checkSchema(data []byte) error {
	if len(data) == 0 {
		return fmt.Errorf("got an empty file, want a baseline, schema %q", Schema)
	}
	var head struct {
		Schema *string `json:"schema"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return fmt.Errorf("invalid JSON (%s), want a baseline, schema %q", format.Printable(err.Error()), Schema)
	}
	switch {
	case head.Schema == nil:
		return fmt.Errorf("got no schema, want %q", Schema)
	case *head.Schema != Schema:
		return fmt.Errorf("got schema %q, want %q", *head.Schema, Schema)
	}
	return nil
}

// check names every set and row that is there twice or makes no sense.
func (f *File) check() error {
	if len(f.Sets) == 0 {
		return errors.New("got no set of rows, want one or more")
	}
	var errs []error
	keys := map[Key]bool{}
	for _, s := range f.Sets {
		if keys[s.Key] {
			errs = append(errs, fmt.Errorf("got the set of %s twice, want each once", s.Key))
		}
		keys[s.Key] = true
		errs = append(errs, s.check())
	}
	return errors.Join(errs...)
}

func (s Set) check() error {
	var errs []error
	seen := map[string]bool{}
	once := func(name string) {
		if seen[name] {
			errs = append(errs, fmt.Errorf("got row %s of %s twice, want each once", format.Printable(name), s.Key))
		}
		seen[name] = true
	}
	for _, c := range s.Cells {
		once(c.Name())
		errs = append(errs, c.check())
	}
	for _, c := range s.Costs {
		once(c.Name())
		if min(c.Allocs, c.AllocBytes) < 0 {
			errs = append(errs, fmt.Errorf("got a negative number of allocations in row %s", format.Printable(c.Name())))
		}
	}
	for _, t := range s.Times {
		once(t.Name())
		errs = append(errs, Positive(t.Name(), t.Ratios))
	}
	if len(seen) == 0 {
		errs = append(errs, fmt.Errorf("got no row of %s, want one or more", s.Key))
	}
	return errors.Join(errs...)
}

func (c CellRow) check() error {
	if len(c.Clauses) == 0 {
		return fmt.Errorf("got row %s without clauses, want one or more", format.Printable(c.Name()))
	}
	for clause, status := range c.Clauses {
		switch status {
		case scenarios.Pass, scenarios.Fail, scenarios.NotApplicable, scenarios.Waived, scenarios.Unknown:
		default:
			return fmt.Errorf("got status %q of clause %d in row %s, want a status of package scenarios", status, int(clause), format.Printable(c.Name()))
		}
	}
	return nil
}

// Positive returns an error where a value of the row is not a positive number:
// no ratio can be made of it.
func Positive(row string, values []float64) error {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) || v <= 0 {
			return fmt.Errorf("got %v in row %s, want positive numbers", v, format.Printable(row))
		}
	}
	return nil
}

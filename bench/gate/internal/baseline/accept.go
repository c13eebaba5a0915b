package baseline

import (
	"errors"
	"fmt"
	"slices"

	"github.com/watertight-go/watertight/bench/gate/internal/format"
	"github.com/watertight-go/watertight/bench/gate/internal/samples"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// Accept is FromReport for a new baseline. It returns an error if something was
// not measured or not judged. A clause may be unknown only where another clause
// of the same cell fails: after the death of the process nothing else is known.
func Accept(r *reports.Report, executors ...string) ([]Set, error) {
	sets, err := FromReport(r, executors...)
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, c := range r.Bench {
		if c.Trouble != "" {
			errs = append(errs, fmt.Errorf("%s could not be measured: %s", format.Printable(costRow(c).Name()), format.Printable(c.Trouble)))
		}
	}
	for _, s := range sets {
		errs = append(errs, s.checkComplete())
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("gate: baseline: %w", err)
	}
	return sets, nil
}

func (s Set) checkComplete() error {
	var errs []error
	for _, c := range s.Cells {
		if unjudged := c.unjudged(); len(unjudged) > 0 {
			errs = append(errs, fmt.Errorf("%s: clause %v is unknown, and a baseline must not hold it: a later unknown would count as unchanged; run it again", format.Printable(c.Name()), unjudged))
		}
	}
	for _, t := range s.Times {
		errs = append(errs, Positive(t.Name(), t.Ratios))
		if n := len(t.Ratios); n < samples.Least {
			errs = append(errs, fmt.Errorf("%s: got %d samples, want %d or more", format.Printable(t.Name()), n, samples.Least))
		}
	}
	return errors.Join(errs...)
}

// unjudged are the clauses that are unknown; none if a clause of the cell fails.
func (c CellRow) unjudged() (clauses []int) {
	for clause, status := range c.Clauses {
		switch status {
		case scenarios.Fail:
			return nil
		case scenarios.Unknown:
			clauses = append(clauses, int(clause))
		}
	}
	slices.Sort(clauses)
	return clauses
}

// Doubts are reasons not to commit the set, in words. threshold is how much the
// times of the same code may differ.
func (s Set) Doubts(threshold float64) []string {
	var all []string
	for _, c := range s.Cells {
		for clause, status := range c.Clauses {
			if status == scenarios.Unknown {
				all = append(all, fmt.Sprintf("%s: %s could not be judged", format.Printable(c.Name()), clause))
			}
		}
	}
	for _, t := range s.Times {
		if n := samples.Noise(t.Ratios); n > threshold {
			all = append(all, fmt.Sprintf("%s: the same code differed by %.0f %% within this run: measure again on a quieter machine", format.Printable(t.Name()), 100*n))
		}
	}
	slices.Sort(all)
	return all
}

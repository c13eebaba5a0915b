package reports

import (
	"errors"
	"fmt"

	"github.com/watertight-go/watertight/reports/internal/plaintext"
	"github.com/watertight-go/watertight/scenarios"
)

// check refuses references that lead nowhere and values whose meaning is not
// known: a status that no reader knows must not pass for a good one.
func (r *Report) check() error {
	executors, err := set("executor", len(r.Executors), func(i int) string { return r.Executors[i].Name })
	if err != nil {
		return err
	}
	rows, err := set("scenario", len(r.Scenarios), func(i int) string { return r.Scenarios[i].Name })
	if err != nil {
		return err
	}
	type ref struct {
		where, name string
		in          map[string]bool
		optional    bool
	}
	refs := []ref{{"before", r.Before, executors, true}, {"after", r.After, executors, true}}
	for i, c := range r.Cells {
		at := fmt.Sprintf("cells[%d]", i)
		refs = append(refs,
			ref{at + ".observation.executor", c.Observation.Executor, executors, false},
			ref{at + ".observation.scenario", c.Observation.Scenario, rows, false})
		if err := checkVerdict(at+".verdict", c); err != nil {
			return err
		}
	}
	for i, c := range r.Comparisons {
		at := fmt.Sprintf("comparisons[%d]", i)
		refs = append(refs, ref{at + ".scenario", c.Scenario, rows, false},
			ref{at + ".before", c.Before, executors, false}, ref{at + ".after", c.After, executors, false})
	}
	if r.Flames != nil {
		for i, g := range r.Flames.Graphs {
			at := fmt.Sprintf("flames.graphs[%d]", i)
			refs = append(refs, ref{at + ".executor", g.Executor, executors, false}, ref{at + ".scenario", g.Scenario, rows, false})
		}
	}
	for i, p := range r.Projections {
		refs = append(refs, ref{fmt.Sprintf("projections[%d].executor", i), p.Executor, executors, false})
	}
	for i, c := range r.Bench {
		refs = append(refs, ref{fmt.Sprintf("bench[%d].executor", i), c.Executor, executors, false})
	}
	for _, f := range refs {
		if !f.in[f.name] && !(f.optional && f.name == "") {
			return fmt.Errorf("got %s %q, want one that the report lists", f.where, plaintext.Limit(f.name, 60))
		}
	}
	return errors.Join(r.checkTwins(), r.checkBench(), r.Flames.check())
}

// set is the names as a set, where each is there once.
func set(what string, n int, name func(int) string) (map[string]bool, error) {
	seen := make(map[string]bool, n)
	for i := range n {
		if seen[name(i)] {
			return nil, fmt.Errorf("got %s %q twice, want each once", what, plaintext.Limit(name(i), 60))
		}
		seen[name(i)] = true
	}
	return seen, nil
}

// checkVerdict wants the verdict to be about its observation, in known words.
func checkVerdict(at string, c scenarios.Cell) error {
	v, o := c.Verdict, c.Observation
	if (v.Executor != "" || v.Scenario != "") && (v.Executor != o.Executor || v.Scenario != o.Scenario) {
		return fmt.Errorf("got %s of %q in %q, want that of the cell's observation, %q in %q", at, plaintext.Limit(v.Executor, 60),
			plaintext.Limit(v.Scenario, 60), plaintext.Limit(o.Executor, 60), plaintext.Limit(o.Scenario, 60))
	}
	for i, k := range v.Clauses {
		switch k.Status {
		case scenarios.Pass, scenarios.Fail, scenarios.NotApplicable, scenarios.Waived, scenarios.Unknown:
		default:
			return fmt.Errorf("got %s.clauses[%d].status %q, want %q, %q, %q, %q or %q", at, i, plaintext.Limit(string(k.Status), 60),
				scenarios.Pass, scenarios.Fail, scenarios.NotApplicable, scenarios.Waived, scenarios.Unknown)
		}
		if k.Clause < 1 {
			return fmt.Errorf("got %s.clauses[%d].clause %d, want 1 or more", at, i, k.Clause)
		}
	}
	return nil
}

// checkTwins wants each cell and each comparison once: of two, a reader would
// show one and hide the other.
func (r *Report) checkTwins() error {
	type cellID struct {
		executor, scenario string
		race               bool
	}
	cells := map[cellID]bool{}
	for i, c := range r.Cells {
		k := cellID{c.Observation.Executor, c.Observation.Scenario, c.Observation.Race}
		if cells[k] {
			return fmt.Errorf("got cells[%d] (%q in %q) twice, want each once", i, plaintext.Limit(k.executor, 60), plaintext.Limit(k.scenario, 60))
		}
		cells[k] = true
	}
	pairs := map[[3]string]bool{}
	for i, c := range r.Comparisons {
		k := [3]string{c.Scenario, c.Before, c.After}
		if pairs[k] {
			return fmt.Errorf("got comparisons[%d] twice, want each once", i)
		}
		pairs[k] = true
	}
	return nil
}

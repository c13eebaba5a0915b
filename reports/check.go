package reports

import (
	"errors"
	"fmt"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/scenarios"
)

// check refuses references to executors and scenarios that the report does not
// list, entries that are there twice, and values that it does not know: an
// unknown status must not pass for a good one.
func (r *Report) check() error {
	executors, err := set("executor", len(r.Executors), func(i int) string { return r.Executors[i].Name })
	if err != nil {
		return err
	}
	rows, err := set("scenario", len(r.Scenarios), func(i int) string { return r.Scenarios[i].Name })
	if err != nil {
		return err
	}
	for i, c := range r.Cells {
		if err := checkVerdict(fmt.Sprintf("cells[%d].verdict", i), c); err != nil {
			return err
		}
	}
	for _, f := range r.references(executors, rows) {
		if !f.in[f.name] && !(f.optional && f.name == "") {
			return fmt.Errorf("got %s %s, want one that the report lists", f.field, quote(f.name))
		}
	}
	return errors.Join(r.checkCells(), r.checkComparisons(), r.checkBench(), r.Flames.check())
}

// quote is a stored string for an error message.
func quote(s string) string { return fmt.Sprintf("%q", plaintext.Limit(s, plaintext.MostName)) }

// set is the names as a set. It refuses names that are there twice.
func set(what string, n int, name func(int) string) (map[string]bool, error) {
	seen := make(map[string]bool, n)
	for i := range n {
		if seen[name(i)] {
			return nil, fmt.Errorf("got %s %s twice, want each once", what, quote(name(i)))
		}
		seen[name(i)] = true
	}
	return seen, nil
}

// reference is a field that names an executor or a scenario of the report.
type reference struct {
	field, name string
	in          map[string]bool
	// optional allows an empty name.
	optional bool
}

// references are all fields of the report that name executors or scenarios.
func (r *Report) references(executors, rows map[string]bool) []reference {
	all := []reference{{"before", r.Before, executors, true}, {"after", r.After, executors, true}}
	add := func(list string, i int, field, name string, in map[string]bool) {
		all = append(all, reference{fmt.Sprintf("%s[%d].%s", list, i, field), name, in, false})
	}
	for i, c := range r.Cells {
		add("cells", i, "observation.executor", c.Observation.Executor, executors)
		add("cells", i, "observation.scenario", c.Observation.Scenario, rows)
	}
	for i, c := range r.Comparisons {
		add("comparisons", i, "scenario", c.Scenario, rows)
		add("comparisons", i, "before", c.Before, executors)
		add("comparisons", i, "after", c.After, executors)
	}
	if r.Flames != nil {
		for i, g := range r.Flames.Graphs {
			add("flames.graphs", i, "executor", g.Executor, executors)
			add("flames.graphs", i, "scenario", g.Scenario, rows)
		}
	}
	for i, p := range r.Projections {
		add("projections", i, "executor", p.Executor, executors)
	}
	for i, c := range r.Bench {
		add("bench", i, "executor", c.Executor, executors)
	}
	return all
}

// checkVerdict wants a verdict about the cell's observation, with clauses and
// statuses that are known.
func checkVerdict(field string, c scenarios.Cell) error {
	v, o := c.Verdict, c.Observation
	if (v.Executor != "" || v.Scenario != "") && (v.Executor != o.Executor || v.Scenario != o.Scenario) {
		return fmt.Errorf("got %s of %s in %s, want that of the cell's observation, %s in %s", field,
			quote(v.Executor), quote(v.Scenario), quote(o.Executor), quote(o.Scenario))
	}
	for i, k := range v.Clauses {
		switch k.Status {
		case scenarios.Pass, scenarios.Fail, scenarios.NotApplicable, scenarios.Waived, scenarios.Unknown:
		default:
			return fmt.Errorf("got %s.clauses[%d].status %s, want %q, %q, %q, %q or %q", field, i, quote(string(k.Status)),
				scenarios.Pass, scenarios.Fail, scenarios.NotApplicable, scenarios.Waived, scenarios.Unknown)
		}
		if k.Clause < 1 {
			return fmt.Errorf("got %s.clauses[%d].clause %d, want 1 or more", field, i, k.Clause)
		}
	}
	return nil
}

// checkCells wants each cell once: renderers show only one of two.
func (r *Report) checkCells() error {
	type key struct {
		executor, scenario string
		race               bool
	}
	seen := map[key]bool{}
	for i, c := range r.Cells {
		k := key{c.Observation.Executor, c.Observation.Scenario, c.Observation.Race}
		if seen[k] {
			return fmt.Errorf("got cells[%d] (%s in %s) twice, want each once", i, quote(k.executor), quote(k.scenario))
		}
		seen[k] = true
	}
	return nil
}

// checkComparisons wants each comparison once.
func (r *Report) checkComparisons() error {
	seen := map[[3]string]bool{}
	for i, c := range r.Comparisons {
		k := [3]string{c.Scenario, c.Before, c.After}
		if seen[k] {
			return fmt.Errorf("got comparisons[%d] twice, want each once", i)
		}
		seen[k] = true
	}
	return nil
}

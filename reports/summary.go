package reports

import (
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// Count sums up the cells of one executor, those of the race detector included.
type Count struct {
	Executor string
	// Cells is the sum of the five counts after it. Each counts cells by the
	// status of their worst clause.
	Cells, Pass, Fail, Unknown, Waived, NotApplicable int
	// Scenarios is how many scenarios the cells belong to.
	Scenarios int
	// Broken maps each broken clause to the scenarios that show it.
	Broken map[executor.Clause][]string
}

// Safe reports whether the executor was run, breaks no clause and has no
// unknown one. Waived failures and clauses that do not apply do not count.
func (c Count) Safe() bool { return c.Cells > 0 && c.Fail == 0 && c.Unknown == 0 }

// Count counts the cells of an executor. It is all zero where there are none.
func (r *Report) Count(name string) Count {
	n := Count{Executor: name}
	seen := map[string]bool{}
	for _, c := range r.Cells {
		if c.Observation.Executor != name {
			continue
		}
		seen[c.Observation.Scenario] = true
		n.add(c)
	}
	n.Scenarios = len(seen)
	return n
}

// add counts one cell.
func (c *Count) add(cell scenarios.Cell) {
	c.Cells++
	switch cell.Verdict.Status() {
	case scenarios.Pass:
		c.Pass++
	case scenarios.Fail:
		c.Fail++
	case scenarios.Waived:
		c.Waived++
	case scenarios.NotApplicable:
		c.NotApplicable++
	default:
		c.Unknown++
	}
	scenario := cell.Observation.Scenario
	for _, k := range cell.Verdict.Clauses {
		if k.Status != scenarios.Fail || slices.Contains(c.Broken[k.Clause], scenario) {
			continue
		}
		if c.Broken == nil {
			c.Broken = map[executor.Clause][]string{}
		}
		c.Broken[k.Clause] = append(c.Broken[k.Clause], scenario)
	}
}

// ExitCode is the result of the run as a process's exit code:
//   - 0: the After executor keeps every clause in every cell. Waived and
//     inapplicable clauses do not count.
//   - 1: it breaks a clause, whatever else could not be judged.
//   - 2: one of its cells is unknown, it has no cells, or the run is partial.
func (r *Report) ExitCode() int {
	c := r.Count(r.After)
	switch {
	case c.Fail > 0:
		return 1
	case !c.Safe() || r.Partial != "":
		return 2
	}
	return 0
}

// ExecutorNames are the names of the report's executors, in display order.
// Names that only cells mention come last.
func (r *Report) ExecutorNames() []string {
	var names []string
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, x := range r.Executors {
		add(x.Name)
	}
	for _, c := range r.Cells {
		add(c.Observation.Executor)
	}
	return names
}

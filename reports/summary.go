package reports

import (
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// Summary counts the cells of a report.
type Summary struct {
	// Partial is as in Report.
	Partial string
	// Executors are in the report's order.
	Executors []Count
}

// Count sums up the cells of one executor, those of the race detector included.
type Count struct {
	Executor string
	// Cells is the sum of the five counts after it, each of which is about the
	// cell's worst clause.
	Cells, Pass, Fail, Unknown, Waived, NotApplicable int
	// Scenarios is how many scenarios the cells are of.
	Scenarios int
	// Broken are the broken clauses, by number, with the scenarios they are
	// broken in.
	Broken []BrokenClause
}

// BrokenClause is a clause that an executor breaks.
type BrokenClause struct {
	Clause    executor.Clause
	Scenarios []string
}

// Safe says that the executor was looked at, breaks no clause and left no
// question open. Waived failures and clauses that do not apply do not count.
func (c Count) Safe() bool { return c.Cells > 0 && c.Fail == 0 && c.Unknown == 0 }

// Of is the count of an executor; zero where the report has none.
func (s Summary) Of(name string) Count {
	i := slices.IndexFunc(s.Executors, func(c Count) bool { return c.Executor == name })
	if i < 0 {
		return Count{Executor: name}
	}
	return s.Executors[i]
}

// Summarize counts the cells of r by executor.
func Summarize(r *Report) Summary {
	s := Summary{Partial: r.Partial}
	for _, name := range executorNames(r) {
		s.Executors = append(s.Executors, count(r, name))
	}
	return s
}

// ExitCode is the answer of a run as a process's exit code: 0 where the After
// executor keeps every clause in every cell (waived and n/a do not count
// against it); 1 where it breaks a clause, which stands whatever else could not
// be looked at; 2 where a cell of it is unknown, it has no cells, or the run is
// partial.
func ExitCode(r *Report) int {
	c := count(r, r.After)
	switch {
	case c.Fail > 0:
		return 1
	case !c.Safe() || r.Partial != "":
		return 2
	}
	return 0
}

func count(r *Report, name string) Count {
	n := Count{Executor: name}
	seen := map[string]bool{}
	broken := map[executor.Clause][]string{}
	for _, c := range r.Cells {
		if c.Observation.Executor != name {
			continue
		}
		n.Cells++
		scenario := c.Observation.Scenario
		seen[scenario] = true
		switch c.Verdict.Status() {
		case scenarios.Pass:
			n.Pass++
		case scenarios.Fail:
			n.Fail++
		case scenarios.Waived:
			n.Waived++
		case scenarios.NotApplicable:
			n.NotApplicable++
		default:
			n.Unknown++
		}
		for _, k := range c.Verdict.Clauses {
			if k.Status == scenarios.Fail && !slices.Contains(broken[k.Clause], scenario) {
				broken[k.Clause] = append(broken[k.Clause], scenario)
			}
		}
	}
	n.Scenarios = len(seen)
	for clause, in := range broken {
		n.Broken = append(n.Broken, BrokenClause{clause, in})
	}
	slices.SortFunc(n.Broken, func(a, b BrokenClause) int { return int(a.Clause) - int(b.Clause) })
	return n
}

// executorNames are the report's executors, those that only cells name last.
func executorNames(r *Report) []string {
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

// scenarioRows are the report's scenarios, those that only cells name last.
func scenarioRows(r *Report) []Row {
	var rows []Row
	seen := map[string]bool{}
	add := func(row Row) {
		if !seen[row.Name] {
			seen[row.Name] = true
			rows = append(rows, row)
		}
	}
	for _, row := range r.Scenarios {
		add(row)
	}
	for _, c := range r.Cells {
		add(Row{Name: c.Observation.Scenario})
	}
	return rows
}

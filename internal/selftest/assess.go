package selftest

import (
	"fmt"
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/internal/mutants"
	"github.com/watertight-go/watertight/scenarios"
)

// TaskOf puts a mutant first through the scenarios that must catch it, and then
// through the rest of the catalogue, in which no clause may fail that has nothing
// to do with its defect.
func TaskOf(m mutants.Mutant, catalogue []scenarios.Scenario) Task {
	t := Task{Executor: m.Name}
	for _, name := range []string{m.Raced, m.Caught.Scenario} {
		if name != "" && !slices.Contains(t.Scenarios, name) {
			t.Scenarios = append(t.Scenarios, name)
		}
	}
	for _, s := range catalogue {
		if !slices.Contains(t.Scenarios, s.Name) {
			t.Scenarios = append(t.Scenarios, s.Name)
		}
	}
	return t
}

// Finding is a clause that failed in a scenario.
type Finding struct {
	Scenario string
	Clause   executor.Clause
	Got      string
}

// String is the finding in one line.
func (f Finding) String() string { return fmt.Sprintf("%v in %s: %s", f.Clause, f.Scenario, f.Got) }

// Findings are all clauses that failed.
func Findings(cells []scenarios.Cell) (all []Finding) {
	for _, cell := range cells {
		for _, c := range cell.Verdict.Clauses {
			if c.Status == scenarios.Fail {
				all = append(all, Finding{cell.Verdict.Scenario, c.Clause, c.Got})
			}
		}
	}
	return all
}

// Doubts are the clauses that could not be judged although the process lived,
// with the reason.
func Doubts(cells []scenarios.Cell) (all []string) {
	for _, cell := range cells {
		for _, c := range cell.Verdict.Clauses {
			if c.Status == scenarios.Unknown && cell.Observation.Crash == nil {
				all = append(all, fmt.Sprintf("%v in %s: %s", c.Clause, cell.Verdict.Scenario, c.Reason))
			}
		}
	}
	return all
}

// Assessment is what one run says of a mutant.
type Assessment struct {
	// Survived says which scenarios should have caught it and did not.
	Survived []string
	// Unrelated are clauses that failed although they have nothing to do with the
	// defect.
	Unrelated []Finding
	// Found are all that failed.
	Found []Finding
}

// Assess compares what was found with what should be. A data race is expected only
// in a program that was built with -race.
func Assess(m mutants.Mutant, cells []scenarios.Cell) Assessment {
	a := Assessment{Found: Findings(cells)}
	caught := func(f Finding) bool { return m.Catches(f.Scenario, f.Clause) }
	if m.Caught != (mutants.Catch{}) && !slices.ContainsFunc(a.Found, caught) {
		a.Survived = append(a.Survived, fmt.Sprintf("%v did not fail in %s", m.Caught.Clause, m.Caught.Scenario))
	}
	for _, cell := range cells {
		o := cell.Observation
		if o.Scenario == m.Raced && o.Race && len(o.Races) == 0 && !raceIn(o.Crash) {
			a.Survived = append(a.Survived, "no data race was reported in "+m.Raced)
		}
	}
	for _, f := range a.Found {
		_, related := m.Related[f.Clause]
		if f.Clause != m.Caught.Clause && f.Clause != m.Or && !related {
			a.Unrelated = append(a.Unrelated, f)
		}
	}
	return a
}

// raceIn says that a process reported a race before it died.
func raceIn(c *scenarios.Crash) bool {
	return c != nil && len(child.Races(c.Stacks)) > 0
}

package selftest

import (
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/mutants"
	"github.com/watertight-go/watertight/scenarios"
)

// specs are the mutants as executors.
func specs() (all []executor.Spec) {
	for _, m := range mutants.All() {
		all = append(all, m.Spec())
	}
	return all
}

func TestMain(m *testing.M) {
	Child(specs())
	os.Exit(m.Run())
}

// Every mutant is caught by the clause that its defect breaks, and no clause fails
// that has nothing to do with the defect: here in the rows of the compatibility
// matrix. `make mutants` runs the whole catalogue.
func TestMutantsDie(t *testing.T) {
	rows := slices.DeleteFunc(scenarios.Catalogue(), func(s scenarios.Scenario) bool { return s.MatrixRow == "" })
	all := mutants.All()
	var tasks []Task
	for _, m := range all {
		tasks = append(tasks, TaskOf(m, rows))
	}
	cells, err := Runner{Executors: specs(), Race: raceEnabled}.Run(t.Context(), tasks)
	require.NoError(t, err)
	for i, m := range all {
		t.Run(m.Name, func(t *testing.T) {
			a := Assess(m, cells[i])
			require.Empty(t, a.Survived, "it survived; what was found:\n%v", a.Found)
			require.Empty(t, a.Unrelated)
			if m.Caught == (mutants.Catch{}) && !raceEnabled {
				t.Skipf("a data race, seen in %s by a binary built with -race only", m.Raced)
			}
		})
	}
}

func TestTableOfMutants(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range mutants.All() {
		t.Run(m.Name, func(t *testing.T) {
			require.False(t, seen[m.Name], "occurs twice")
			seen[m.Name] = true
			require.NotEmpty(t, m.Defect)
			require.True(t, m.Caught != mutants.Catch{} || m.Raced != "", "nothing says where it must be found out")
			for _, name := range []string{m.Caught.Scenario, m.Raced} {
				if name != "" {
					_, err := scenarios.Lookup(name)
					require.NoError(t, err)
				}
			}
			for clause, why := range m.Related {
				require.NotEmpty(t, why, "%v is related without a reason", clause)
			}
		})
	}
	require.GreaterOrEqual(t, len(seen), 30)
}

// A healthy executor in a mutant's place survives, and a clause that has nothing to
// do with the defect is unrelated: the assessment can fail.
func TestAssess(t *testing.T) {
	m := mutants.Mutant{Name: "m", Caught: mutants.Catch{Scenario: "limit", Clause: executor.RespectsLimit}, Or: executor.Joins, Raced: "normal",
		Related: mutants.Related{executor.Cancels: "because"}}
	cell := func(scenario string, failed ...executor.Clause) scenarios.Cell {
		c := scenarios.Cell{Observation: scenarios.Observation{Scenario: scenario, Race: true}, Verdict: scenarios.Verdict{Scenario: scenario}}
		for _, clause := range failed {
			c.Verdict.Clauses = append(c.Verdict.Clauses, scenarios.ClauseResult{Clause: clause, Status: scenarios.Fail})
		}
		return c
	}
	raced := cell("normal")
	raced.Observation.Races = []string{"WARNING: DATA RACE"}
	for _, tt := range []struct {
		name                string
		cells               []scenarios.Cell
		survived, unrelated int
	}{
		{"nothing found", []scenarios.Cell{cell("normal"), cell("limit")}, 2, 0},
		{"the clause elsewhere", []scenarios.Cell{raced, cell("wide", executor.RespectsLimit)}, 1, 0},
		{"another clause there", []scenarios.Cell{raced, cell("limit", executor.LosesNothing)}, 1, 1},
		{"found", []scenarios.Cell{raced, cell("limit", executor.RespectsLimit, executor.Cancels)}, 0, 0},
		{"found by the other clause", []scenarios.Cell{raced, cell("limit", executor.Joins)}, 0, 0},
		{"the other clause elsewhere", []scenarios.Cell{raced, cell("wide", executor.Joins)}, 1, 0},
		{"no race", []scenarios.Cell{cell("normal"), cell("limit", executor.RespectsLimit)}, 1, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := Assess(m, tt.cells)
			require.Len(t, a.Survived, tt.survived)
			require.Len(t, a.Unrelated, tt.unrelated)
		})
	}
}

// A child that dies in a scenario ends no other scenario.
func TestRunnerGoesOnBehindADeath(t *testing.T) {
	task := Task{Executor: "panic-crashes", Scenarios: []string{"normal", "panic", "panic-alone", "error"}}
	cells, err := Runner{Executors: specs(), Race: raceEnabled}.Run(t.Context(), []Task{task})
	require.NoError(t, err)
	require.Len(t, cells[0], 4)
	for i, died := range []bool{false, true, true, false} {
		o := cells[0][i].Observation
		require.Equal(t, task.Scenarios[i], o.Scenario)
		require.Equal(t, died, o.Crash != nil, "%s: %+v", o.Scenario, o.Crash)
	}
	require.Equal(t, "panic", cells[0][1].Observation.Crash.Kind)
	require.Equal(t, scenarios.Pass, cells[0][3].Verdict.Status())
}

func TestRunnerRefusesStrangers(t *testing.T) {
	_, err := Runner{}.Run(t.Context(), []Task{{Executor: "nobody", Scenarios: []string{"normal"}}})
	require.ErrorContains(t, err, "nobody")
}

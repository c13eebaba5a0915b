package teeth

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/mutants"
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

// Every mutant dies of the clause that its defect breaks, and of none that has
// nothing to do with it.
func TestMutantsDie(t *testing.T) {
	var tasks []Task
	for _, m := range mutants.All() {
		tasks = append(tasks, TaskOf(m, scenarios.Catalogue()))
	}
	cells, err := Runner{Executors: specs(), Race: raceEnabled}.Run(t.Context(), tasks)
	require.NoError(t, err)
	for i, m := range mutants.All() {
		t.Run(m.Name, func(t *testing.T) {
			a := Assess(m, cells[i])
			require.Empty(t, a.Survived, "it survived; what was found:\n%v", a.Found)
			require.Empty(t, a.Strays)
		})
	}
}

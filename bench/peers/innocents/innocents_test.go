package innocents

import (
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/selftest"
)

func specs() (all []executor.Spec) {
	for _, i := range All() {
		all = append(all, i.Spec)
	}
	return all
}

func TestMain(m *testing.M) {
	selftest.Child(specs())
	os.Exit(m.Run())
}

// No scenario finds anything wrong with an innocent on a library. The test of
// internal/innocents does the same for the others.
func TestInnocentsAreNotAccused(t *testing.T) {
	innocents := slices.DeleteFunc(append(streams(), onLibraries()...), func(i selftest.Innocent) bool { return i.Peer })
	require.GreaterOrEqual(t, len(innocents), 11)
	var tasks []selftest.Task
	for _, i := range innocents {
		task := selftest.Task{Executor: i.Name}
		for _, s := range selftest.Catalogue(i.Spec) {
			task.Scenarios = append(task.Scenarios, s.Name)
		}
		tasks = append(tasks, task)
	}
	cells, err := selftest.Runner{Executors: specs()}.Run(t.Context(), tasks)
	require.NoError(t, err)
	for k, i := range innocents {
		t.Run(i.Name, func(t *testing.T) {
			require.Len(t, cells[k], len(selftest.Catalogue(i.Spec)))
			require.Empty(t, selftest.Accusations(i, cells[k]))
			for _, doubt := range selftest.Doubts(cells[k]) {
				t.Log("not observed: " + doubt)
			}
		})
	}
}

// An innocent that keeps a clause must have no waiver for it.
func TestWaiversAreNeeded(t *testing.T) {
	for _, i := range All() {
		if len(i.Waivers) == 0 {
			continue
		}
		t.Run(i.Name, func(t *testing.T) {
			task := selftest.Task{Executor: i.Name, Scenarios: []string{"stuck-agent", "stuck-tool"}}
			cells, err := selftest.Runner{Executors: specs()}.Run(t.Context(), []selftest.Task{task})
			require.NoError(t, err)
			for _, w := range i.Waivers {
				require.True(t, slices.ContainsFunc(selftest.Findings(cells[0]), func(f selftest.Finding) bool { return f.Clause == w.Clause }), "%v is kept", w.Clause)
			}
		})
	}
}

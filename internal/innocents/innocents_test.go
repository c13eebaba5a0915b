package innocents

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/selftest"
)

func TestMain(m *testing.M) {
	selftest.Child(All())
	os.Exit(m.Run())
}

// No scenario finds anything wrong with an innocent.
func TestInnocentsAreNotAccused(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the whole catalogue for each innocent")
	}
	require.GreaterOrEqual(t, len(All()), 15)
	var tasks []selftest.Task
	for _, s := range All() {
		task := selftest.Task{Executor: s.Name}
		for _, s := range selftest.Catalogue(s) {
			task.Scenarios = append(task.Scenarios, s.Name)
		}
		tasks = append(tasks, task)
	}
	cells, err := selftest.Runner{Executors: All()}.Run(t.Context(), tasks)
	require.NoError(t, err)
	for i, s := range All() {
		t.Run(s.Name, func(t *testing.T) {
			require.Len(t, cells[i], len(selftest.Catalogue(s)))
			for _, f := range selftest.Accusations(selftest.Innocent{Spec: s}, cells[i]) {
				t.Errorf("accused of %v", f)
			}
			for _, doubt := range selftest.Doubts(cells[i]) {
				t.Log("not judged: " + doubt)
			}
		})
	}
}

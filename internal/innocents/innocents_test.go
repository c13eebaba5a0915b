package innocents

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/selftest"
)

func TestMain(m *testing.M) {
	selftest.Child(All())
	os.Exit(m.Run())
}

// known is an accusation that is wrong, and not mended yet.
type known struct {
	innocent string // all if empty
	scenario string // all if empty
	clause   executor.Clause
	why      string
}

const (
	waiting = "it follows from waiting for agents that ignore their context, which is waived"
	shared  = "the agent was called for another call, which shares its answer"
)

var notYet = []known{
	{"", "limit-ignoring", executor.RespectsLimit, waiting},
	{"stream", "", executor.BoundsStuck, waiting},
	{"single-flight", "", executor.ReturnsInTime, shared},
	{"single-flight", "", executor.LosesNothing, shared},
	{"single-flight", "", executor.PartialSuccess, shared},
	{"single-flight", "", executor.BoundsStuck, shared},
}

func (k known) covers(innocent string, f selftest.Finding) bool {
	return (k.innocent == "" || k.innocent == innocent) && (k.scenario == "" || k.scenario == f.Scenario) && k.clause == f.Clause
}

// No scenario finds anything wrong with an innocent.
func TestInnocentsAreNotAccused(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the whole catalogue for each innocent")
	}
	var tasks []selftest.Task
	for _, s := range All() {
		task := selftest.Task{Executor: s.Name}
		for _, s := range selftest.Catalogue() {
			task.Scenarios = append(task.Scenarios, s.Name)
		}
		tasks = append(tasks, task)
	}
	cells, err := selftest.Runner{Executors: All()}.Run(t.Context(), tasks)
	require.NoError(t, err)
	used := make([]bool, len(notYet))
	for i, s := range All() {
		t.Run(s.Name, func(t *testing.T) {
			require.Len(t, cells[i], len(selftest.Catalogue()))
			for _, f := range selftest.Accusations(selftest.Innocent{Spec: s}, cells[i]) {
				if k := find(s.Name, f); k >= 0 {
					used[k] = true
					t.Logf("accused of %v (%s)", f, notYet[k].why)
				} else {
					t.Errorf("accused of %v", f)
				}
			}
			for _, doubt := range selftest.Doubts(cells[i]) {
				t.Log("not judged: " + doubt)
			}
		})
	}
	for k, u := range used {
		if !u {
			t.Errorf("nothing is accused of %v in %q any more: take it out of notYet (%+v)", notYet[k].clause, notYet[k].scenario, notYet[k])
		}
	}
}

// find returns the entry of notYet for an accusation, or -1.
func find(innocent string, f selftest.Finding) int {
	for i, k := range notYet {
		if k.covers(innocent, f) {
			return i
		}
	}
	return -1
}

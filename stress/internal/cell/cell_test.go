package cell

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
)

func TestHeapCellIsBounded(t *testing.T) {
	require.Equal(t, 100, Cell{Requests: 100, Agents: 5}.Heap().Requests)
	require.Equal(t, heapCalls/5, Cell{Requests: 200_000, Agents: 5}.Heap().Requests)
	require.Equal(t, 1, Cell{Requests: 2, Agents: 500_000}.Heap().Requests)
}

// Without its detector a race cell would find no race for sure.
func TestRaceCellsWantARaceBinary(t *testing.T) {
	if RaceBuild {
		t.Skip("this binary has the race detector")
	}
	c := Cell{Kind: KindScenario, Executor: "mine", Scenario: "normal", Race: true}
	_, err := c.observe(t.Context(), []executor.Spec{{Name: "mine", New: exhibits.NewWaitGroup}})
	require.ErrorContains(t, err, "built with -race")
}

// A result is whole or missing.
func TestResultIsWholeOrMissing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "result")
	require.NoError(t, os.Mkdir(file+".tmp", 0o700))
	require.Error(t, writeResult(file, Result{}))
	require.NoFileExists(t, file)
}

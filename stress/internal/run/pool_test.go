package run

import (
	"io"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/stress/internal/cell"
)

// A cell whose process cannot be started has that as its crash.
func TestCellThatCannotBeStarted(t *testing.T) {
	p, err := New(Options{RaceBinary: filepath.Join(t.TempDir(), "nosuch"), Lacks: map[string][]int{"x": {8}}, Processes: 1, Progress: io.Discard})
	require.NoError(t, err)
	defer func() { require.NoError(t, p.Close()) }()
	c := cell.Cell{Kind: cell.KindScenario, Executor: "x", Scenario: "normal", Race: true}
	p.one(t.Context(), c, "0", 0)
	o := p.observed[c]
	require.NotNil(t, o.Crash)
	require.Equal(t, "start", o.Crash.Kind)
	require.Contains(t, o.Crash.Message, "nosuch")
	require.Equal(t, []int{8}, o.Setup.Lacks)
}

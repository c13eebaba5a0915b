package html

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/view"
	"github.com/watertight-go/watertight/scenarios"
)

// Goroutines of one go statement are one group. Goroutines that differ only in
// labels, arguments and addresses are one kind.
func TestSitesAreGrouped(t *testing.T) {
	finding := func(agent, state, arg string, line int) leak.Finding {
		return leak.Finding{Class: leak.Blocked, Count: 2, State: state, CreatedBy: "x.Go", File: "/src/x.go", Line: line, Labels: map[string]string{"agent": agent, "executor": "e"},
			Stack: "goroutine 7 [" + state + "] {agent: " + agent + "}:\nx.hang(" + arg + ")\n\t/src/x.go:9 +0x1d\ncreated by x.Go in goroutine 5\n\t/src/x.go:31 +0xdb"}
	}
	var o scenarios.Observation
	o.Left.Leak.Findings = []leak.Finding{finding("a", "chan receive", "0xc000012345", 31), finding("b", "chan receive", "{0xc0, 0x1?}", 31), finding("a", "select", "...", 31), finding("a", "select", "0x1", 99)}
	b := &pageBuilder{Index: view.NewIndex(&reports.Report{}), pool: newPool()}
	got := b.sites(o)
	require.Len(t, got, 2)
	require.Equal(t, 6, got[0].Count)
	require.Len(t, got[0].Kinds, 2)
	k := got[0].Kinds[0]
	require.Equal(t, 4, k.Count)
	require.Equal(t, "agent a, agent b", b.pool.all[k.Labels])
	var lines []string
	for _, l := range k.Stack {
		lines = append(lines, b.pool.all[l])
	}
	require.Equal(t, []string{"x.hang()", "    /src/x.go:9", "created by x.Go", "    /src/x.go:31"}, lines)
}

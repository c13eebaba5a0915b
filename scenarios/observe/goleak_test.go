package observe

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/scenarios"
)

func TestDifferences(t *testing.T) {
	text := `found unexpected goroutines:
[Goroutine 7 in state chan receive, with x.f on top of the stack:
x.f()
	/x.go:1 +0x1
created by x.run in goroutine 1
	/x.go:9 +0x1
 Goroutine 8 in state select, with x.g on top of the stack:
x.g()
	/x.go:2 +0x1
created by x.run in goroutine 1
	/x.go:9 +0x1
]`
	theirs := creatorsIn(text)
	require.Equal(t, map[string]int{"x.run": 2}, theirs)
	ours := scenarios.Leftovers{Inspected: true, Leak: leak.Report{Findings: []leak.Finding{{Count: 2, CreatedBy: "x.run"}}}}
	require.Empty(t, differences(theirs, ours))
	ours.Leak.Findings[0].Count = 3
	require.Equal(t, "created by x.run: goleak saw 2, package leak 3", differences(theirs, ours))
	ours.Leak.Findings = []leak.Finding{{Count: 1, CreatedBy: "y.run"}}
	require.Equal(t, "created by x.run: goleak saw 2, package leak 0; created by y.run: goleak saw none, package leak 1", differences(theirs, ours))
	require.Empty(t, differences(theirs, scenarios.Leftovers{}), "an inspection that failed differs from nothing")
}

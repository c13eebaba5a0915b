package versions

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/suite"
)

// Later runs wait less, unless the first one shows a leak that needs longer to show.
func TestSettleLater(t *testing.T) {
	var quick, patient = comparison{}, comparison{late: true}
	require.Equal(t, laterSettle, quick.settleLater(0))
	require.Equal(t, laterSettle, quick.settleLater(time.Minute))
	require.Equal(t, time.Second, quick.settleLater(time.Second))
	require.Zero(t, patient.settleLater(0))
	require.Equal(t, time.Minute, patient.settleLater(time.Minute))
}

func TestHasLate(t *testing.T) {
	report := func(settled time.Duration, class leak.Class) *leak.Report {
		return &leak.Report{Settled: settled, Findings: []leak.Finding{{Class: class}}}
	}
	has := func(test suite.Test) bool {
		return hasLate(suite.Observation{Packages: []suite.Package{{Tests: []suite.Test{{}, test}}}})
	}
	require.False(t, has(suite.Test{}))
	require.False(t, has(suite.Test{Left: report(2*time.Second, leak.Proven)}), "stuck at once")
	require.False(t, has(suite.Test{Left: report(15*time.Second, leak.Blocked)}), "waited for in vain")
	require.True(t, has(suite.Test{Left: report(8*time.Second, leak.Proven)}))
	require.True(t, has(suite.Test{Left: report(8*time.Second, leak.Blocked), Alone: report(12*time.Second, leak.Proven)}))
}

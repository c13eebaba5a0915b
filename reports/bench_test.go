package reports_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/fixtures"
)

func TestInvalidBenchIsRefused(t *testing.T) {
	for want, change := range map[string]func(*reports.Report){
		`bench[1].executor "other"`:   func(r *reports.Report) { r.Bench[1].Executor = "other" },
		`("old" with 5 agents) twice`: func(r *reports.Report) { r.Bench[1].Executor = "old" },
		"of batch 2, want 0 or 1":     func(r *reports.Report) { r.Bench[1].Times[0].Batch = 2 },
		"want them in pairs":          func(r *reports.Report) { r.Bench[1].Times[0].Floor = nil },
	} {
		r := fixtures.Benched()
		change(r)
		var stored bytes.Buffer
		require.NoError(t, r.Encode(&stored))
		_, err := reports.Decode(&stored)
		require.ErrorContains(t, err, want)
	}
}

package gate

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/bench/gate/internal/gatetest"
	"github.com/watertight-go/watertight/bench/gate/result"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

func TestEachChangeIsNamed(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*reports.Report)
		row    string
		want   result.Status
		exit   int
		strict int
	}{
		{"a clause is broken", func(r *reports.Report) { r.Cells[1].Verdict.Clauses[1].Status = scenarios.Fail }, "mine/partial/clause-3", result.Worse, 1, 1},
		{"a clause cannot be judged", func(r *reports.Report) { r.Cells[1].Verdict.Clauses[1].Status = scenarios.Unknown }, "mine/partial/clause-3", result.Unknown, 2, 2},
		{"a clause is no longer claimed", func(r *reports.Report) { r.Cells[1].Verdict.Clauses[1].Status = scenarios.NotApplicable }, "mine/partial/clause-3", result.Missing, 2, 2},
		{"a clause is not put to the test", func(r *reports.Report) { r.Cells[1].Verdict.Clauses = r.Cells[1].Verdict.Clauses[:2] }, "mine/partial/clause-5", result.Missing, 2, 2},
		{"a clause more", func(r *reports.Report) {
			r.Cells[0].Verdict.Clauses = append(r.Cells[0].Verdict.Clauses, scenarios.ClauseResult{Clause: 7, Status: scenarios.Pass})
		}, "mine/normal/clause-7", result.New, 0, 2},
		{"a goroutine is left", func(r *reports.Report) { r.Cells[0].Observation.Left.ByExecutor = 1 }, "mine/normal/goroutines", result.Worse, 1, 1},
		{"a goroutine stays", func(r *reports.Report) { r.Cells[0].Observation.Released.ByAgent = 1 }, "mine/normal/released-goroutines", result.Worse, 1, 1},
		{"a descriptor is left", func(r *reports.Report) { r.Cells[0].Observation.Released.Leak.Descriptors = 1 }, "mine/normal/descriptors", result.Worse, 1, 1},
		{"nobody looked", func(r *reports.Report) { r.Cells[0].Observation.Left.Inspected = false }, "mine/normal/goroutines", result.Unknown, 2, 2},
		{"a scenario is gone", func(r *reports.Report) { r.Cells = r.Cells[:1] }, "mine/partial", result.Missing, 2, 2},
		{"a scenario was renamed", func(r *reports.Report) { r.Cells[1].Observation.Scenario = "half" }, "mine/half", result.New, 2, 2},
		{"a new scenario is broken", func(r *reports.Report) {
			c := r.Cells[0]
			c.Observation.Scenario = "new"
			c.Verdict.Clauses = []scenarios.ClauseResult{{Clause: 1, Status: scenarios.Fail}}
			r.Cells = append(r.Cells, c)
		}, "mine/new/clause-1", result.Worse, 1, 1},
		{"one allocation more", func(r *reports.Report) { r.Bench[0].Allocs = 13 }, "mine/agents=5/allocs", result.Worse, 1, 1},
		{"a third of an allocation more", func(r *reports.Report) { r.Bench[0].Allocs = 12.3 }, "mine/agents=5/allocs", result.OK, 0, 0},
		{"one allocation less", func(r *reports.Report) { r.Bench[0].Allocs = 11 }, "mine/agents=5/allocs", result.Better, 0, 0},
		{"more bytes", func(r *reports.Report) { r.Bench[0].AllocBytes = 1600 }, "mine/agents=5/alloc-bytes", result.Worse, 1, 1},
		{"a goroutine in a request", func(r *reports.Report) { r.Bench[0].Goroutines = 1 }, "mine/agents=5/goroutines", result.Worse, 1, 1},
		{"a descriptor in ten requests", func(r *reports.Report) { r.Bench[0].Descriptors = .1 }, "mine/agents=5/descriptors", result.Worse, 1, 1},
		{"descriptors not counted", func(r *reports.Report) { r.Bench[0].NoDescriptors = "no way" }, "mine/agents=5/descriptors", result.Unsure, 0, 2},
		{"1 kB retained", func(r *reports.Report) { r.Bench[0].RetainedBytes = 1024 }, "mine/agents=5/retained-bytes", result.Worse, 1, 1},
		{"NaN", func(r *reports.Report) { r.Bench[0].Allocs = math.NaN() }, "mine/agents=5/allocs", result.Unknown, 2, 2},
		{"slower", func(r *reports.Report) { slowed(r, 0, 1) }, "mine/agents=5/procs=1/time", result.Worse, 1, 1},
		{"slower, not confirmed", func(r *reports.Report) { slowed(r, 0) }, "mine/agents=5/procs=1/time", result.Unsure, 0, 2},
		{"few samples", func(r *reports.Report) {
			r.Bench[0].Times[0].Call, r.Bench[0].Times[0].Floor = r.Bench[0].Times[0].Call[:9], r.Bench[0].Times[0].Floor[:9]
		}, "mine/agents=5/procs=1/time", result.Unknown, 2, 2},
		{"a floor of zero", func(r *reports.Report) { r.Bench[0].Times[0].Floor[3] = 0 }, "mine/agents=5/procs=1/time", result.Unknown, 2, 2},
		{"NaN in time", func(r *reports.Report) { r.Bench[0].Times[0].Call[3] = math.NaN() }, "mine/agents=5/procs=1/time", result.Unknown, 2, 2},
		{"costs could not be measured", func(r *reports.Report) { r.Bench[0].Trouble = "it died" }, "mine/agents=5", result.Unknown, 2, 2},
		{"time is not measured", func(r *reports.Report) { r.Bench[0].Times = nil }, "mine/agents=5/procs=1/time", result.Missing, 2, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := gatetest.Report()
			tt.change(r)
			got, err := Compare(accepted(t), r, Options{})
			require.NoError(t, err)
			row := got.Find(tt.row)
			require.NotNil(t, row, "%+v", got.Rows)
			require.Equal(t, tt.want, row.Status, "%+v", row)
			require.Equal(t, tt.exit, got.ExitCode(result.Lenient))
			require.Equal(t, tt.strict, got.ExitCode(result.Strict))
			var out strings.Builder
			require.NoError(t, got.Render(&out, result.RenderOptions{}))
			if tt.want != result.OK {
				require.Contains(t, out.String(), tt.row)
			}
			require.Equal(t, tt.exit != 0, !strings.Contains(out.String(), "Passed"))
		})
	}
}

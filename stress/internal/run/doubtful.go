package run

import (
	"context"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/stress/internal/cell"
)

// doubtfulAtMost is how many cells may be the machine's fault: more are a defect's.
const doubtfulAtMost = 10

// RepeatDoubtful runs again, one at a time, the cells that failed by time alone,
// or could not be judged, beside many others. A cell that breaks another clause
// is not repeated, as a defect that shows now and then is one.
func (p *Pool) RepeatDoubtful(ctx context.Context, cells []cell.Cell) {
	var again []cell.Cell
	for _, c := range cells {
		if o, ok := p.observed[c]; ok && doubtful(c, o) {
			again = append(again, c)
		}
	}
	if len(again) == 0 || len(again) > doubtfulAtMost {
		return
	}
	p.progress.more(len(again))
	p.Cells(ctx, again, 1)
}

// doubtful says whether nothing but time, or what could not be judged, speaks
// against a cell.
func doubtful(c cell.Cell, o scenarios.Observation) bool {
	if o.Totals.Blocked > 0 || o.Crash != nil {
		return false
	}
	doubt := false
	for _, k := range c.Judge(o).Verdict.Clauses {
		switch {
		case k.Status == scenarios.Unknown, k.Status == scenarios.Fail && k.Clause == executor.ReturnsInTime:
			doubt = true
		case k.Status == scenarios.Fail:
			return false
		}
	}
	return doubt
}

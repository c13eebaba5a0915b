package run

import (
	"context"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/stress/internal/cell"
)

// doubtfulAtMost is how many cells the machine may have failed. More of them show a
// defect.
const doubtfulAtMost = 10

// RepeatDoubtful runs cells again, one at a time, that failed by time alone or could
// not be judged while many others ran. A cell that breaks another clause is not
// repeated: a defect that shows only now and then is one.
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

// doubtful reports whether a cell failed by time alone, or could not be judged.
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

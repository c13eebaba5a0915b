package cell

import (
	"context"

	"github.com/watertight-go/watertight/bench/cost"
	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
)

// timeSamples is how many samples a process takes of each row.
const timeSamples = 4

// bench is the work of a child that measures costs. Its sizes are measured in
// an order that goes round from process to process.
func (c Cell) bench(ctx context.Context, executors []executor.Spec) ([]reports.Cost, error) {
	spec, err := pick(executors, c.Executor)
	if err != nil {
		return nil, err
	}
	var all []reports.Cost
	for i := range cost.Sizes {
		agents := cost.Sizes[(i+c.Round)%len(cost.Sizes)]
		one := reports.Cost{Executor: c.Executor, Agents: agents}
		if c.Kind == KindCost {
			if one, err = cost.Requests(ctx, spec, agents); err != nil {
				return nil, err
			}
			all = append(all, one)
			continue
		}
		for _, procs := range cost.Procs {
			t, err := cost.Times(spec, agents, procs, timeSamples)
			if err != nil {
				return nil, err
			}
			one.Times = append(one.Times, t)
		}
		all = append(all, one)
	}
	return all, nil
}

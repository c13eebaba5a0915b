package cell

import (
	"context"

	"github.com/watertight-go/watertight/bench/cost"
	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
)

// timeSamples is how many samples of each row a process takes.
const timeSamples = 4

// bench measures costs. Each process starts with another size, so that no size is
// always measured first.
func (c Cell) bench(ctx context.Context, executors []executor.Spec) ([]reports.Cost, error) {
	spec, err := pick(executors, c.Executor)
	if err != nil {
		return nil, err
	}
	var all []reports.Cost
	for i := range cost.Sizes {
		agents := cost.Sizes[(i+c.Round)%len(cost.Sizes)]
		measure := times
		if c.Kind == KindCost {
			measure = cost.Requests
		}
		one, err := measure(ctx, spec, agents)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// times measures the time of requests with this many agents.
func times(_ context.Context, spec executor.Spec, agents int) (reports.Cost, error) {
	one := reports.Cost{Executor: spec.Name, Agents: agents}
	for _, procs := range cost.Procs {
		t, err := cost.Times(spec, agents, procs, timeSamples)
		if err != nil {
			return one, err
		}
		one.Times = append(one.Times, t)
	}
	return one, nil
}

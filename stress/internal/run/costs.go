package run

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/watertight-go/watertight/bench/cost"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/stress/internal/cell"
)

const (
	// timeProcesses is in how many processes the samples of one batch are
	// taken: memory layout varies from process to process and affects all
	// samples of one process alike.
	timeProcesses = 5
	// costDeadline is when a child that measures costs is killed.
	costDeadline = time.Minute
	// costName stands for the scenario in the names of these cells.
	costName = "cost"
)

// CostProcesses is how many children measure the costs of one executor with this
// many batches of times: one for what requests leave behind, the others for times.
func CostProcesses(batches int) int { return 1 + batches*timeProcesses }

// Costs measures what requests of the executors allocate and leave behind, one
// process at a time.
func (p *Pool) Costs(ctx context.Context, names []string) []reports.Cost {
	var all []reports.Cost
	for _, name := range names {
		mine, err := p.benchOnce(ctx, cell.Cell{Kind: cell.KindCost, Executor: name})
		if err != nil {
			all = append(all, troubled(name, err)...)
			continue
		}
		all = append(all, mine...)
	}
	return all
}

// troubled says of each size why it was not measured.
func troubled(name string, err error) []reports.Cost {
	var all []reports.Cost
	for _, agents := range cost.Sizes {
		all = append(all, reports.Cost{Executor: name, Agents: agents, Trouble: err.Error()})
	}
	return all
}

// Times adds a batch of samples of time to the costs that were measured.
func (p *Pool) Times(ctx context.Context, costs []reports.Cost, batch int) {
	done := map[string]bool{}
	for i := range costs {
		name := costs[i].Executor
		if done[name] || costs[i].Trouble != "" {
			continue
		}
		done[name] = true
		for round := range timeProcesses {
			more, err := p.benchOnce(ctx, cell.Cell{Kind: cell.KindTime, Executor: name, Round: round, Batch: batch})
			for j := range costs {
				if costs[j].Executor != name {
					continue
				}
				if err != nil {
					costs[j].Trouble = err.Error()
					continue
				}
				costs[j].Times = join(costs[j].Times, of(more, costs[j].Agents), batch)
			}
		}
	}
}

// of are the times of one size.
func of(costs []reports.Cost, agents int) []reports.Timing {
	for _, c := range costs {
		if c.Agents == agents {
			return c.Times
		}
	}
	return nil
}

// join adds the samples of another process to those of the same batch.
func join(all, more []reports.Timing, batch int) []reports.Timing {
	for _, t := range more {
		t.Batch = batch
		found := false
		for i := range all {
			if all[i].Batch == batch && all[i].Procs == t.Procs {
				all[i].Call = append(all[i].Call, t.Call...)
				all[i].Floor = append(all[i].Floor, t.Floor...)
				found = true
			}
		}
		if !found {
			all = append(all, t)
		}
	}
	return all
}

// benchOnce runs one process that measures costs.
func (p *Pool) benchOnce(ctx context.Context, c cell.Cell) ([]reports.Cost, error) {
	c.Scenario, c.Deadline = costName, costDeadline
	p.progress.start(c)
	r, end, finished, err := p.process(ctx, &c, fmt.Sprintf("%s-%s-%d-%d", c.Kind, strings.Map(fileRune, c.Executor), c.Batch, c.Round))
	p.progress.finish(c, err == nil && !finished)
	if err != nil {
		return nil, err
	}
	if !finished {
		return nil, errors.New(end.Crash(maxStacks).Message)
	}
	return r.Bench, nil
}

// fileRune keeps a name from being a path.
func fileRune(r rune) rune {
	if strings.ContainsRune(`/\:`, r) {
		return '_'
	}
	return r
}

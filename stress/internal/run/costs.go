package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/bench/cost"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/stress/internal/cell"
)

const (
	// timeProcesses is how many processes take the samples of one batch. Memory
	// layout varies from process to process, and slows or speeds up all samples
	// of a process.
	timeProcesses = 5
	// costDeadline is when a child that measures costs is killed.
	costDeadline = time.Minute
	// costName stands for the scenario in the names of these cells.
	costName = "cost"
)

// CostProcesses is how many children measure the costs of one executor with this
// many batches of times: one for allocations and leaks, the others for times.
func CostProcesses(batches int) int { return 1 + batches*timeProcesses }

// Costs measures what requests of the executors allocate and leave behind, one
// executor after another.
func (p *Pool) Costs(ctx context.Context, names []string) []reports.Cost {
	var all []reports.Cost
	for _, name := range names {
		costs, err := p.benchOnce(ctx, cell.Cell{Kind: cell.KindCost, Executor: name})
		if err != nil {
			all = append(all, notMeasured(name, err)...)
			continue
		}
		all = append(all, costs...)
	}
	return all
}

// notMeasured is a row for each size, with the reason.
func notMeasured(name string, err error) []reports.Cost {
	var all []reports.Cost
	for _, agents := range cost.Sizes {
		all = append(all, reports.Cost{Executor: name, Agents: agents, Trouble: err.Error()})
	}
	return all
}

// Times adds a batch of samples of time to the costs that were measured.
func (p *Pool) Times(ctx context.Context, costs []reports.Cost, batch int) {
	done := map[string]bool{}
	for _, c := range costs {
		if done[c.Executor] || c.Trouble != "" {
			continue
		}
		done[c.Executor] = true
		for round := range timeProcesses {
			more, err := p.benchOnce(ctx, cell.Cell{Kind: cell.KindTime, Executor: c.Executor, Round: round, Batch: batch})
			addTimes(costs, c.Executor, batch, more, err)
		}
	}
}

// addTimes adds the times of one process to the rows of an executor.
func addTimes(costs []reports.Cost, executor string, batch int, more []reports.Cost, err error) {
	for i := range costs {
		c := &costs[i]
		switch {
		case c.Executor != executor:
		case err != nil:
			c.Trouble = err.Error()
		default:
			c.Times = join(c.Times, timesOf(more, c.Agents), batch)
		}
	}
}

// timesOf are the times of one size.
func timesOf(costs []reports.Cost, agents int) []reports.Timing {
	for _, c := range costs {
		if c.Agents == agents {
			return c.Times
		}
	}
	return nil
}

// join adds the samples of another process to the batch.
func join(all, more []reports.Timing, batch int) []reports.Timing {
	for _, t := range more {
		t.Batch = batch
		i := slices.IndexFunc(all, func(a reports.Timing) bool { return a.Batch == batch && a.Procs == t.Procs })
		if i < 0 {
			all = append(all, t)
			continue
		}
		all[i].Call = append(all[i].Call, t.Call...)
		all[i].Floor = append(all[i].Floor, t.Floor...)
	}
	return all
}

// benchOnce runs one process that measures costs.
func (p *Pool) benchOnce(ctx context.Context, c cell.Cell) ([]reports.Cost, error) {
	c.Scenario, c.Deadline = costName, costDeadline
	p.progress.start(c)
	r, end, finished, err := p.process(ctx, &c, fmt.Sprintf("%s-%s-%d-%d", c.Kind, strings.Map(fileRune, c.Executor), c.Batch, c.Round))
	e := withResult
	if err == nil && !finished {
		e = byCrash
	}
	p.progress.finish(c, e)
	if err != nil {
		return nil, err
	}
	if !finished {
		return nil, errors.New(end.Crash(maxStacks).Message)
	}
	return r.Bench, nil
}

// fileRune replaces the characters that would make a path of a name.
func fileRune(r rune) rune {
	if strings.ContainsRune(`/\:`, r) {
		return '_'
	}
	return r
}

// Package quick measures one executor for the gate and the baseline: the
// catalogue without its loads, and what requests cost.
package quick

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/watertight-go/watertight/bench/gate"
	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/stress/internal/assemble"
	"github.com/watertight-go/watertight/stress/internal/plan"
	"github.com/watertight-go/watertight/stress/internal/run"
)

// Options say what a quick run measures.
type Options struct {
	// Executor is the name of the one to measure. Empty: reference, or the last.
	Executor string
	// Scenarios are names and globs, comma separated. Empty: the catalogue.
	Scenarios string
	// Kinds are what is measured.
	Kinds []gate.Kind
	// Parallel is how many cells run at a time. Zero: six for each processor.
	Parallel int
	// Timeout is when a child is killed. Must be positive.
	Timeout time.Duration
	// Args are the arguments of the command, for the report.
	Args []string
	// Progress gets a line now and then about how far the run is.
	Progress io.Writer
}

// Quick is a quick run that is ready to start.
type Quick struct {
	Options
	plan *plan.Plan
}

// New plans a quick run, or says which option is wrong.
func New(o Options, all []executor.Spec) (*Quick, error) {
	if o.Parallel < 0 || o.Timeout <= 0 {
		return nil, fmt.Errorf("-parallel and -timeout: got %d and %v, want zero or more children and a positive time", o.Parallel, o.Timeout)
	}
	choice := plan.Options{After: o.Executor, Scenarios: o.Scenarios, Timeout: o.Timeout, Requests: plan.DefaultRequests, Agents: plan.DefaultAgents}
	p, err := plan.Single(choice, all)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(o.Kinds, gate.Cells) {
		p.Rows, p.Together, p.Alone = nil, nil, nil
	}
	return &Quick{o, p}, nil
}

// Executor is the name of the executor that is measured.
func (q *Quick) Executor() string { return q.plan.After.Name }

// Run observes the cells and measures the costs. An interrupted run is an error.
func (q *Quick) Run(ctx context.Context) (*reports.Report, error) {
	began := time.Now()
	p := q.plan
	in := assemble.Input{Plan: p, Race: "not measured: a quick run", Args: q.Args}
	err := q.withPool(len(p.Together)+len(p.Alone)+q.processes(), func(pool *run.Pool) error {
		pool.Cells(ctx, p.Together, run.Width(q.Parallel))
		pool.Cells(ctx, p.Alone, 1)
		in.Observed = pool.Observed()
		if q.measures(gate.Costs) || q.measures(gate.Times) {
			in.Bench = pool.Costs(ctx, []string{q.Executor()})
		}
		if q.measures(gate.Times) {
			pool.Times(ctx, in.Bench, 0)
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("interrupted before all was measured: %w", err)
	}
	r := assemble.Report(in)
	r.Created, r.Elapsed = began.UTC(), int64(time.Since(began))
	return r, nil
}

// Again adds the second batch of times, which confirms the first.
func (q *Quick) Again(ctx context.Context, r *reports.Report) error {
	return q.withPool(run.CostProcesses(1)-1, func(p *run.Pool) error {
		p.Times(ctx, r.Bench, 1)
		return ctx.Err()
	})
}

func (q *Quick) measures(kind gate.Kind) bool { return slices.Contains(q.Kinds, kind) }

// processes is how many children measure costs.
func (q *Quick) processes() int {
	switch {
	case q.measures(gate.Times):
		return run.CostProcesses(1)
	case q.measures(gate.Costs):
		return run.CostProcesses(0)
	}
	return 0
}

// withPool calls f with a pool whose profiles go to a temporary folder.
func (q *Quick) withPool(processes int, f func(*run.Pool) error) error {
	p, err := run.New(run.Options{Lacks: q.plan.Lacks(), Processes: processes, Progress: q.Progress})
	if err != nil {
		return err
	}
	return errors.Join(f(p), p.Close())
}

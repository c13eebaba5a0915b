package stress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/watertight-go/watertight/bench/gate"
	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// quick is a run of one executor: the catalogue without its loads, and what
// requests cost.
type quick struct {
	args  *quickArgs
	spec  executor.Spec
	plan  *plan
	kinds []gate.Kind
}

func newQuick(a *quickArgs, all []executor.Spec) (*quick, error) {
	if a.Parallel < 0 || a.Timeout <= 0 {
		return nil, fmt.Errorf("-parallel and -timeout: got %d and %v, want no negative number and a positive time", a.Parallel, a.Timeout)
	}
	q := &quick{args: a, plan: &plan{}}
	var err error
	if q.kinds, err = a.kinds(); err != nil {
		return nil, err
	}
	run := &runArgs{After: a.Executor, Scenarios: a.Scenarios, Timeout: a.Timeout, Requests: defaultRequests, Agents: defaultAgents}
	if q.spec, err = candidate(run, all); err != nil {
		return nil, err
	}
	q.plan.before, q.plan.after, q.plan.executors = q.spec, q.spec, []executor.Spec{q.spec}
	if !slices.Contains(q.kinds, gate.Cells) {
		return q, nil
	}
	rows, err := chooseRows(run)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if _, load := loads.Find(row.Name); load && a.Scenarios == "" {
			continue
		}
		q.plan.rows = append(q.plan.rows, row)
		q.plan.add(run, row.Name)
	}
	return q, nil
}

// candidate is the executor that -executor names, or that of a run.
func candidate(a *runArgs, all []executor.Spec) (executor.Spec, error) {
	if a.After == "" {
		for _, x := range all {
			if x.Name == "reference" {
				return x, nil
			}
		}
		return all[len(all)-1], nil
	}
	var allowed []string
	for _, x := range all {
		if x.Name == a.After {
			return x, nil
		}
		allowed = append(allowed, x.Name)
	}
	return executor.Spec{}, fmt.Errorf("-executor: got %q, want one of %q", a.After, allowed)
}

// run observes the cells and measures the costs. An interrupted run is an error.
func (q *quick) run(ctx context.Context, stderr io.Writer) (*reports.Report, error) {
	began := time.Now()
	file, line := madeAt(q.spec)
	r := &reports.Report{
		Schema: reports.Schema, Tool: "stress " + version(), Created: began.UTC(), Environment: environment(os.Args[1:]),
		After: q.spec.Name, Executors: []reports.Named{{Name: q.spec.Name, Doc: q.spec.Doc, File: file, Line: line}}, Scenarios: q.plan.rows,
	}
	r.Environment.Race = "not measured: a quick run"
	closeServer, err := q.plan.serve()
	if err != nil {
		return nil, err
	}
	defer closeServer()
	err = q.withPool(stderr, len(q.plan.together)+len(q.plan.alone)+q.processes(), func(p *pool) error {
		p.run(ctx, q.plan.together, q.args.besides())
		p.run(ctx, q.plan.alone, 1)
		if late := p.perhapsLate(q.plan.together); len(late) > 0 {
			p.progress.more(len(late))
			p.run(ctx, late, 1)
		}
		for _, c := range append(q.plan.together, q.plan.alone...) {
			if o, ok := p.observed[c]; ok && c.Kind != kindHeap {
				cell := judged(c, o)
				cell.Verdict = scenarios.Waive(cell.Verdict, q.spec.Waivers...)
				r.Cells = append(r.Cells, cell)
			}
		}
		if slices.Contains(q.kinds, gate.Costs) || slices.Contains(q.kinds, gate.Times) {
			r.Bench = p.costs(ctx, []string{q.spec.Name})
		}
		if slices.Contains(q.kinds, gate.Times) {
			p.times(ctx, r.Bench, 0)
		}
		return ctx.Err()
	})
	r.Elapsed = int64(time.Since(began))
	if err != nil {
		return nil, fmt.Errorf("interrupted before all was measured: %w", err)
	}
	return r, nil
}

// again adds the confirming batch of times.
func (q *quick) again(ctx context.Context, stderr io.Writer, r *reports.Report) error {
	return q.withPool(stderr, timeProcesses, func(p *pool) error {
		p.times(ctx, r.Bench, 1)
		return ctx.Err()
	})
}

// processes is how many children measure costs.
func (q *quick) processes() int {
	n := 0
	if slices.Contains(q.kinds, gate.Costs) || slices.Contains(q.kinds, gate.Times) {
		n++
	}
	if slices.Contains(q.kinds, gate.Times) {
		n += timeProcesses
	}
	return n
}

// withPool lends f a pool with a temporary folder, which profiles go to as well.
func (q *quick) withPool(stderr io.Writer, cells int, f func(*pool) error) error {
	temp, err := os.MkdirTemp("", "stress-")
	if err != nil {
		return fmt.Errorf("temporary folder: %w", err)
	}
	progress := newProgress(stderr, cells)
	p := &pool{temp: temp, report: temp, lacks: q.plan.lacks(), progress: progress, observed: map[cell]scenarios.Observation{}}
	err = f(p)
	progress.end()
	return errors.Join(err, os.RemoveAll(temp))
}

// lateAtMost is how many cells may be the machine's fault: more are a defect's.
const lateAtMost = 10

// perhapsLate are the cells that spoke against the executor by time alone, or
// could not be judged, among many others: they are run again by themselves. What
// breaks another clause is not, as a defect that shows now and then is one.
func (p *pool) perhapsLate(cells []cell) []cell {
	var late []cell
	for _, c := range cells {
		o, ok := p.observed[c]
		if !ok || o.Totals.Blocked > 0 || o.Crash != nil {
			continue
		}
		doubtful, broken := false, false
		for _, k := range judged(c, o).Verdict.Clauses {
			switch {
			case k.Status == scenarios.Unknown, k.Status == scenarios.Fail && k.Clause == executor.ReturnsInTime:
				doubtful = true
			case k.Status == scenarios.Fail:
				broken = true
			}
		}
		if doubtful && !broken {
			late = append(late, c)
		}
	}
	if len(late) > lateAtMost {
		return nil
	}
	return late
}

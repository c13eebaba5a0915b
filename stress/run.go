package stress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/text"
	"github.com/watertight-go/watertight/stress/internal/assemble"
	"github.com/watertight-go/watertight/stress/internal/cell"
	"github.com/watertight-go/watertight/stress/internal/folder"
	"github.com/watertight-go/watertight/stress/internal/plan"
	"github.com/watertight-go/watertight/stress/internal/run"
)

// mostGoroutines is what -requests times -agents may come to: what fits into
// 16 GiB.
const mostGoroutines = 1_000_000

// run is the run command: check, plan, measure, write, print. What was measured is
// printed also where it cannot be written.
func (a *runArgs) run(ctx context.Context, stdout, stderr io.Writer, executors []executor.Spec) (int, error) {
	if err := a.check(); err != nil {
		return ExitTrouble, err
	}
	p, err := plan.New(a.choice(), executors)
	if err != nil {
		return ExitTrouble, err
	}
	out, err := folder.New(a.Out)
	if err != nil {
		return ExitTrouble, err
	}
	defer out.Discard()
	r, err := a.measure(ctx, p, out, stderr)
	if err != nil {
		return ExitTrouble, err
	}
	if err := publish(stdout, r, out, a.Out, a.colorArgs); err != nil {
		return ExitTrouble, err
	}
	fmt.Fprintf(stdout, "\nThe report is in %s: report.html, report.md, report.json, junit.xml, report.sarif and profiles/.\n", a.Out)
	if a.Open {
		openPage(ctx, filepath.Join(a.Out, folder.PageFile), stderr)
	}
	return r.ExitCode(), nil
}

// publish writes the report to its folder and prints it. Where it cannot be
// written it is printed all the same, and the error says what is missing.
func publish(stdout io.Writer, r *reports.Report, out *folder.Folder, dir string, color colorArgs) error {
	file := filepath.Join(dir, folder.ReportFile)
	unwritten := out.Publish(folder.OfReport(r))
	if unwritten != nil {
		file = text.NotStored
		unwritten = fmt.Errorf("the report was printed but not written: %w", unwritten)
	}
	if err := text.Terminal(stdout, r, color.layout(file, stdout)); err != nil {
		return errors.Join(fmt.Errorf("print the report: %w", err), unwritten)
	}
	return unwritten
}

// choice are the flags that the plan is made by.
func (a *runArgs) choice() plan.Options {
	return plan.Options{
		Before: a.Before, After: a.After, Executors: a.Executors, Scenarios: a.Scenarios,
		Requests: a.Requests, Agents: a.Agents, Streams: a.Streams, Shard: a.Shard, RaceBinary: a.RaceBinary, Timeout: a.Timeout,
	}
}

// measure runs the plan and returns the report, which says where it was
// interrupted.
func (a *runArgs) measure(ctx context.Context, p *plan.Plan, out *folder.Folder, stderr io.Writer) (*reports.Report, error) {
	began := time.Now()
	cells := len(p.Together) + len(p.Alone)
	pool, err := run.New(run.Options{
		Report: out.Temp, RaceBinary: a.RaceBinary, Lacks: p.Lacks(), Processes: cells + a.benchProcesses(p), Progress: stderr,
	})
	if err != nil {
		return nil, err
	}
	pool.Cells(ctx, p.Together, run.Width(a.Parallel))
	pool.Cells(ctx, p.Alone, a.loadsAtATime())
	in := assemble.Input{Plan: p, Folder: out.Temp, Args: os.Args[1:]}
	if a.measures(p) && ctx.Err() == nil {
		in.Bench = pool.Costs(ctx, p.Names())
		pool.Times(ctx, in.Bench, 0)
		pool.Times(ctx, in.Bench, 1)
	}
	closeErr := pool.Close()
	in.Observed = pool.Observed()
	in.Race = assemble.RaceNote(a.RaceBinary, a.RaceNote, in.Observed)
	r := assemble.Report(in)
	r.Created, r.Elapsed = began.UTC(), int64(time.Since(began))
	if closeErr != nil {
		r.Warnings = append(r.Warnings, "temporary files were left behind: "+closeErr.Error())
	}
	if ctx.Err() != nil {
		r.Partial = fmt.Sprintf("interrupted: %d of %d cells were run", len(in.Observed), cells)
	}
	p.Part.Mark(r)
	return r, nil
}

// check refuses flags with impossible values.
func (a *runArgs) check() error {
	for _, f := range []struct {
		name  string
		value int
		least int
	}{{"-requests", a.Requests, 1}, {"-agents", a.Agents, 1}, {"-parallel", a.Parallel, 0}} {
		if f.value < f.least {
			return fmt.Errorf("%s: got %d, want %d or more", f.name, f.value, f.least)
		}
	}
	if a.Requests > mostGoroutines/a.Agents {
		return fmt.Errorf("-requests and -agents: got %d x %d, want at most %d agent calls", a.Requests, a.Agents, mostGoroutines)
	}
	if a.Timeout < 0 {
		return fmt.Errorf("-timeout: got %v, want a positive time, or zero for the default", a.Timeout)
	}
	if a.Out == "" {
		return errors.New(`-out: got "", want a folder`)
	}
	if a.RaceBinary != "" {
		info, err := os.Stat(a.RaceBinary)
		if err != nil || info.IsDir() {
			return fmt.Errorf("-race-binary: got %q, want this program built with -race", a.RaceBinary)
		}
		// A relative name means another file for exec.
		if a.RaceBinary, err = filepath.Abs(a.RaceBinary); err != nil {
			return fmt.Errorf("-race-binary: %w", err)
		}
	}
	return a.checkColor()
}

// measures reports whether costs are measured: those of calls, not of streams. A split run measures them in its first part
// only, so that all executors are measured on one machine.
func (a *runArgs) measures(p *plan.Plan) bool { return a.Bench && !a.Streams && p.Part.Index <= 1 }

// benchProcesses is how many children measure costs: each executor in two
// batches of times.
func (a *runArgs) benchProcesses(p *plan.Plan) int {
	if !a.measures(p) {
		return 0
	}
	return len(p.Executors) * run.CostProcesses(2)
}

// loadsAtATime is how many loads run at a time: as many as there are
// processors, but one where memory could run out.
func (a *runArgs) loadsAtATime() int {
	if a.Requests*a.Agents > cell.ManyCalls || a.Parallel == 1 {
		return 1
	}
	return runtime.GOMAXPROCS(0)
}

package stress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks/openai"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

const (
	defaultRequests = 100
	defaultAgents   = 5
	// mostGoroutines is what -requests times -agents may come to: what fits
	// into 16 GiB.
	mostGoroutines = 1_000_000
	// manyAgents is from how many agent calls on a load cell has the machine
	// to itself.
	manyAgents = 10_000
	// perProcessor is how many children run at a time for each processor.
	perProcessor = 6
)

// run is the run command: check, plan, observe, judge, write, print.
func (a *runArgs) run(ctx context.Context, stdout, stderr io.Writer, executors []executor.Spec) (int, error) {
	if err := a.check(); err != nil {
		return ExitTrouble, err
	}
	p, err := newPlan(a, executors)
	if err != nil {
		return ExitTrouble, err
	}
	out, err := newOutput(a.Out)
	if err != nil {
		return ExitTrouble, err
	}
	defer out.discard()
	began := time.Now()
	observed, err := a.observe(ctx, p, out, stderr)
	if err != nil {
		return ExitTrouble, err
	}
	r := a.report(p, out.temp, observed)
	r.Created, r.Elapsed = began.UTC(), int64(time.Since(began))
	if ctx.Err() != nil {
		r.Partial = fmt.Sprintf("interrupted: %d of %d cells were run", len(observed), len(p.together)+len(p.alone))
	}
	p.part.mark(r)
	if err := out.publish(r); err != nil {
		return ExitTrouble, err
	}
	if err := reports.Terminal(stdout, r, look(a.Color, filepath.Join(a.Out, reportFile), stdout)); err != nil {
		return ExitTrouble, fmt.Errorf("print the report: %w", err)
	}
	fmt.Fprintf(stdout, "\nThe report is in %s: report.html, report.md, report.json, junit.xml, report.sarif and profiles/.\n", a.Out)
	if a.Open {
		openPage(ctx, filepath.Join(a.Out, pageFile), stderr)
	}
	return reports.ExitCode(r), nil
}

// check names the first flag with a value that makes no sense.
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
		// A relative name would be looked up in another way by exec.
		if a.RaceBinary, err = filepath.Abs(a.RaceBinary); err != nil {
			return fmt.Errorf("-race-binary: %w", err)
		}
	}
	return oneOf("-color", a.Color, "auto", "always", "never")
}

// observe runs all cells of the plan.
func (a *runArgs) observe(ctx context.Context, p *plan, out *output, stderr io.Writer) (map[cell]scenarios.Observation, error) {
	temp, err := os.MkdirTemp("", "stress-")
	if err != nil {
		return nil, fmt.Errorf("temporary folder: %w", err)
	}
	defer os.RemoveAll(temp)
	closeServer, err := p.serve()
	if err != nil {
		return nil, err
	}
	defer closeServer()
	progress := newProgress(stderr, len(p.together)+len(p.alone)+a.benchProcesses(p))
	defer progress.end()
	pool := &pool{temp: temp, report: out.temp, raceBinary: a.RaceBinary, lacks: p.lacks(), progress: progress,
		observed: map[cell]scenarios.Observation{}}
	n := a.Parallel
	if n == 0 {
		n = perProcessor * runtime.GOMAXPROCS(0)
	}
	pool.run(ctx, p.together, n)
	pool.run(ctx, p.alone, a.besides())
	if a.measures(p) && ctx.Err() == nil {
		p.bench = pool.costs(ctx, p.names())
		pool.times(ctx, p.bench, 0)
		pool.times(ctx, p.bench, 1)
	}
	return pool.observed, nil
}

// measures says whether costs are measured: of a split run in its first part
// only, so that all executors are measured in one process tree.
func (a *runArgs) measures(p *plan) bool { return a.Bench && p.part.index <= 1 }

// benchProcesses is how many children measure costs: one for what requests leave
// behind, the others for two batches of times.
func (a *runArgs) benchProcesses(p *plan) int {
	if !a.measures(p) {
		return 0
	}
	return len(p.executors) * (1 + 2*timeProcesses)
}

// names are those of the executors.
func (p *plan) names() []string {
	var all []string
	for _, x := range p.executors {
		all = append(all, x.Name)
	}
	return all
}

// besides is how many load cells run at a time: as many as there are
// processors, one where memory could become scarce.
func (a *runArgs) besides() int {
	if a.Requests*a.Agents > manyAgents || a.Parallel == 1 {
		return 1
	}
	return runtime.GOMAXPROCS(0)
}

// serve starts the faulty server of the cells with a real client, where there
// are any, and tells them its address. It is in this process so that its
// goroutines, connections and buffers are not the client's.
func (p *plan) serve() (closeServer func(), err error) {
	if !slices.ContainsFunc(slices.Concat(p.together, p.alone), cell.onWire) {
		return func() {}, nil
	}
	url, closeServer, err := openai.Serve()
	if err != nil {
		return nil, err
	}
	for _, cells := range [][]cell{p.together, p.alone} {
		for i := range cells {
			if cells[i].onWire() {
				cells[i].URL = url
			}
		}
	}
	return closeServer, nil
}

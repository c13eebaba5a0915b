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
	if err := errors.Join(out.save(r), out.commit()); err != nil {
		return ExitTrouble, err
	}
	if err := reports.Terminal(stdout, r, look(a.Color, filepath.Join(a.Out, reportFile), stdout)); err != nil {
		return ExitTrouble, fmt.Errorf("print the report: %w", err)
	}
	fmt.Fprintf(stdout, "\nThe report is in %s: report.html, report.md, report.json and profiles/.\n", a.Out)
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
	url, closeServer, err := p.server()
	if err != nil {
		return nil, err
	}
	defer closeServer()
	for i := range p.alone {
		if p.alone[i].Kind == kindClient {
			p.alone[i].URL = url
		}
	}
	progress := newProgress(stderr, len(p.together)+len(p.alone))
	defer progress.end()
	pool := &pool{temp: temp, report: out.temp, raceBinary: a.RaceBinary, lacks: p.lacks(), progress: progress,
		observed: map[cell]scenarios.Observation{}}
	n := a.Parallel
	if n == 0 {
		n = perProcessor * runtime.GOMAXPROCS(0)
	}
	pool.run(ctx, p.together, n)
	pool.run(ctx, p.alone, a.besides())
	return pool.observed, nil
}

// besides is how many load cells run at a time: as many as there are
// processors, one where memory could become scarce.
func (a *runArgs) besides() int {
	if a.Requests*a.Agents > manyAgents || a.Parallel == 1 {
		return 1
	}
	return runtime.GOMAXPROCS(0)
}

// server is the hanging server of the client cell, where there is one. It is in
// this process so that its goroutines and buffers are not the client's.
func (p *plan) server() (url string, closeServer func(), err error) {
	for _, c := range p.alone {
		if c.Kind == kindClient {
			s, err := openai.NewServer(openai.Config{})
			if err != nil {
				return "", nil, err
			}
			return s.URL(), s.Close, nil
		}
	}
	return "", func() {}, nil
}

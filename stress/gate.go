package stress

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/watertight-go/watertight/bench/gate"
	gateresult "github.com/watertight-go/watertight/bench/gate/result"
	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
)

// run is the gate command: read the flags, measure or load, compare, print.
func (a *gateArgs) run(ctx context.Context, stdout, stderr io.Writer, executors []executor.Spec) (int, error) {
	opts, err := a.options()
	if err != nil {
		return ExitTrouble, err
	}
	if a.Bench {
		return a.benchmarks(stdout, opts.Waivers)
	}
	baseline, err := gate.Load(a.Baseline)
	if err != nil {
		return ExitTrouble, err
	}
	s, err := a.subject(ctx, stderr, executors, baseline)
	if err != nil {
		return ExitTrouble, err
	}
	result, err := s.compare(baseline, opts, stderr)
	if err != nil {
		return ExitTrouble, err
	}
	var unwritten error
	if a.Out != "" {
		unwritten = s.report.Save(a.Out)
	}
	code, err := a.print(stdout, result, []string{
		"If this change is wanted: stress baseline -o " + a.Baseline + ", and commit it with the reason.",
		"To see all of a scenario: stress run -scenarios NAME",
	})
	return code, errors.Join(err, unwritten)
}

// options are the flags of a comparison, checked.
func (a *gateArgs) options() (gate.Options, error) {
	opts := gate.Options{Alpha: a.Alpha}
	if err := a.checkColor(); err != nil {
		return opts, err
	}
	if err := opts.Check(); err != nil {
		return opts, err
	}
	var err error
	if a.Waivers != "" {
		if opts.Waivers, err = gateresult.LoadWaivers(a.Waivers); err != nil {
			return opts, err
		}
	}
	if a.Bench {
		return opts, nil // the threshold is by unit
	}
	if err := a.withoutBench(); err != nil {
		return opts, err
	}
	if len(a.Files) > 1 {
		return opts, fmt.Errorf("gate: got %d files, want at most one report.json (or -bench old.txt new.txt)", len(a.Files))
	}
	if len(a.Files) == 1 && a.Out != "" {
		return opts, errors.New("-o cannot be combined with a report: it keeps the report of a quick run")
	}
	if opts.Threshold, err = gate.ParseThreshold(a.Threshold); err != nil {
		return opts, fmt.Errorf("-threshold: %w", err)
	}
	opts.Measure, err = a.kinds()
	return opts, err
}

// subject is what is compared with the baseline.
type subject struct {
	report *reports.Report
	// executors are those of the report that are compared.
	executors []string
	// again measures a second batch of times into the report; nil where the
	// report is a stored one.
	again func() error
}

// subject loads the report that was given, or makes a quick run.
func (a *gateArgs) subject(ctx context.Context, stderr io.Writer, executors []executor.Spec, baseline *gate.Baseline) (subject, error) {
	if len(a.Files) == 1 {
		return a.stored(a.Files[0], baseline)
	}
	q, err := a.prepare(stderr, executors)
	if err != nil {
		return subject{}, err
	}
	r, err := q.Run(ctx)
	if err != nil {
		return subject{}, err
	}
	return subject{r, []string{q.Executor()}, func() error { return q.Again(ctx, r) }}, nil
}

// stored is a report of an earlier run. Compared are the executor that was named,
// else the candidate and the executors that the baseline has: nothing was accepted
// or promised of the others.
func (a *gateArgs) stored(file string, baseline *gate.Baseline) (subject, error) {
	r, err := reports.Load(file)
	if err != nil {
		return subject{}, err
	}
	if a.Executor != "" {
		return subject{report: r, executors: []string{a.Executor}}, nil
	}
	return subject{report: r, executors: append(baseline.Executors(), r.After)}, nil
}

// compare compares the subject with the baseline. Where times are worse or unsure
// it measures a second batch and compares again.
func (s subject) compare(baseline *gate.Baseline, opts gate.Options, stderr io.Writer) (gateresult.Result, error) {
	result, err := gate.Compare(baseline, s.report, opts, s.executors...)
	if err != nil || !result.Unconfirmed() || s.again == nil {
		return result, err
	}
	fmt.Fprintln(stderr, "stress: some times are worse or unsure: measuring a second batch")
	if err := s.again(); err != nil {
		return result, err
	}
	return gate.Compare(baseline, s.report, opts, s.executors...)
}

// print writes the result and returns the exit code.
func (a *gateArgs) print(stdout io.Writer, result gateresult.Result, next []string) (int, error) {
	strictness := gateresult.Lenient
	if a.Strict {
		strictness = gateresult.Strict
	}
	err := result.Render(stdout, gateresult.RenderOptions{Color: a.colored(stdout), Next: next, Strictness: strictness})
	if err != nil {
		return ExitTrouble, err
	}
	return result.ExitCode(strictness), nil
}

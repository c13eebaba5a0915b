package stress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/watertight-go/watertight/bench/gate"
	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/stress/internal/plan"
	"github.com/watertight-go/watertight/stress/internal/quick"
)

// run is the baseline command: load the old baseline, measure, write, print.
func (a *baselineArgs) run(ctx context.Context, stdout, stderr io.Writer, executors []executor.Spec) (int, error) {
	if filepath.Ext(a.Out) == ".txt" || a.Out == "" {
		return ExitTrouble, fmt.Errorf("-o: got %q, want a file for JSON, such as reports/baseline.json; the benchmark format goes to a .txt beside it", a.Out)
	}
	b := &gate.Baseline{}
	if _, err := os.Stat(a.Out); err == nil {
		if b, err = gate.Load(a.Out); err != nil {
			return ExitTrouble, err
		}
	}
	r, err := a.report(ctx, stderr, executors)
	if err != nil {
		return ExitTrouble, err
	}
	var names []string
	if a.Executor != "" {
		names = []string{a.Executor}
	}
	accepted, err := b.Accept(r, names...)
	if err != nil {
		return ExitTrouble, err
	}
	text := strings.TrimSuffix(a.Out, filepath.Ext(a.Out)) + ".txt"
	if err := errors.Join(b.Save(a.Out), b.SaveText(text)); err != nil {
		return ExitTrouble, err
	}
	for _, s := range accepted {
		fmt.Fprintf(stdout, "%s: %d cells, %d costs, %d times\n", s.Build, s.Cells, s.Costs, s.Times)
		for _, w := range s.Doubts {
			fmt.Fprintf(stdout, "! %s\n", w)
		}
	}
	fmt.Fprintf(stdout, "Written to %s and %s. To compare a run with it: stress gate -baseline %s\n", a.Out, text, a.Out)
	return ExitOK, nil
}

// report is the one that was given, or that of a quick run.
func (a *baselineArgs) report(ctx context.Context, stderr io.Writer, executors []executor.Spec) (*reports.Report, error) {
	if a.Report != "" {
		return reports.Load(a.Report)
	}
	q, err := a.prepare(stderr, executors)
	if err != nil {
		return nil, err
	}
	return q.Run(ctx)
}

// prepare plans the quick run of gate and baseline.
func (a *quickArgs) prepare(stderr io.Writer, executors []executor.Spec) (*quick.Quick, error) {
	kinds, err := a.kinds()
	if err != nil {
		return nil, err
	}
	return quick.New(quick.Options{
		Executor: a.Executor, Scenarios: a.Scenarios, Kinds: kinds, Parallel: a.Parallel, Timeout: a.Timeout,
		Args: os.Args[1:], Progress: stderr,
	}, executors)
}

// kinds reads -measure.
func (a *quickArgs) kinds() ([]gate.Kind, error) {
	var known []string
	for _, k := range gate.Kinds() {
		known = append(known, string(k))
	}
	var kinds []gate.Kind
	for _, name := range plan.Items(a.Measure, nil) {
		if err := oneOf("-measure", "value", name, known...); err != nil {
			return nil, err
		}
		kinds = append(kinds, gate.Kind(name))
	}
	if len(kinds) == 0 {
		return nil, fmt.Errorf("-measure: got nothing, want some of %q", known)
	}
	return kinds, nil
}

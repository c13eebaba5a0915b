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
)

// baselineArgs are the flags of baseline.
type baselineArgs struct {
	quickArgs
	Out    string `short:"o" help:"The baseline. Sets of other Go versions, systems and builds in it are kept." default:"reports/baseline.json" placeholder:"FILE"`
	Report string `arg:"" optional:"" help:"A report.json to take the rows from, in place of a quick run."`
}

// run is the baseline command.
func (a *baselineArgs) run(ctx context.Context, stdout, stderr io.Writer, executors []executor.Spec) (int, error) {
	if filepath.Ext(a.Out) == ".txt" || a.Out == "" {
		return ExitTrouble, fmt.Errorf("-o: got %q, want a file for JSON, as reports/baseline.json; a .txt in the benchmark format is put beside it", a.Out)
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
	fmt.Fprintf(stdout, "Written to %s and %s. Hold a run against it with: stress gate -baseline %s\n", a.Out, text, a.Out)
	return ExitOK, nil
}

func (a *baselineArgs) report(ctx context.Context, stderr io.Writer, executors []executor.Spec) (*reports.Report, error) {
	if a.Report != "" {
		return reports.Load(a.Report)
	}
	q, err := a.plan(stderr, executors)
	if err != nil {
		return nil, err
	}
	return q.Run(ctx)
}

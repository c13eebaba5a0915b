package stress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/watertight-go/watertight/bench/gate"
	"github.com/watertight-go/watertight/bench/gate/benchtext"
	gateresult "github.com/watertight-go/watertight/bench/gate/result"
	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/stress/internal/terminal"
)

// gateArgs are the flags of gate.
type gateArgs struct {
	quickArgs
	Files     []string `arg:"" optional:"" name:"file" help:"A report.json to hold against the baseline in place of a quick run; with -bench, two files."`
	Baseline  string   `help:"The committed baseline." default:"reports/baseline.json" placeholder:"FILE"`
	Bench     bool     `help:"Hold two outputs of go test -bench against each other: old.txt new.txt."`
	Threshold string   `help:"What counts as worse. Of time, a percentage. Default: 12%. With -bench by unit. Default: sec/op=10%,B/op=1%,allocs/op=0." placeholder:"T"`
	Alpha     float64  `help:"Level of the Mann-Whitney test." default:"0.01" placeholder:"P"`
	Waivers   string   `help:"File of rows that may be worse, with ceiling, reason and expiry date." placeholder:"FILE"`
	Strict    bool     `help:"Exit 2 also where a row is unsure or new, or there is a warning."`
	Out       string   `short:"o" help:"Keep the report of the quick run in this file." placeholder:"FILE"`
	Color     string   `help:"Colour: auto, always or never." default:"auto" placeholder:"WHEN"`
}

// run is the gate command.
func (a *gateArgs) run(ctx context.Context, stdout, stderr io.Writer, executors []executor.Spec) (int, error) {
	if err := oneOf("-color", a.Color, "auto", "always", "never"); err != nil {
		return ExitTrouble, err
	}
	opts := gate.Options{Alpha: a.Alpha}
	if err := opts.Check(); err != nil {
		return ExitTrouble, err
	}
	if a.Waivers != "" {
		var err error
		if opts.Waivers, err = gateresult.LoadWaivers(a.Waivers); err != nil {
			return ExitTrouble, err
		}
	}
	if a.Bench {
		return a.texts(stdout, opts.Waivers)
	}
	if len(a.Files) > 1 {
		return ExitTrouble, fmt.Errorf("gate: got %d files, want at most one report.json (or -bench old.txt new.txt)", len(a.Files))
	}
	var err error
	if opts.Threshold, err = gate.ParseThreshold(a.Threshold); err != nil {
		return ExitTrouble, fmt.Errorf("-threshold: %w", err)
	}
	if opts.Measure, err = a.kinds(); err != nil {
		return ExitTrouble, err
	}
	baseline, err := gate.Load(a.Baseline)
	if err != nil {
		return ExitTrouble, err
	}
	r, names, again, err := a.report(ctx, stderr, executors, baseline)
	if err != nil {
		return ExitTrouble, err
	}
	answer, err := gate.Compare(baseline, r, opts, names...)
	if err == nil && answer.Unconfirmed() && again != nil {
		fmt.Fprintln(stderr, "stress: some times are worse or unsure: measuring a second batch")
		if err = again(r); err == nil {
			answer, err = gate.Compare(baseline, r, opts, names...)
		}
	}
	if err != nil {
		return ExitTrouble, err
	}
	if a.Out != "" {
		if err := r.Save(a.Out); err != nil {
			return ExitTrouble, err
		}
	}
	return a.print(stdout, answer, []string{
		"If this change is wanted: stress baseline -o " + a.Baseline + ", and commit it with the reason.",
		"To see a scenario whole: stress run -scenarios NAME",
	})
}

// report is what is held against the baseline: the stored report, of the executors
// that the baseline has and of the candidate, or that of a quick run, which can be
// asked again for a second batch of times.
func (a *gateArgs) report(ctx context.Context, stderr io.Writer, executors []executor.Spec, baseline *gate.Baseline) (r *reports.Report, names []string, again func(*reports.Report) error, err error) {
	if len(a.Files) == 1 {
		if a.Out != "" {
			return nil, nil, nil, errors.New("-o: got it with a report, want it with a quick run, whose report it keeps")
		}
		r, err = reports.Load(a.Files[0])
		if err != nil {
			return nil, nil, nil, err
		}
		if name := a.Executor; name != "" {
			return r, []string{name}, nil, nil
		}
		// A run has executors besides that nobody accepted or promised anything of.
		return r, append(baseline.Executors(), r.After), nil, nil
	}
	q, err := a.plan(stderr, executors)
	if err != nil {
		return nil, nil, nil, err
	}
	r, err = q.Run(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	return r, []string{q.Executor()}, func(r *reports.Report) error { return q.Again(ctx, r) }, nil
}

// print writes the result and returns the exit code.
func (a *gateArgs) print(stdout io.Writer, answer gateresult.Result, next []string) (int, error) {
	strictness := gateresult.Lenient
	if a.Strict {
		strictness = gateresult.Strict
	}
	_, isTerminal := terminal.Of(stdout)
	err := answer.Render(stdout, gateresult.RenderOptions{Color: colored(a.Color, isTerminal, os.Getenv("NO_COLOR")), Next: next, Strictness: strictness})
	if err != nil {
		return ExitTrouble, err
	}
	return answer.ExitCode(strictness), nil
}

// texts is gate -bench.
func (a *gateArgs) texts(stdout io.Writer, waivers []gateresult.Waiver) (int, error) {
	if len(a.Files) != 2 {
		return ExitTrouble, fmt.Errorf("gate -bench: got %d files, want two outputs of go test -bench: old.txt new.txt", len(a.Files))
	}
	thresholds, err := benchtext.ParseThresholds(a.Threshold)
	if err != nil {
		return ExitTrouble, fmt.Errorf("-threshold: %w", err)
	}
	var texts [2]*benchtext.Output
	var errs []error
	for i, file := range a.Files {
		texts[i], err = benchtext.Load(file)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return ExitTrouble, err
	}
	answer, err := benchtext.Compare(texts[0], texts[1], benchtext.Options{Thresholds: thresholds, Alpha: a.Alpha, Waivers: waivers})
	if err != nil {
		return ExitTrouble, err
	}
	return a.print(stdout, answer, []string{"Both files want -count=10 or more, from the same machine, best taken in turns: old, new, old, new."})
}

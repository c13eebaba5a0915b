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
	"strings"
	"time"

	"github.com/watertight-go/watertight/bench/gate"
	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
)

// quickArgs say what the quick run of gate and baseline measures.
type quickArgs struct {
	Executor  string        `help:"The executor to measure. Default: reference, or the last." placeholder:"NAME"`
	Scenarios string        `help:"Scenarios to run, by name or glob, comma separated. Default: the catalogue." placeholder:"A,B*"`
	Measure   string        `help:"What to measure and compare: cells, costs, times." default:"cells,costs,times" placeholder:"A,B"`
	Parallel  int           `help:"Child processes at a time for cells. Default: six for each processor." placeholder:"N"`
	Timeout   time.Duration `help:"Time that one child may take." default:"30s" placeholder:"30s"`
}

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

// baselineArgs are the flags of baseline.
type baselineArgs struct {
	quickArgs
	Out    string `short:"o" help:"The baseline. Sets of other Go versions, systems and builds in it are kept." default:"reports/baseline.json" placeholder:"FILE"`
	Report string `arg:"" optional:"" help:"A report.json to take the rows from, in place of a quick run."`
}

// run is the gate command.
func (a *gateArgs) run(ctx context.Context, stdout, stderr io.Writer, executors []executor.Spec) (int, error) {
	if err := oneOf("-color", a.Color, "auto", "always", "never"); err != nil {
		return ExitTrouble, err
	}
	if !(a.Alpha >= gate.LeastAlpha && a.Alpha < 1) {
		return ExitTrouble, fmt.Errorf("-alpha: got %v, want a level from %v to below 1, as 0.01", a.Alpha, gate.LeastAlpha)
	}
	opts := gate.Options{Alpha: a.Alpha}
	if a.Waivers != "" {
		var err error
		if opts.Waivers, err = gate.LoadWaivers(a.Waivers); err != nil {
			return ExitTrouble, err
		}
	}
	if a.Bench {
		return a.texts(stdout, opts)
	}
	if len(a.Files) > 1 {
		return ExitTrouble, fmt.Errorf("gate: got %d files, want at most one report.json (or -bench old.txt new.txt)", len(a.Files))
	}
	var err error
	if opts.Threshold, err = gate.ParsePercent(a.Threshold); err != nil {
		return ExitTrouble, fmt.Errorf("-threshold: %w", err)
	}
	if a.Threshold != "" && opts.Threshold == 0 {
		opts.Threshold = -1
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
	result, err := gate.Compare(baseline, r, opts, names...)
	if err == nil && result.Again() && again != nil {
		fmt.Fprintln(stderr, "stress: some times are worse or unsure: measuring a second batch")
		if err = again(r); err == nil {
			result, err = gate.Compare(baseline, r, opts, names...)
		}
	}
	if err != nil {
		return ExitTrouble, err
	}
	if a.Out != "" {
		if err := reports.Save(r, a.Out); err != nil {
			return ExitTrouble, err
		}
	}
	return a.print(stdout, result, []string{
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
	q, err := newQuick(&a.quickArgs, executors)
	if err != nil {
		return nil, nil, nil, err
	}
	r, err = q.run(ctx, stderr)
	if err != nil {
		return nil, nil, nil, err
	}
	return r, []string{q.spec.Name}, func(r *reports.Report) error { return q.again(ctx, stderr, r) }, nil
}

// print writes the result and returns the exit code.
func (a *gateArgs) print(stdout io.Writer, result gate.Result, next []string) (int, error) {
	strictness := gate.Lenient
	if a.Strict {
		strictness = gate.Strict
	}
	_, isTerminal := terminal(stdout)
	err := result.Render(stdout, gate.RenderOptions{Color: colored(a.Color, isTerminal, os.Getenv("NO_COLOR")), Next: next, Strictness: strictness})
	if err != nil {
		return ExitTrouble, err
	}
	return result.ExitCode(strictness), nil
}

// texts is gate -bench.
func (a *gateArgs) texts(stdout io.Writer, opts gate.Options) (int, error) {
	if len(a.Files) != 2 {
		return ExitTrouble, fmt.Errorf("gate -bench: got %d files, want two outputs of go test -bench: old.txt new.txt", len(a.Files))
	}
	thresholds, err := gate.ParseThresholds(a.Threshold)
	if err != nil {
		return ExitTrouble, fmt.Errorf("-threshold: %w", err)
	}
	var texts [2]*gate.BenchText
	var errs []error
	for i, file := range a.Files {
		texts[i], err = gate.LoadBenchText(file)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return ExitTrouble, err
	}
	result, err := gate.CompareTexts(texts[0], texts[1], thresholds, opts)
	if err != nil {
		return ExitTrouble, err
	}
	return a.print(stdout, result, []string{"Both files want -count=10 or more, from the same machine, best taken in turns: old, new, old, new."})
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
	sets, err := gate.Accept(r, names...)
	if err != nil {
		return ExitTrouble, err
	}
	b.Put(sets...)
	text := strings.TrimSuffix(a.Out, filepath.Ext(a.Out)) + ".txt"
	if err := errors.Join(b.Save(a.Out), b.SaveText(text)); err != nil {
		return ExitTrouble, err
	}
	for _, s := range sets {
		fmt.Fprintf(stdout, "%s: %d cells, %d costs, %d times\n", s.Key, len(s.Cells), len(s.Costs), len(s.Times))
		for _, w := range s.Doubts() {
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
	q, err := newQuick(&a.quickArgs, executors)
	if err != nil {
		return nil, err
	}
	return q.run(ctx, stderr)
}

// kinds reads -measure.
func (a *quickArgs) kinds() ([]gate.Kind, error) {
	var kinds []gate.Kind
	for _, name := range items(a.Measure, nil) {
		k := gate.Kind(name)
		if !slices.Contains(gate.Kinds, k) {
			return nil, fmt.Errorf("-measure: got %q, want some of %q", name, gate.Kinds)
		}
		kinds = append(kinds, k)
	}
	if len(kinds) == 0 {
		return nil, fmt.Errorf("-measure: got nothing, want some of %q", gate.Kinds)
	}
	return kinds, nil
}

// besides is how many cells of a quick run may run at a time.
func (a *quickArgs) besides() int {
	if a.Parallel > 0 {
		return a.Parallel
	}
	return perProcessor * runtime.GOMAXPROCS(0)
}

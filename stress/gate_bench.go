package stress

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/watertight-go/watertight/bench/gate/benchtext"
	gateresult "github.com/watertight-go/watertight/bench/gate/result"
)

// withoutBench refuses the flags that need -bench.
func (a benchFileArgs) withoutBench() error {
	if a.Calibrate || a.Noise != "" || a.Floor != "" || a.SameMachine {
		return errors.New("gate: -calibrate, -noise, -floor and -same-machine: got no -bench, want it: they are for outputs of go test -bench")
	}
	return nil
}

// benchmarks is gate -bench.
func (a *gateArgs) benchmarks(stdout io.Writer, waivers []gateresult.Waiver) (int, error) {
	thresholds, err := benchtext.ParseThresholds(a.Threshold)
	if err != nil {
		return ExitTrouble, fmt.Errorf("-threshold: %w", err)
	}
	if a.Calibrate {
		return a.calibrate(stdout, thresholds)
	}
	if len(a.Files) != 2 {
		return ExitTrouble, fmt.Errorf("gate -bench: got %d files, want two outputs of go test -bench: old.txt new.txt", len(a.Files))
	}
	if a.Out != "" {
		return ExitTrouble, errors.New("gate -bench: got -o, want it with -calibrate only")
	}
	opts := benchtext.Options{Thresholds: thresholds, Alpha: a.Alpha, Waivers: waivers, Floor: a.Floor, Machine: a.machine()}
	if a.Noise != "" {
		if opts.Noise, err = benchtext.LoadNoise(a.Noise); err != nil {
			return ExitTrouble, err
		}
	}
	files, err := a.outputs()
	if err != nil {
		return ExitTrouble, err
	}
	result, err := benchtext.Compare(files[0], files[1], opts)
	if err != nil {
		return ExitTrouble, err
	}
	return a.print(stdout, result, []string{"Both files need -count=10 or more and the same machine. Run old and new in turns: old, new, old, new."})
}

func (a benchFileArgs) machine() benchtext.Machine {
	if a.SameMachine {
		return benchtext.SameMachine
	}
	return benchtext.AsFilesSay
}

// outputs reads all files. The error names everything that is wrong in any of them.
func (a *gateArgs) outputs() ([]*benchtext.Output, error) {
	var all []*benchtext.Output
	var errs []error
	for _, file := range a.Files {
		o, err := benchtext.Load(file)
		all, errs = append(all, o), append(errs, err)
	}
	return all, errors.Join(errs...)
}

// calibrate is gate -bench -calibrate.
func (a *gateArgs) calibrate(stdout io.Writer, thresholds benchtext.Thresholds) (int, error) {
	if a.Noise != "" {
		return ExitTrouble, errors.New("gate -calibrate: got -noise as well, want one of them")
	}
	files, err := a.outputs()
	if err != nil {
		return ExitTrouble, err
	}
	noise, err := benchtext.Calibrate(a.machine(), files...)
	if err != nil {
		return ExitTrouble, err
	}
	out := cmp.Or(a.Out, "noise.json")
	for _, in := range a.Files {
		if sameFile(in, out) {
			return ExitTrouble, fmt.Errorf("gate -calibrate: -o: got %q, which is one of the outputs (want another file)", out)
		}
	}
	if err := noise.Save(out); err != nil {
		return ExitTrouble, err
	}
	if err := noise.Render(stdout, thresholds); err != nil {
		return ExitTrouble, err
	}
	_, err = fmt.Fprintf(stdout, "\nWritten to %s. Next: stress gate -bench -noise %s old.txt new.txt\n", out, out)
	return ExitOK, err
}

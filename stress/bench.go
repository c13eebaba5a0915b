package stress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/watertight-go/watertight/bench/gate/benchtext"
	gateresult "github.com/watertight-go/watertight/bench/gate/result"
	"github.com/watertight-go/watertight/stress/internal/terminal"
	"github.com/watertight-go/watertight/suite/benches"
)

// benchArgs are the flags of bench.
type benchArgs struct {
	colorArgs
	Packages  []string      `arg:"" optional:"" help:"Packages, as the go command names them. Default: ./..."`
	Before    string        `help:"Compare with this version: a git ref, a published version of the module, or module@version." placeholder:"REF"`
	After     string        `help:"The version that is compared with it. Default: the working tree." placeholder:"REF"`
	Bench     string        `help:"Only benchmarks that match this regular expression." default:"." placeholder:"REGEXP"`
	Benchtime string        `help:"How long, or how often as in 100x, each benchmark runs. Default: that of go test, 1s." placeholder:"1s"`
	CPU       string        `name:"cpu" help:"Run each benchmark with these numbers of processors." placeholder:"1,2"`
	Rounds    int           `help:"How often the turns before, after, after, before are taken." default:"5" placeholder:"N"`
	Timeout   time.Duration `help:"Time after which a package's benchmarks are ended." default:"10m" placeholder:"10m"`
	Race      bool          `help:"Build with the race detector."`
	Tags      string        `help:"Build tags, comma separated." placeholder:"A,B"`
	Chdir     string        `short:"C" help:"Run in this folder." placeholder:"DIR"`
	Out       string        `short:"o" help:"Keep the outputs in this folder, as before.txt and after.txt." placeholder:"DIR"`

	Threshold string  `help:"How much worse each unit may be. Default: sec/op=10%,B/op=1%,allocs/op=0. More is better: req/s=-10%." placeholder:"T"`
	Alpha     float64 `help:"Level of the Mann-Whitney test." default:"0.01" placeholder:"P"`
	Noise     string  `help:"The least change that counts in each row, as gate -bench -calibrate wrote it." placeholder:"FILE"`
	Waivers   string  `help:"File of rows that may be worse, each with ceiling, reason and expiry date." placeholder:"FILE"`
	Strict    bool    `help:"Exit with 2 also where a row is unsure or new, or where there is a warning."`
}

// run is the bench command.
func (a *benchArgs) run(ctx context.Context, stdout, stderr io.Writer) (int, error) {
	opts, err := a.options()
	if err != nil {
		return ExitTrouble, fmt.Errorf("bench: %w", err)
	}
	progress, done := terminal.NewRewriter(stderr)
	r, err := benches.Run(ctx, a.benches(), progress)
	done()
	if err != nil {
		return ExitTrouble, err
	}
	if err := a.keep(r); err != nil {
		return ExitTrouble, fmt.Errorf("bench: -o: %w", err)
	}
	result, err := compareVersions(r, opts)
	if err != nil {
		return ExitTrouble, err
	}
	g := gateArgs{colorArgs: a.colorArgs, Strict: a.Strict}
	return g.print(stdout, result, []string{"More rounds (-rounds) tell smaller changes; a quiet machine does, too."})
}

// benches are what runs.
func (a *benchArgs) benches() benches.Options {
	o := benches.Options{Dir: a.Chdir, Packages: a.Packages, Before: a.Before, After: a.After, Bench: a.Bench, Benchtime: a.Benchtime,
		CPU: a.CPU, Rounds: a.Rounds, Timeout: a.Timeout}
	if a.Race {
		o.Flags = append(o.Flags, "-race")
	}
	if a.Tags != "" {
		o.Flags = append(o.Flags, "-tags="+a.Tags)
	}
	return o
}

// options are those of the comparison. They are checked before anything runs.
func (a *benchArgs) options() (opts benchtext.Options, err error) {
	if a.Rounds < 5 {
		return opts, fmt.Errorf("-rounds: got %d, want 5 or more: fewer give too few samples to tell a change from chance", a.Rounds)
	}
	if a.Before == "" {
		return opts, errors.New("-before: got no version, want one to compare with, as -before main")
	}
	g := gateArgs{colorArgs: a.colorArgs, Waivers: a.Waivers, Alpha: a.Alpha, benchFileArgs: benchFileArgs{Bench: true}}
	checked, err := g.options()
	if err != nil {
		return opts, err
	}
	opts = benchtext.Options{Alpha: a.Alpha, Waivers: checked.Waivers, Machine: benchtext.SameMachine}
	if opts.Thresholds, err = benchtext.ParseThresholds(a.Threshold); err != nil {
		return opts, fmt.Errorf("-threshold: %w", err)
	}
	if a.Noise != "" {
		opts.Noise, err = benchtext.LoadNoise(a.Noise)
	}
	return opts, err
}

// keep writes the outputs, where that is asked for.
func (a *benchArgs) keep(r benches.Result) error {
	if a.Out == "" {
		return nil
	}
	return errors.Join(os.MkdirAll(a.Out, 0o755),
		os.WriteFile(filepath.Join(a.Out, "before.txt"), r.Before.Benchmarks, 0o644),
		os.WriteFile(filepath.Join(a.Out, "after.txt"), r.After.Benchmarks, 0o644))
}

// compareVersions compares the outputs of two versions. By how much the floor changed, the
// machine did.
func compareVersions(r benches.Result, opts benchtext.Options) (result gateresult.Result, err error) {
	var all []*benchtext.Output
	for _, o := range []benches.Outputs{r.Before, r.After} {
		benchmarks, err := benchtext.Parse(o.Name, o.Benchmarks)
		floor, err2 := benchtext.Parse("the floor", o.Floor)
		if err := errors.Join(err, err2); err != nil {
			return result, fmt.Errorf("bench: %w", err)
		}
		all = append(all, benchmarks, floor)
	}
	opts.Drift = benchtext.Drift(all[1], all[3])
	result, err = benchtext.Compare(all[0], all[2], opts)
	result.Warnings = append(result.Warnings, r.Warnings...)
	result.LeftOut = append(result.LeftOut, fmt.Sprintf("the floor, which is the same for both, changed by %.1f %%: no smaller change counts", 100*opts.Drift))
	return result, err
}

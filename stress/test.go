package stress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/watertight-go/watertight/suite"
)

// testArgs are the flags of test.
type testArgs struct {
	formArgs
	Packages []string      `arg:"" optional:"" help:"Packages, as the go command names them. Default: ./..."`
	Run      string        `help:"Only tests that match this regular expression." placeholder:"REGEXP"`
	Skip     string        `help:"Not the tests that match this regular expression." placeholder:"REGEXP"`
	Count    int           `help:"Run each test so many times." default:"1" placeholder:"N"`
	Race     bool          `help:"Build with the race detector."`
	Short    bool          `help:"Tell long tests to be short."`
	Tags     string        `help:"Build tags, comma separated." placeholder:"A,B"`
	Timeout  time.Duration `help:"Time after which a package's tests are ended. Default: 10m." placeholder:"10m"`
	P        int           `name:"p" help:"Packages that are built and tested at a time." placeholder:"N"`
	Mod      string        `help:"As the go command has it: readonly, vendor or mod." placeholder:"MODE"`
	Modfile  string        `help:"Read this file in place of go.mod." placeholder:"FILE"`
	Settle   time.Duration `help:"How long goroutines are given to end." default:"5s" placeholder:"5s"`
	baselineOfTests
	twoVersions
}

// flags are those of go test.
func (a testArgs) flags() (flags []string) {
	add := func(set bool, name string, value any) {
		if set {
			flags = append(flags, fmt.Sprintf("-%s=%v", name, value))
		}
	}
	add(a.Run != "", "run", a.Run)
	add(a.Skip != "", "skip", a.Skip)
	add(a.Count != 1, "count", a.Count)
	add(a.Race, "race", true)
	add(a.Short, "short", true)
	add(a.Tags != "", "tags", a.Tags)
	add(a.Timeout != 0, "timeout", a.Timeout)
	add(a.P != 0, "p", a.P)
	add(a.Mod != "", "mod", a.Mod)
	add(a.Modfile != "", "modfile", a.Modfile)
	return flags
}

// run is the test command.
func (a *testArgs) run(ctx context.Context, stdout, stderr io.Writer) (int, error) {
	if err := errors.Join(a.check(), a.checkVersions()); err != nil {
		return ExitTrouble, fmt.Errorf("test: %w", err)
	}
	began := time.Now()
	list, err := a.load()
	if err != nil {
		return ExitTrouble, fmt.Errorf("test: %w", err)
	}
	r, err := a.result(ctx, stderr)
	if err != nil {
		return ExitTrouble, fmt.Errorf("test: %w", err)
	}
	if ctx.Err() != nil {
		r.Partial = "interrupted"
	} else if r, err = a.judge(list, r); err != nil { // of a partial run, what is fixed is not known
		return ExitTrouble, fmt.Errorf("test: %w", err)
	}
	return a.finish(ctx, stdout, r, began)
}

// result runs one version, or compares two.
func (a *testArgs) result(ctx context.Context, stderr io.Writer) (suite.Result, error) {
	o := suite.Options{Packages: a.Packages, Flags: a.flags(), Settle: a.Settle, Shard: a.Shard}
	if a.Before != "" {
		return a.compare(ctx, o, stderr)
	}
	observed, err := suite.Run(ctx, o, stderr)
	if err != nil {
		return suite.Result{}, err
	}
	dir, err := os.Getwd()
	return suite.NewResult(dir, observed), err
}

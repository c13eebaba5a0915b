package stress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/watertight-go/watertight/stress/internal/terminal"
	"github.com/watertight-go/watertight/suite"
	"github.com/watertight-go/watertight/suite/versions"
)

// testArgs are the flags of test.
type testArgs struct {
	formArgs
	Packages []string `arg:"" optional:"" help:"Packages, as the go command names them. Default: ./..."`
	goTestArgs
	Settle time.Duration `help:"How long goroutines are given to end." default:"5s" placeholder:"5s"`
	baselineOfTests
	twoVersions
	growthArgs
}

// options are those of a run of the tests as they are.
func (a *testArgs) options() suite.Options {
	return suite.Options{Dir: a.Chdir, Packages: a.Packages, Flags: a.flags(), TestArgs: a.testArgs, Settle: a.Settle, Verbose: a.V, Shard: a.Shard, Growth: a.growth()}
}

// run is the test command.
func (a *testArgs) run(ctx context.Context, stdout, stderr io.Writer) (int, error) {
	if err := errors.Join(a.check(), a.checkVersions(), a.checkGrowth()); err != nil {
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
	}
	if r, err = a.judge(list, r); err != nil {
		return ExitTrouble, fmt.Errorf("test: %w", err)
	}
	return a.finish(ctx, stdout, r, began)
}

// result runs one version, or compares two.
func (a *testArgs) result(ctx context.Context, stderr io.Writer) (suite.Result, error) {
	progress, done := terminal.NewRewriter(stderr)
	defer done()
	if a.Before != "" {
		return a.compare(ctx, a.options(), progress)
	}
	observed, err := suite.Run(ctx, a.options(), progress)
	if err != nil {
		return suite.Result{}, err
	}
	dir, err := filepath.Abs(a.Chdir)
	return suite.NewResult(dir, observed), err
}

// twoVersions are the flags of test that compare two versions.
type twoVersions struct {
	Before string `help:"Compare with this version: a git ref, a published version of the module, or module@version." placeholder:"REF"`
	After  string `help:"The version that is compared with it. Default: the working tree." placeholder:"REF"`
	Tests  string `help:"Whose tests run: own (of each version), before or after (in both)." enum:"own,before,after" default:"own" placeholder:"own"`
	Runs   int    `help:"How often each version runs, in turns." default:"3" placeholder:"N"`
	All    bool   `help:"Run packages of which nothing differs, too."`
}

// checkVersions refuses flags that go with -before where that is missing.
func (a *testArgs) checkVersions() error {
	switch {
	case a.Before != "":
		return nil
	case a.After != "":
		return errors.New("-after: got no -before, want both: the earlier version and the later one")
	case a.Tests != "own" || a.All:
		return errors.New("-tests and -all: got no -before, want a version to compare with")
	}
	return nil
}

// compare compares two versions.
func (a twoVersions) compare(ctx context.Context, o suite.Options, stderr io.Writer) (suite.Result, error) {
	v := versions.Options{Options: o, Before: a.Before, After: a.After, Tests: versions.Tests(a.Tests), Runs: a.Runs}
	if a.All {
		v.Select = versions.AllPackages
	}
	return versions.Run(ctx, v, stderr)
}

package stress

import (
	"context"
	"errors"
	"io"

	"github.com/watertight-go/watertight/suite"
	"github.com/watertight-go/watertight/suite/versions"
)

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

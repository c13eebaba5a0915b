package stress

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/watertight-go/watertight/suite"
	"github.com/watertight-go/watertight/suite/known"
)

// baselineOfTests are the flags of a list of known leaks.
type baselineOfTests struct {
	Baseline string `help:"Leaks in this list do not fail the run. See docs/suite.md." placeholder:"LEAKS.YAML"`
	Update   bool   `help:"Write into -baseline what is new, and take out what is fixed."`
}

// load reads the list, before any test runs. It is nil where none is asked for.
func (b baselineOfTests) load() (*known.List, error) {
	if b.Baseline == "" {
		if b.Update {
			return nil, errors.New("-update: got no -baseline, want the list that is updated")
		}
		return nil, nil
	}
	l, err := known.Load(b.Baseline)
	switch {
	case errors.Is(err, fs.ErrNotExist) && b.Update:
		return &known.List{File: b.Baseline}, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("-baseline: there is no file %s: make it with -update", b.Baseline)
	}
	return l, err
}

// judge gives a result the verdicts of the list, and updates it where that is asked for.
func (a *testArgs) judge(l *known.List, r suite.Result) (suite.Result, error) {
	if l == nil {
		return r, nil
	}
	run := known.Run{
		OS: cmp.Or(os.Getenv("GOOS"), runtime.GOOS), Arch: cmp.Or(os.Getenv("GOARCH"), runtime.GOARCH),
		Tags: strings.FieldsFunc(a.Tags, func(c rune) bool { return c == ',' || c == ' ' }),
		// Of a run that is not whole, not all of a package may have run.
		Chosen: a.Run != "" || a.Skip != "" || r.Partial != "", Today: time.Now(),
	}
	if a.Update && r.Partial == "" {
		return l.Update(r, run)
	}
	return l.Judge(r, run), nil
}

// growthArgs are the flags of rounds.
type growthArgs struct {
	Growth growthFlag `help:"Run tests again and again, to see what grows: those that leak, or those of -run; all with -growth=all." placeholder:"all"`
	Rounds int        `help:"Rounds of each of these tests, at least." default:"8" placeholder:"N"`
}

// growthFlag says whether tests run in rounds, and which.
type growthFlag string

const (
	growthOfLeaking growthFlag = "leaking"
	growthOfAll     growthFlag = "all"
)

// IsBool says that the flag needs no value.
func (*growthFlag) IsBool() bool { return true }

// Decode reads the flag.
func (g *growthFlag) Decode(ctx *kong.DecodeContext) error {
	*g = growthOfLeaking
	if ctx.Scan.Peek().Type != kong.FlagValueToken {
		return nil
	}
	switch value := ctx.Scan.Pop().String(); value {
	case string(growthOfAll):
		*g = growthOfAll
	case string(growthOfLeaking), "true":
	case "false":
		*g = ""
	default:
		return fmt.Errorf("got %q, want no value, or all", value)
	}
	return nil
}

// checkGrowth refuses flags that make no sense.
func (a *testArgs) checkGrowth() error {
	switch {
	case a.Rounds < 8:
		return fmt.Errorf("-rounds: got %d, want 8 or more: fewer do not show whether a rise stops", a.Rounds)
	case a.Growth != "" && a.Before != "":
		return errors.New("-growth: got -before as well, want one of them: growth is judged in one version")
	case a.Update && a.Before != "":
		return errors.New("-update: got -before as well, want one of them: the list is made of one version")
	}
	return nil
}

// growth are the options of rounds; nil where none are asked for.
func (a *testArgs) growth() *suite.GrowthOptions {
	if a.Growth == "" {
		return nil
	}
	return &suite.GrowthOptions{All: a.Growth == growthOfAll || a.Run != "", Rounds: a.Rounds}
}

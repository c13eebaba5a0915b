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
		Tags:   strings.FieldsFunc(a.Tags, func(c rune) bool { return c == ',' || c == ' ' }),
		Chosen: a.Run != "" || a.Skip != "", Today: time.Now(),
	}
	if a.Update {
		return l.Update(r, run)
	}
	return l.Judge(r, run), nil
}

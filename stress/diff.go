package stress

import (
	"fmt"
	"io"
	"os"

	"github.com/watertight-go/watertight/profiles"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/html"
	"github.com/watertight-go/watertight/reports/text"
)

// run is the diff command.
func (a *diffArgs) run(stdout io.Writer) (int, error) {
	if err := a.checkColor(); err != nil {
		return ExitTrouble, err
	}
	before, err := profiles.Read(a.Before)
	if err != nil {
		return ExitTrouble, fmt.Errorf("diff: %w", err)
	}
	after, err := profiles.Read(a.After)
	if err != nil {
		return ExitTrouble, fmt.Errorf("diff: %w", err)
	}
	d := reports.ProfileDiff{BeforeFile: a.Before, Before: before, AfterFile: a.After, After: after, SampleType: a.Type}
	if a.Output != "" {
		for _, in := range []string{a.Before, a.After} {
			if sameFile(in, a.Output) {
				return ExitTrouble, fmt.Errorf("diff: -o: got %q, which is one of the profiles (want another file)", a.Output)
			}
		}
		if err := html.SaveDiff(a.Output, d); err != nil {
			return ExitTrouble, fmt.Errorf("diff: %w", err)
		}
	}
	if err := text.ProfileDiff(stdout, d, a.layout("", stdout)); err != nil {
		return ExitTrouble, fmt.Errorf("diff: %w", err)
	}
	if a.Output != "" {
		fmt.Fprintf(stdout, "\nThe flame graphs are in %s.\n", a.Output)
	}
	return ExitOK, nil
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

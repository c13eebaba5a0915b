package stress

import (
	"errors"
	"fmt"
	"io"

	"github.com/watertight-go/watertight/internal/casestudy"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/stress/internal/assemble"
	"github.com/watertight-go/watertight/stress/internal/folder"
)

// run is the merge command: load, join, write, print.
func (a *mergeArgs) run(stdout io.Writer) (int, error) {
	if err := a.checkColor(); err != nil {
		return ExitTrouble, err
	}
	if a.Out == "" {
		return ExitTrouble, errors.New(`-out: got "", want a folder`)
	}
	out, err := folder.New(a.Out)
	if err != nil {
		return ExitTrouble, err
	}
	defer out.Discard()
	r, parts, err := reports.Merge(a.Reports, out.Temp)
	if err != nil {
		return ExitTrouble, fmt.Errorf("merge: %w", err)
	}
	assemble.Conclude(r)
	casestudy.Update(r, parts...)
	r.Flames = assemble.Flames(out.Temp, r)
	if err := publish(stdout, r, out, a.Out, a.colorArgs); err != nil {
		return ExitTrouble, err
	}
	return r.ExitCode(), nil
}

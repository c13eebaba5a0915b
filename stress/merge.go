package stress

import (
	"errors"
	"fmt"
	"io"

	"github.com/watertight-go/watertight/internal/casestudy"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/stress/internal/assemble"
	"github.com/watertight-go/watertight/stress/internal/folder"
	"github.com/watertight-go/watertight/suite/shards"
)

// run is the merge command: load, join, write, print.
func (a *mergeArgs) run(stdout io.Writer) (int, error) {
	if err := a.checkColor(); err != nil {
		return ExitTrouble, err
	}
	if a.Out == "" {
		return ExitTrouble, errors.New(`-out: got "", want a folder`)
	}
	if len(a.Reports) > 0 && isTests(shards.File(a.Reports[0])) {
		return a.joinTests(stdout)
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

// joinTests joins the shards of stress test.
func (a *mergeArgs) joinTests(stdout io.Writer) (int, error) {
	r, err := shards.Join(a.Reports)
	if err != nil {
		return ExitTrouble, fmt.Errorf("merge: %w", err)
	}
	if err := errors.Join(a.printTests(stdout, r, "terminal"), publishAll(a.Out, folder.OfTests(r))); err != nil {
		return ExitTrouble, fmt.Errorf("merge: %w", err)
	}
	return r.ExitCode(), nil
}

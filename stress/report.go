package stress

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/ci"
	"github.com/watertight-go/watertight/reports/html"
	"github.com/watertight-go/watertight/reports/text"
	"github.com/watertight-go/watertight/suite"
)

// formats are those of the report command besides the terminal's.
var formats = map[string]func(io.Writer, *reports.Report) error{
	"markdown":    text.Markdown,
	"html":        html.Write,
	"json":        func(w io.Writer, r *reports.Report) error { return r.Encode(w) },
	"junit":       ci.JUnit,
	"sarif":       ci.SARIF,
	"annotations": ci.Annotations,
}

// run is the report command: load and print.
func (a *reportArgs) run(stdout io.Writer) (int, error) {
	if err := checkFormat(a.Format); err != nil {
		return ExitTrouble, err
	}
	if err := a.checkColor(); err != nil {
		return ExitTrouble, err
	}
	if tests, err := suite.Load(a.File); !errors.Is(err, suite.ErrOther) && !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = a.printTests(stdout, tests, a.Format)
		}
		if err != nil {
			return ExitTrouble, fmt.Errorf("report: %w", err)
		}
		return tests.ExitCode(), nil
	}
	r, err := reports.Load(a.File)
	if err != nil {
		return ExitTrouble, fmt.Errorf("report: %w", err)
	}
	if render, ok := formats[a.Format]; ok {
		err = render(stdout, r)
	} else {
		err = text.Terminal(stdout, r, a.layout(a.File, stdout))
	}
	if err != nil {
		return ExitTrouble, fmt.Errorf("report: %w", err)
	}
	return r.ExitCode(), nil
}

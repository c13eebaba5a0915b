package stress

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/ci"
	"github.com/watertight-go/watertight/reports/html"
	"github.com/watertight-go/watertight/reports/text"
)

// formats are those of the report command beside the terminal's.
var formats = map[string]func(io.Writer, *reports.Report) error{
	"markdown":    text.Markdown,
	"html":        html.Write,
	"json":        func(w io.Writer, r *reports.Report) error { return r.Encode(w) },
	"junit":       ci.JUnit,
	"sarif":       ci.SARIF,
	"annotations": ci.Annotations,
}

// render is the report command.
func (a *reportArgs) render(stdout io.Writer) (int, error) {
	render := formats[a.Format]
	if render == nil && a.Format != "terminal" {
		return ExitTrouble, oneOf("-format", a.Format, append([]string{"terminal"}, slices.Sorted(maps.Keys(formats))...)...)
	}
	if err := oneOf("-color", a.Color, "auto", "always", "never"); err != nil {
		return ExitTrouble, err
	}
	r, err := reports.Load(a.File)
	if err != nil {
		return ExitTrouble, fmt.Errorf("report: %w", err)
	}
	if render == nil {
		err = text.Terminal(stdout, r, display(a.Color, a.File, stdout))
	} else {
		err = render(stdout, r)
	}
	if err != nil {
		return ExitTrouble, fmt.Errorf("report: %w", err)
	}
	return r.ExitCode(), nil
}

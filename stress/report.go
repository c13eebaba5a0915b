package stress

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/watertight-go/watertight/reports"
)

// formats are those of the report command beside the terminal's.
var formats = map[string]func(io.Writer, *reports.Report) error{
	"markdown":    reports.Markdown,
	"html":        reports.HTML,
	"json":        reports.JSON,
	"junit":       reports.JUnit,
	"sarif":       reports.SARIF,
	"annotations": reports.Annotations,
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
		err = reports.Terminal(stdout, r, display(a.Color, a.File, stdout))
	} else {
		err = render(stdout, r)
	}
	if err != nil {
		return ExitTrouble, fmt.Errorf("report: %w", err)
	}
	return reports.ExitCode(r), nil
}

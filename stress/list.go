package stress

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"text/tabwriter"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
)

// list prints what run may be told to run, and what it judges by.
func list(w io.Writer, executors []executor.Spec) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "EXECUTORS")
	for _, x := range executors {
		fmt.Fprintf(tw, "  %s\t%s\n", x.Name, x.Doc)
	}
	fmt.Fprintln(tw, "\nSCENARIOS")
	for _, row := range allRows(defaultRequests, defaultAgents) {
		field := row.Field
		if row.Row != "" {
			field = fmt.Sprintf("%s [compatibility matrix: %s]", field, row.Row)
		}
		fmt.Fprintf(tw, "  %s\t%s\n", row.Name, field)
	}
	fmt.Fprintln(tw, "\nCLAUSES")
	for _, c := range executor.Clauses {
		fmt.Fprintf(tw, "  %d %s\t%s\n", c.Clause, c.Title, c.Text)
	}
	if err := tw.Flush(); err != nil {
		return fmt.Errorf("list: %w", err)
	}
	return nil
}

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
		err = reports.Terminal(stdout, r, look(a.Color, a.File, stdout))
	} else {
		err = render(stdout, r)
	}
	if err != nil {
		return ExitTrouble, fmt.Errorf("report: %w", err)
	}
	return reports.ExitCode(r), nil
}

// oneOf says what is allowed where value is not.
func oneOf(flag, value string, allowed ...string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	return fmt.Errorf("%s: got %q, want one of %q", flag, value, allowed)
}

// look is how the terminal report of a file is printed: as wide as the terminal,
// in colour where that is wanted.
func look(when, file string, stdout io.Writer) reports.TerminalOptions {
	fd, isTerminal := terminal(stdout)
	o := reports.TerminalOptions{File: file, Color: colored(when, isTerminal, os.Getenv("NO_COLOR"))}
	if isTerminal {
		o.Width = columns(fd)
	}
	return o
}

// colored says whether to print colour: as when says, or by itself on a
// terminal where NO_COLOR (see no-color.org) is not set.
func colored(when string, isTerminal bool, noColor string) bool {
	return when == "always" || when == "auto" && isTerminal && noColor == ""
}

package stress

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/watertight-go/watertight/internal/casestudy"
	"github.com/watertight-go/watertight/internal/screen"
	"github.com/watertight-go/watertight/internal/stored"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/ci"
	"github.com/watertight-go/watertight/reports/html"
	"github.com/watertight-go/watertight/reports/text"
	"github.com/watertight-go/watertight/service"
	serviceforms "github.com/watertight-go/watertight/service/forms"
	"github.com/watertight-go/watertight/stress/internal/assemble"
	"github.com/watertight-go/watertight/stress/internal/folder"
	"github.com/watertight-go/watertight/stress/internal/terminal"
	"github.com/watertight-go/watertight/suite"
	"github.com/watertight-go/watertight/suite/shards"
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
	for _, show := range []func(io.Writer) (int, error){a.showWatch, a.showService} {
		if code, err := show(stdout); !errors.Is(err, stored.ErrOther) && !errors.Is(err, fs.ErrNotExist) {
			return code, err
		}
	}
	if err := checkFormat(a.Format); err != nil {
		return ExitTrouble, err
	}
	if err := a.checkColor(); err != nil {
		return ExitTrouble, err
	}
	if isTests(a.File) {
		return a.showTests(stdout)
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

// isTests reports whether a file is from stress test, whole or not.
func isTests(file string) bool {
	_, err := suite.Load(file)
	return !errors.Is(err, suite.ErrOther) && !errors.Is(err, fs.ErrNotExist)
}

// showTests shows a stored result of stress test.
func (a *reportArgs) showTests(stdout io.Writer) (int, error) {
	r, err := suite.Load(a.File)
	if err == nil {
		err = a.printTests(stdout, r, a.Format)
	}
	if err != nil {
		return ExitTrouble, fmt.Errorf("report: %w", err)
	}
	return r.ExitCode(), nil
}

// showService shows a stored result of stress service. It returns service.ErrOther for
// another file.
func (a *reportArgs) showService(stdout io.Writer) (int, error) {
	r, err := service.Load(a.File)
	if err == nil {
		err = errors.Join(checkServiceFormat(a.Format), a.checkColor())
	}
	if err == nil {
		err = a.printService(stdout, r, a.Format)
	}
	if err != nil {
		return ExitTrouble, err
	}
	return r.ExitCode(), nil
}

// checkServiceFormat refuses unknown values of -format.
func checkServiceFormat(format string) error {
	return oneOf("-format", "format", format, append([]string{"terminal"}, slices.Sorted(maps.Keys(serviceforms.Formats))...)...)
}

// printService prints a result of stress service.
func (a colorArgs) printService(stdout io.Writer, r service.Result, format string) error {
	if render, ok := serviceforms.Formats[format]; ok {
		return render(stdout, r)
	}
	return serviceforms.Text(stdout, r, a.screen(stdout))
}

// screen is how the lines of a result are printed: in colour where that is wanted, and as
// wide as the terminal, within what can be read.
func (a colorArgs) screen(stdout io.Writer) screen.Terminal {
	to := screen.Terminal{Color: a.colored(stdout)}
	if fd, ok := terminal.Of(stdout); ok {
		to.Width = min(terminal.Columns(fd), screen.Widest)
	}
	return to
}

// colorArgs is the flag of the commands that print in colour.
type colorArgs struct {
	Color string `help:"Colour: auto (on a terminal, unless NO_COLOR is set), always or never." default:"auto" placeholder:"WHEN"`
}

// checkColor refuses unknown values of -color.
func (a colorArgs) checkColor() error {
	return oneOf("-color", "value", a.Color, "auto", "always", "never")
}

// colored reports whether output to stdout is coloured.
func (a colorArgs) colored(stdout io.Writer) bool {
	_, isTerminal := terminal.Of(stdout)
	return colored(a.Color, surroundings{terminal: isTerminal, noColor: os.Getenv("NO_COLOR")})
}

// surroundings are what -color=auto decides by. NO_COLOR is described at
// no-color.org.
type surroundings struct {
	terminal bool
	noColor  string
}

func colored(when string, s surroundings) bool {
	return when == "always" || when == "auto" && s.terminal && s.noColor == ""
}

// layout is how the report of a file is printed: in colour where that is wanted,
// and as wide as the terminal.
func (a colorArgs) layout(file string, stdout io.Writer) text.Options {
	o := text.Options{File: file, Color: a.colored(stdout)}
	if fd, ok := terminal.Of(stdout); ok {
		o.Width = terminal.Columns(fd)
	}
	return o
}

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

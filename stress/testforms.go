package stress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"time"

	"github.com/watertight-go/watertight/internal/shard"
	"github.com/watertight-go/watertight/stress/internal/assemble"
	"github.com/watertight-go/watertight/stress/internal/folder"
	"github.com/watertight-go/watertight/stress/internal/terminal"
	"github.com/watertight-go/watertight/suite"
	"github.com/watertight-go/watertight/suite/forms"
)

// formArgs say how the result of test is shown, and what it may do to the exit code.
type formArgs struct {
	colorArgs
	Format     string `help:"terminal, markdown, html, json, junit, sarif or annotations (of GitHub Actions)." default:"terminal" placeholder:"FORMAT"`
	JSON       bool   `name:"json" help:"The same as -format json."`
	Out        string `short:"o" help:"Write the report in all forms into this folder." placeholder:"DIR"`
	ReportOnly bool   `help:"Exit with 0 also where something leaks."`
	Shard      string `help:"Run part I of N of the packages. stress merge joins the results." placeholder:"I/N"`
}

// check refuses impossible values, before anything runs.
func (a *formArgs) check() error {
	if a.JSON {
		a.Format = "json"
	}
	if err := checkFormat(a.Format); err != nil {
		return err
	}
	if _, err := shard.Parse(a.Shard); err != nil {
		return fmt.Errorf("-shard: %w", err)
	}
	if a.Out != "" {
		out, err := folder.New(a.Out)
		if err != nil {
			return err
		}
		out.Discard()
	}
	return a.checkColor()
}

// checkFormat refuses unknown values of -format.
func checkFormat(format string) error {
	return oneOf("-format", "format", format, append([]string{"terminal"}, slices.Sorted(maps.Keys(forms.Formats))...)...)
}

// finish adds to a result how it was made, writes it into the folder and prints it. The
// exit code is that of the result.
func (a *testArgs) finish(ctx context.Context, stdout io.Writer, r suite.Result, began time.Time) (int, error) {
	r.Created, r.ReportOnly = began.UTC().Truncate(time.Second), a.ReportOnly
	r.Setup = suite.Setup{
		Tool: "stress " + assemble.Version(), Go: r.Go(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
		Commit: suite.Commit(context.WithoutCancel(ctx), r.After.Dir), Patterns: a.Packages, Flags: a.flags(), Shard: a.Shard,
	}
	unwritten := publishAll(a.Out, folder.OfTests(r))
	if err := errors.Join(a.printTests(stdout, r, a.Format), unwritten); err != nil {
		return ExitTrouble, fmt.Errorf("test: %w", err)
	}
	if a.Out != "" && a.Format == "terminal" {
		fmt.Fprintf(stdout, "\nThe report is in %s: report.html, report.md, report.json, junit.xml and report.sarif.\n", a.Out)
	}
	return r.ExitCode(), nil
}

// publishAll writes the files of a result into a folder; nowhere where dir is empty.
func publishAll(dir string, files []folder.File) error {
	if dir == "" {
		return nil
	}
	out, err := folder.New(dir)
	if err != nil {
		return err
	}
	defer out.Discard()
	if err := out.Publish(files); err != nil {
		return fmt.Errorf("the result was printed but not written: %w", err)
	}
	return nil
}

// printTests prints a result.
func (a colorArgs) printTests(stdout io.Writer, r suite.Result, format string) error {
	if render, ok := forms.Formats[format]; ok {
		return render(stdout, r)
	}
	to := forms.Terminal{Color: a.colored(stdout)}
	if fd, ok := terminal.Of(stdout); ok {
		to.Width = min(terminal.Columns(fd), forms.WidestLine)
	}
	return forms.Text(stdout, r, to)
}

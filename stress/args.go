package stress

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/stress/internal/assemble"
)

// cli is the command line as kong reads it.
type cli struct {
	Run      runArgs      `cmd:"" default:"withargs" help:"Run executors through the scenarios and write the report (the default command)."`
	List     listArgs     `cmd:"" help:"List the executors, the scenarios and the contract's clauses."`
	Gate     gateArgs     `cmd:"" help:"Hold a quick run, a report, or go test -bench output against a baseline: exit 1 where it is worse."`
	Baseline baselineArgs `cmd:"" help:"Write the baseline that gate compares with."`
	Report   reportArgs   `cmd:"" help:"Render the report.json of an earlier run again."`
	Merge    mergeArgs    `cmd:"" help:"Join the reports of all shards of a run into one."`
	Diff     diffArgs     `cmd:"" help:"Compare two pprof profiles of one kind, from any program: a table, and flame graphs as a page."`
	Version  versionArgs  `cmd:"" help:"Print the version of this tool and of Go."`
}

// runArgs are the flags of run.
type runArgs struct {
	Before     string        `help:"Executor that the others are compared with. Default: waitgroup, or the first." placeholder:"NAME"`
	After      string        `help:"The candidate: the exit code is about this one. Default: reference, or the last." placeholder:"NAME"`
	Executors  string        `help:"Executors to run, by name, comma separated; before and after always run. Default: all." placeholder:"A,B"`
	Scenarios  string        `help:"Scenarios to run, by name or glob, comma separated. Default: all, and the load cells." placeholder:"A,B*"`
	Requests   int           `help:"Requests of the accumulation scenarios." default:"100" placeholder:"N"`
	Agents     int           `help:"Agents per request there." default:"5" placeholder:"N"`
	Shard      string        `help:"Run part I of N: whole scenarios, with all their executors. merge joins the reports." placeholder:"I/N"`
	Bench      bool          `help:"Measure what each executor costs beside the floor too: allocations, leftovers, time."`
	Out        string        `help:"Folder of the report." default:"reports/latest" placeholder:"DIR"`
	Parallel   int           `help:"Child processes at a time. Default: six for each processor, as cells mostly wait." placeholder:"N"`
	RaceBinary string        `help:"This program built with -race; the cells with 100 requests at once run in it too." placeholder:"FILE"`
	RaceNote   string        `help:"Why there is no race binary, for the report." placeholder:"TEXT"`
	Timeout    time.Duration `help:"Time that one child may take before it is killed and its stacks are kept. Default: 30s, more for many requests." placeholder:"30s"`
	Open       bool          `help:"Open report.html in the browser when the run is over."`
	Color      string        `help:"Colour: auto (on a terminal, unless NO_COLOR is set), always or never." default:"auto" placeholder:"WHEN"`
}

type listArgs struct{}

// mergeArgs are the flags of merge.
type mergeArgs struct {
	Reports []string `arg:"" help:"The shards' folders, or their report.json files."`
	Out     string   `help:"Folder of the joined report." default:"reports/latest" placeholder:"DIR"`
	Color   string   `help:"Colour: auto, always or never." default:"auto" placeholder:"WHEN"`
}

type versionArgs struct{}

// reportArgs are the flags of report.
type reportArgs struct {
	File   string `arg:"" help:"A report.json."`
	Format string `help:"terminal, markdown, html, json, junit, sarif or annotations (of GitHub Actions)." default:"terminal" placeholder:"FORMAT"`
	Color  string `help:"Colour: auto, always or never." default:"auto" placeholder:"WHEN"`
}

// diffArgs are the flags of diff.
type diffArgs struct {
	Before string `arg:"" help:"A pprof profile, gzip'd or not."`
	After  string `arg:"" help:"Another one of the same kind."`
	Output string `short:"o" help:"Write a page with flame graphs of both and of their difference to FILE." placeholder:"FILE"`
	Type   string `help:"Sample type to compare by, as inuse_objects. Default: the one that pprof shows first." placeholder:"TYPE"`
	Color  string `help:"Colour: auto, always or never." default:"auto" placeholder:"WHEN"`
}

// dispatch runs the command that was given.
func (c *cli) dispatch(ctx context.Context, command string, stdout, stderr io.Writer, executors []executor.Spec) (int, error) {
	switch command {
	case "list":
		return ExitOK, list(stdout, executors)
	case "report":
		return c.Report.render(stdout)
	case "merge":
		return c.Merge.merge(stdout)
	case "gate":
		return c.Gate.run(ctx, stdout, stderr, executors)
	case "baseline":
		return c.Baseline.run(ctx, stdout, stderr, executors)
	case "diff":
		return c.Diff.diff(stdout)
	case "version":
		_, err := fmt.Fprintf(stdout, "stress %s %s %s/%s\n", assemble.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return ExitOK, err
	default:
		return c.Run.run(ctx, stdout, stderr, executors)
	}
}

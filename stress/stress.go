// Package stress is the command of the same name: it runs executors through
// scenarios, each pair in a child process, and writes a report.
//
// A hang, a crash, a data race or a leak is recorded for the pair and does not
// end the run. The stages are packages of their own under internal: plan decides
// what runs, run starts the child processes, cell is the work of one child,
// assemble makes the report, and folder writes it. This package reads the command
// line and prints.
//
// To test executors of your own, call Main with them from a main function. The
// child processes are the same binary with the same arguments, so code before
// that call runs in each of them.
package stress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/scenarios/judge"
	"github.com/watertight-go/watertight/service"
	"github.com/watertight-go/watertight/stress/internal/assemble"
	"github.com/watertight-go/watertight/stress/internal/cell"
	"github.com/watertight-go/watertight/suite"
)

// Exit codes of Main.
const (
	// ExitOK: the candidate (-after) keeps every clause that was tested.
	ExitOK = 0
	// ExitBroken: the candidate breaks a clause.
	ExitBroken = 1
	// ExitTrouble: wrong usage, or no answer: a cell of the candidate could not
	// be judged, the run was interrupted, or the report could not be written.
	ExitTrouble = 2
)

// secondSignal is how soon after the first signal another one ends the process at once.
const secondSignal = 500 * time.Millisecond

// Main runs the command on the process's standard output and standard error,
// and returns the exit code. args are the arguments without the program's name.
// Without executors it runs those of exhibits.Specs. SIGINT and SIGTERM end the
// run; the report then holds what was measured until then.
func Main(args []string, executors ...executor.Spec) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// Further signals change nothing at first: a supervisor such as timeout(1) sends two in
	// a row. Children are killed at once, but tests of the user's have time to end: later
	// another signal ends this process, and they end with it.
	context.AfterFunc(ctx, func() { time.AfterFunc(secondSignal, stop) })
	return Run(ctx, args, os.Stdout, os.Stderr, executors...)
}

// Run is Main with a context and writers of the caller's. Results go to stdout,
// progress and errors to stderr.
//
// In a child process, whose environment names a cell, Run runs that cell instead
// and does not return.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer, executors ...executor.Spec) int {
	if len(executors) == 0 {
		executors = append(exhibits.Specs(), exhibits.StreamSpecs()...)
	}
	service.Supervise()
	if suite.StartTest(args) {
		return ExitOK
	}
	if text, ok := os.LookupEnv(cell.Env); ok {
		os.Exit(cell.Main(text, executors))
	}
	code, err := execute(ctx, args, stdout, stderr, executors)
	if err != nil {
		fmt.Fprintf(stderr, "stress: %v\n", err)
		return ExitTrouble
	}
	return code
}

// execute reads the command line and runs the command that it names.
func execute(ctx context.Context, args []string, stdout, stderr io.Writer, executors []executor.Spec) (int, error) {
	if err := checkSpecs(executors); err != nil {
		return ExitTrouble, err
	}
	c, command, err := parse(args, stdout)
	if errors.Is(err, errHelpPrinted) {
		return ExitOK, nil
	}
	if err != nil {
		return ExitTrouble, err
	}
	switch command {
	case "list":
		return ExitOK, list(stdout, executors)
	case "port":
		return c.Port.run(stdout)
	case "test":
		return c.Test.run(ctx, stdout, stderr)
	case "attach":
		return c.Attach.run(ctx, stdout, stderr)
	case "service":
		return c.Service.run(ctx, stdout, stderr)
	case "upstream":
		return c.Upstream.run(ctx, stdout, stderr)
	case "report":
		return c.Report.run(stdout)
	case "merge":
		return c.Merge.run(stdout)
	case "gate":
		return c.Gate.run(ctx, stdout, stderr, executors)
	case "bench":
		return c.Bench.run(ctx, stdout, stderr)
	case "baseline":
		return c.Baseline.run(ctx, stdout, stderr, executors)
	case "diff":
		return c.Diff.run(stdout)
	case "version":
		_, err := fmt.Fprintf(stdout, "stress %s %s %s/%s\n", assemble.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return ExitOK, err
	default:
		return c.Run.run(ctx, stdout, stderr, executors)
	}
}

// checkSpecs refuses executors that cannot be run, and two of one name.
func checkSpecs(executors []executor.Spec) error {
	var errs []error
	seen := map[string]bool{}
	for _, x := range executors {
		errs = append(errs, judge.CheckSpec(x))
		if seen[x.Name] {
			errs = append(errs, fmt.Errorf("executors: got two named %q, want each name once: set Spec.Name", x.Name))
		}
		seen[x.Name] = true
	}
	return errors.Join(errs...)
}

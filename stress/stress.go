// Package stress is the run: executors x scenarios, each cell in a child
// process of its own, under load and with profiles, written down as a report.
//
// A hang, a crash, a race or a leak is an observation of its cell and never the
// end of the run. The package judges nothing itself: scenarios judges each
// observation, and the claims and projections are computed from what was
// stored. The four exhibits of package executor are meant to fail here.
//
// To put executors of your own beside or in place of those of this module, call
// Main with them from a main function. The child processes are the same binary
// with the same arguments, so what stands before that call runs in each of them.
package stress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/stress/internal/cell"
)

// Exit codes of Main, and what they say.
const (
	// ExitOK: the candidate (-after) keeps every clause that was put to the test.
	ExitOK = 0
	// ExitBroken: the candidate breaks a clause.
	ExitBroken = 1
	// ExitTrouble: wrong usage, or the harness could not look: a cell of the
	// candidate is unknown, or the run was interrupted.
	ExitTrouble = 2
)

// Main is the command: it runs Run on the process's standard output and error
// under a context that SIGINT and SIGTERM cancel, and returns the exit code.
// args are the arguments without the program's name; without executors those of
// exhibits.Specs are used.
func Main(args []string, executors ...executor.Spec) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// Further signals change nothing: children are killed, not asked, so there
	// is nothing to hurry, and a supervisor such as timeout(1) sends two in a row.
	defer stop()
	return Run(ctx, args, os.Stdout, os.Stderr, executors...)
}

// Run is Main with the context and the writers of the caller. Results go to
// stdout, progress and errors to stderr.
//
// In a child process, where the environment holds a cell, it runs that cell
// instead and does not return.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer, executors ...executor.Spec) int {
	if len(executors) == 0 {
		executors = exhibits.Specs()
	}
	if text, ok := os.LookupEnv(cell.Env); ok {
		os.Exit(cell.Main(text, executors))
	}
	if err := checkSpecs(executors); err != nil {
		fmt.Fprintf(stderr, "stress: %v\n", err)
		return ExitTrouble
	}
	cli, command, err := parse(args, stdout)
	switch {
	case errors.Is(err, errHelped):
		return ExitOK
	case err != nil:
		fmt.Fprintf(stderr, "stress: %v\n", err)
		return ExitTrouble
	}
	code, err := cli.dispatch(ctx, command, stdout, stderr, executors)
	if err != nil {
		fmt.Fprintf(stderr, "stress: %v\n", err)
		return ExitTrouble
	}
	return code
}

// checkSpecs wants executors that can be run and told apart by their names.
func checkSpecs(executors []executor.Spec) error {
	var errs []error
	seen := map[string]bool{}
	for _, x := range executors {
		errs = append(errs, scenarios.CheckSpec(x))
		if seen[x.Name] {
			errs = append(errs, fmt.Errorf("got two executors named %q, want each name once: set Spec.Name", x.Name))
		}
		seen[x.Name] = true
	}
	return errors.Join(errs...)
}

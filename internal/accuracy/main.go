// Accuracy measures how often package leak gives the right answer, beside goleak
// and the runtime's own leak profile. It runs a table of cases (package
// taxonomy) and the bug kernels that ship with Go (package goker).
//
//	accuracy run [-out FILE] [-cases PATTERN] [-kernels PATTERN] [-runs N]
//	accuracy show FILE            print a stored result again
//	accuracy write FILE DOCUMENT  put it between the marks of a Markdown document
//
// Results go to stdout, progress to stderr. The exit code of run and show is 0
// if package leak was right in all cases, 1 if it was wrong in a case or below
// the required numbers on the kernels, and 2 if the measurement failed or the
// command line is wrong.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"

	"github.com/watertight-go/watertight/internal/accuracy/goker"
	"github.com/watertight-go/watertight/internal/accuracy/trial"
)

const (
	exitRight = iota
	exitWrong
	exitTrouble
)

func main() {
	trial.Child()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	code, err := command(ctx, args, stdout, stderr)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitTrouble
	}
	return code
}

func command(ctx context.Context, args []string, stdout, stderr io.Writer) (int, error) {
	if len(args) == 0 {
		return 0, errors.New("accuracy: got no command, want run, show FILE or write FILE DOCUMENT")
	}
	switch args[0] {
	case "run":
		return measure(ctx, args[1:], stdout, stderr)
	case "show":
		if len(args) != 2 {
			return 0, fmt.Errorf("accuracy: show: got %d arguments, want one file", len(args)-1)
		}
		r, err := load(args[1])
		if err != nil {
			return 0, err
		}
		return show(r, stdout), nil
	case "write":
		if len(args) != 3 {
			return 0, fmt.Errorf("accuracy: write: got %d arguments, want a result and a document", len(args)-1)
		}
		r, err := load(args[1])
		if err != nil {
			return 0, err
		}
		return exitRight, writeInto(args[2], r)
	}
	return 0, fmt.Errorf("accuracy: got command %q, want run, show or write", args[0])
}

// measure is the command run.
func measure(ctx context.Context, args []string, stdout, stderr io.Writer) (int, error) {
	flags := flag.NewFlagSet("accuracy run", flag.ContinueOnError)
	flags.SetOutput(stderr)
	out := flags.String("out", "", "the file to store the result in")
	cases := flags.String("cases", ".", "a pattern of the cases' names")
	kernels := flags.String("kernels", ".", "a pattern of the kernels' names")
	runs := flags.Int("runs", 0, "how often to run each kernel; 0 is as Go's own test does")
	if err := flags.Parse(args); err != nil {
		return 0, fmt.Errorf("accuracy: run: %w", err)
	}
	onlyCases, err := regexp.Compile(*cases)
	if err != nil {
		return 0, fmt.Errorf("accuracy: run: -cases: %w", err)
	}
	onlyKernels, err := regexp.Compile(*kernels)
	if err != nil {
		return 0, fmt.Errorf("accuracy: run: -kernels: %w", err)
	}
	r := newResult()
	if err := r.addCases(ctx, onlyCases, heartbeat(stderr, "cases")); err != nil {
		return 0, err
	}
	if err := r.addKernels(ctx, goker.Options{Only: onlyKernels, Runs: *runs, Progress: heartbeat(stderr, "kernels")}); err != nil {
		return 0, err
	}
	if *out != "" {
		if err := r.store(*out); err != nil {
			return 0, err
		}
	}
	return show(r, stdout), nil
}

// heartbeat returns a progress function that prints every hundredth step.
func heartbeat(to io.Writer, what string) func(done, of int) {
	return func(done, of int) {
		if done%100 == 0 || done == of {
			fmt.Fprintf(to, "%s: %d of %d runs\n", what, done, of)
		}
	}
}

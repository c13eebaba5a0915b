// Command suites runs the tests of public modules under a leak check, as `stress test`
// does, and plain beside it. It prints how many tests each has, how many were accused,
// and what the check cost. Every accusation is looked up in judged.tsv, where a person
// who has read the code says whether it is true. In some modules each test is made to
// leak as well, to see whether that is found.
//
// It exits with 1 where an accusation has not been judged, fewer than 99 % are true, a
// planted leak was not found, or a test ends otherwise than plain.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"

	"github.com/watertight-go/watertight/suite"
)

func main() {
	if suite.StartTest(os.Args[1:]) {
		return
	}
	only := flag.String("only", "", "only modules that match this regular expression")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ok, err := run(ctx, *only)
	if err != nil {
		fmt.Fprintf(os.Stderr, "suites: %v\n", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

// run tries the modules that match, and prints. It returns false where something is not
// as it must be.
func run(ctx context.Context, only string) (bool, error) {
	match, err := regexp.Compile(only)
	if err != nil {
		return false, fmt.Errorf("-only: %w", err)
	}
	judged, err := readJudged()
	if err != nil {
		return false, err
	}
	dir, err := os.MkdirTemp("", "suites-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	var all []result
	for _, m := range modules {
		if !match.MatchString(m.Module) {
			continue
		}
		fmt.Fprintf(os.Stderr, "suites: %s %s (%s)\n", m.Module, m.Version, m.Kind)
		r, err := try(ctx, m, dir)
		if err != nil {
			return false, fmt.Errorf("%s: %w", m.Module, err)
		}
		all = append(all, r)
	}
	return show(os.Stdout, all, judged), nil
}

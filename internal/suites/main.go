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
	"path/filepath"
	"regexp"

	"github.com/watertight-go/watertight/suite"
)

func main() {
	if suite.StartTest(os.Args[1:]) {
		return
	}
	only := flag.String("only", "", "only modules that match this regular expression")
	warm := flag.Bool("warm", false, "run all twice, and show the costs of the second time, when everything is built")
	packages := flag.Int("many", 0, "instead, a module with so many packages of one test each")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ok, err := run(ctx, options{only: *only, warm: *warm, packages: *packages})
	if err != nil {
		fmt.Fprintf(os.Stderr, "suites: %v\n", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	only     string
	warm     bool
	packages int
}

// run tries the modules that match, and prints. It returns false where something is not
// as it must be.
func run(ctx context.Context, o options) (bool, error) {
	match, err := regexp.Compile(o.only)
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
	if o.packages > 0 {
		return many(ctx, os.Stdout, o.packages, filepath.Join(dir, "many"))
	}
	var all []result
	for _, m := range modules {
		if !match.MatchString(m.Module) {
			continue
		}
		fmt.Fprintf(os.Stderr, "suites: %s %s (%s)\n", m.Module, m.Version, m.Kind)
		r, err := try(ctx, m, dir, o)
		if err != nil {
			return false, fmt.Errorf("%s: %w", m.Module, err)
		}
		all = append(all, r)
	}
	return show(os.Stdout, all, judged), nil
}

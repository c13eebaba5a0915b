// Speed measures package leak and goleak side by side, and checks the required
// ratios:
//
//	go run ./internal/speed                  # everything; takes some minutes
//	go run ./internal/speed -sizes 1000      # fewer goroutines left behind
//	go run ./internal/speed -cases ended,idle
//
// Each measurement runs in a child process of its own, so that no tool inherits
// the heap of the other. The tools take turns, so that a slow phase of the
// machine affects both. Both run at their defaults. The results are ratios within
// one run; the times of one machine say little about another.
//
// The exit code is 1 if a requirement is missed, 2 if a measurement failed.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"

	"github.com/watertight-go/watertight/internal/child"
)

func main() {
	if os.Getenv(childVar) != "" {
		child.Lifeline(0)
		os.Exit(carryOut(os.Getenv(childVar), os.Stdout, os.Stderr))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the main function of the parent: it plans, measures and prints.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("speed", flag.ContinueOnError)
	flags.SetOutput(stderr)
	cases := flags.String("cases", strings.Join(caseNames(), ","), "the `names` of the cases to run")
	sizes := flags.String("sizes", "10000,100000", "how many goroutines are left behind, or stand in the chain")
	live := flags.String("live", "10,1000,10000", "how many goroutines live where none is left behind")
	rounds := flags.Int("rounds", 7, "children of each tool; 100,000 goroutines get one of goleak")
	out := flags.String("benchmarks", "", "also write every sample to this `file`, for benchstat")
	if flags.Parse(args) != nil {
		return 2
	}
	plan, err := newPlan(*cases, *sizes, *live, *rounds)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	var rows []*row
	for _, w := range plan {
		fmt.Fprintf(stderr, "%s\n", w.name())
		r, err := w.measure(ctx)
		if err != nil {
			fmt.Fprintln(stderr, err)
			return 2
		}
		rows = append(rows, r)
	}
	if *out != "" {
		if err := os.WriteFile(*out, benchmarks(rows), 0o644); err != nil {
			fmt.Fprintf(stderr, "speed: write benchmarks: %v\n", err)
			return 2
		}
	}
	printTable(stdout, rows)
	missed := printBars(stdout, rows)
	if missed > 0 {
		return 1
	}
	return 0
}

// numbers reads a list such as "10,1000".
func numbers(flag, list string) ([]int, error) {
	var all []int
	for _, s := range strings.Split(list, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("speed: -%s: got %q, want numbers above zero with commas between them", flag, s)
		}
		all = append(all, n)
	}
	return all, nil
}

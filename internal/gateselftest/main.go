// Command gateselftest tests the gate. It must raise no alarm where nothing has
// changed, find defects that are planted in the reference executor, and report that
// it is unsure where it cannot tell. make gate-selftest runs it.
//
// The program is the command stress with defective executors. It starts itself as
// that command, so each trial goes through the command line, the child processes
// and the exit code.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/watertight-go/watertight/stress"
)

// The first argument of this program where it is not the command stress.
const (
	selftestMode = "selftest" // runs the trials
	burnMode     = "burn"     // keeps a processor busy
)

func main() {
	mode := ""
	if len(os.Args) > 1 {
		mode = os.Args[1]
	}
	switch mode {
	case selftestMode:
		os.Exit(selftest(os.Args[2:]))
	case burnMode:
		burn()
	default:
		executors, err := withDefect(os.Getenv(defectEnv))
		if err != nil {
			fmt.Fprintln(os.Stderr, "gateselftest:", err)
			os.Exit(2)
		}
		os.Exit(stress.Main(os.Args[1:], executors...))
	}
}

// selftest runs the trials. It returns 1 where one of them fails.
func selftest(args []string) int {
	flags := flag.NewFlagSet(selftestMode, flag.ExitOnError)
	n := flags.Int("n", 25, "how often each trial runs")
	only := flags.String("only", "", "run one trial, by name (empty: all)")
	committed := flags.String("baseline", "reports/baseline.json", "the committed baseline, for the trials named check")
	_ = flags.Parse(args)
	folder, err := os.MkdirTemp("", "gateselftest-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "gateselftest:", err)
		return 2
	}
	defer os.RemoveAll(folder)
	b := &bench{folder: folder, committed: *committed}
	began := time.Now()
	code := 0
	fmt.Printf("%-18s %6s %7s %7s %7s  %8s\n", "trial", "caught", "unsure", "passed", "trouble", "took")
	for _, t := range trials(*n) {
		if *only == "" || t.name == *only {
			code = max(code, report(b, t))
		}
	}
	fmt.Printf("%d trials each, in %v\n", *n, time.Since(began).Round(time.Second))
	return code
}

// report runs one trial and prints its row. It returns 1 where the trial fails.
func report(b *bench, t trial) int {
	c, took := b.run(t)
	verdict, code := "as wanted", 0
	if complaint := t.failure(c); complaint != "" {
		verdict, code = "FAILED: "+complaint, 1
	}
	fmt.Printf("%-18s %6d %7d %7d %7d  %7.1fs  %s (%s)\n", t.name, c.caught, c.unsure, c.passed, c.trouble, took.Seconds(), verdict, t.wants)
	for _, note := range c.notes {
		fmt.Printf("    %s\n", note)
	}
	return code
}

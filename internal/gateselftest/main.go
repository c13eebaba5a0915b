// Command gateselftest shows that the gate can be trusted: it raises no alarm
// where nothing has changed, catches defects that are planted in the executor,
// and says that it is unsure where it cannot tell. `make gate-selftest` runs it.
//
// It is the command stress with planted executors, and starts itself as that: all
// that is counted has gone through the command line, the child processes and the
// exit code.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/watertight-go/watertight/stress"
)

const (
	selftestMode = "selftest"
	burnMode     = "burn"
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
		executors, err := planted(os.Getenv(plantEnv))
		if err != nil {
			fmt.Fprintln(os.Stderr, "gateselftest:", err)
			os.Exit(2)
		}
		os.Exit(stress.Main(os.Args[1:], executors...))
	}
}

// selftest runs the trials and returns 1 where one of them falls short.
func selftest(args []string) int {
	flags := flag.NewFlagSet(selftestMode, flag.ExitOnError)
	n := flags.Int("n", 25, "how often each trial is made")
	only := flags.String("only", "", "one trial, by name; empty: all")
	committed := flags.String("baseline", "reports/baseline.json", "the committed baseline, for the trials of make check's gate")
	_ = flags.Parse(args)
	folder, err := os.MkdirTemp("", "gateselftest-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "gateselftest:", err)
		return 2
	}
	defer os.RemoveAll(folder)
	s := &bench{folder: folder, committed: *committed}
	began := time.Now()
	code := 0
	fmt.Printf("%-18s %6s %7s %7s %7s  %8s\n", "trial", "caught", "unsure", "passed", "trouble", "took")
	for _, t := range trials(*n) {
		if *only != "" && t.name != *only {
			continue
		}
		c, took := s.run(t)
		verdict := "as wanted"
		if complaint := t.falls(c); complaint != "" {
			verdict, code = "FALLS SHORT: "+complaint, 1
		}
		fmt.Printf("%-18s %6d %7d %7d %7d  %7.1fs  %s (%s)\n", t.name, c.caught, c.unsure, c.passed, c.trouble, took.Seconds(), verdict, t.wants)
		for _, note := range c.notes {
			fmt.Printf("    %s\n", note)
		}
	}
	fmt.Printf("%d trials each, in %v\n", *n, time.Since(began).Round(time.Second))
	return code
}

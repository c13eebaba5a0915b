// Command pairs compares published versions of modules as `stress test -before -after`
// does: pairs of which the later version is known to have mended a leak, and pairs of the
// same version, in which nothing may be fixed or new.
//
// It exits with 1 where a leak that was mended is not told as fixed with its line, or
// where the same version shows something fixed or new.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/watertight-go/watertight/suite"
	"github.com/watertight-go/watertight/suite/versions"
)

func main() {
	if suite.StartTest(os.Args[1:]) {
		return
	}
	only := flag.String("only", "", "only modules that match this regular expression")
	one := flag.String("try", "", "only this pair: module,before,after or module,before,after,run")
	var o versions.Options
	flag.IntVar(&o.Runs, "runs", versions.DefaultRuns, "how often each version runs")
	flag.DurationVar(&o.Settle, "settle", 0, "how long goroutines are given to end (default 5s)")
	flag.DurationVar(&o.Confirm, "confirm", 0, "how long goroutines are given to end where a test runs alone (default 15s)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	match, err := regexp.Compile(*only)
	if err != nil {
		fmt.Fprintf(os.Stderr, "pairs: -only: %v\n", err)
		os.Exit(2)
	}
	chosen, err := choose(match, *one)
	if err != nil {
		fmt.Fprintf(os.Stderr, "pairs: %v\n", err)
		os.Exit(2)
	}
	if !compareAll(ctx, o, chosen) {
		os.Exit(1)
	}
}

// choose are the pairs that run.
func choose(match *regexp.Regexp, one string) (some []pair, err error) {
	if one != "" {
		f := strings.Split(one, ",")
		if len(f) != 3 && len(f) != 4 {
			return nil, fmt.Errorf("-try: got %q, want module,before,after or module,before,after,run", one)
		}
		return []pair{{Module: f[0], Before: f[1], After: f[2], Run: strings.Join(f[3:], "")}}, nil
	}
	for _, p := range pairs {
		if match.MatchString(p.Module) {
			some = append(some, p)
		}
	}
	return some, nil
}

// compareAll compares the pairs and prints a table. It returns false where one is not as
// it must be.
func compareAll(ctx context.Context, o versions.Options, all []pair) bool {
	rows := table.NewWriter()
	rows.SetStyle(table.StyleLight)
	rows.AppendHeader(table.Row{"module", "before", "after", "fixed", "new", "moved", "stays", "flaky", "wall s", "as it must be"})
	good := true
	for _, p := range all {
		start := time.Now()
		r, err := compare(ctx, o, p)
		if err != nil {
			fmt.Fprintf(os.Stderr, "pairs: %s: %v\n", p.Module, err)
			good = false
			continue
		}
		ok := p.isRight(r)
		good = good && ok
		n := counts(r)
		rows.AppendRow(table.Row{p.Module, p.Before, p.After, n[suite.Fixed], n[suite.New], n[suite.Moved], n[suite.Stays], n[suite.Flaky],
			fmt.Sprintf("%.0f", time.Since(start).Seconds()), ok})
	}
	fmt.Println(rows.Render())
	return good
}

// compare compares one pair, and prints what became of each place.
func compare(ctx context.Context, o versions.Options, p pair) (suite.Result, error) {
	dir, err := os.MkdirTemp("", "pairs-") // in no module
	if err != nil {
		return suite.Result{}, err
	}
	defer os.RemoveAll(dir)
	o.Dir, o.Flags = dir, []string{"-timeout=3m"}
	o.Before, o.After, o.Select = p.Module+"@"+p.Before, p.Module+"@"+p.After, versions.AllPackages
	if p.Run != "" {
		o.Flags = append(o.Flags, "-run="+p.Run)
	}
	if p.Packages != "" {
		o.Packages = strings.Fields(p.Packages)
	}
	r, err := versions.Run(ctx, o, os.Stderr)
	for _, s := range r.Sites {
		fmt.Printf("%s: %s: %s, %d tests %s\n", p.Module, s.Verdict, placeOf(s), len(s.Tests), s.Why)
	}
	return r, err
}

// placeOf is the place of a site without folders.
func placeOf(s suite.Site) string {
	file, line := s.Place()
	if s.Process != nil {
		return s.Process.Command
	}
	return fmt.Sprintf("%s:%d", filepath.Base(file), line)
}

// isRight reports whether the result is what it must be.
func (p pair) isRight(r suite.Result) bool {
	n := counts(r)
	if p.Fixed == "" {
		return n[suite.Fixed] == 0 && n[suite.New] == 0
	}
	for _, s := range r.Sites {
		if s.Verdict == suite.Fixed && placeOf(s) == p.Fixed {
			return true
		}
	}
	return false
}

// counts are how many places have each verdict.
func counts(r suite.Result) map[suite.Verdict]int {
	n := map[suite.Verdict]int{}
	for _, s := range r.Sites {
		n[s.Verdict]++
	}
	return n
}

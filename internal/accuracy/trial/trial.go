// Package trial runs the cases of package taxonomy under leak checkers: package
// leak in each way that it can be called, and goleak. Each case runs in a
// process of its own for each checker.
//
// A program that calls Run must call Child first in its main function or
// TestMain, since the processes are started from its own binary.
package trial

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/watertight-go/watertight/internal/accuracy/taxonomy"
)

// Options say what Run runs. The zero Options run all cases under all checkers.
type Options struct {
	// Checkers are those to ask. Nil means all.
	Checkers []Checker
	// Parallel is the number of processes at a time. Zero means
	// DefaultParallel.
	Parallel int
	// Progress, if set, is called after each answer.
	Progress func(done, of int)
}

// DefaultParallel is the default number of processes at a time. They wait more
// than they compute.
const DefaultParallel = 12

// Outcome holds the answers of the checkers for one case.
type Outcome struct {
	Case taxonomy.Case
	By   map[Checker]Answer
}

// Run runs the cases under the checkers. What goes wrong in one process is in
// its answer; the error is for what stops all of them.
func Run(ctx context.Context, cases []taxonomy.Case, o Options) ([]Outcome, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("trial: run: %w", err)
	}
	temp, err := os.MkdirTemp("", "trial-")
	if err != nil {
		return nil, fmt.Errorf("trial: run: %w", err)
	}
	defer os.RemoveAll(temp)
	outcomes, jobs := plan(cases, o.Checkers)
	var group errgroup.Group
	group.SetLimit(cmp.Or(o.Parallel, DefaultParallel))
	var mu sync.Mutex
	done := 0
	for i, j := range jobs {
		group.Go(func() error {
			a := ask(ctx, exe, filepath.Join(temp, fmt.Sprint(i)), j)
			mu.Lock()
			defer mu.Unlock()
			j.outcome.By[j.checker] = a
			if done++; o.Progress != nil {
				o.Progress(done, len(jobs))
			}
			return nil
		})
	}
	_ = group.Wait() // no job returns an error
	return outcomes, ctx.Err()
}

// job is one case under one checker.
type job struct {
	outcome *Outcome
	checker Checker
}

// plan makes an empty outcome for each case and a job for each of its checkers.
func plan(cases []taxonomy.Case, only []Checker) ([]Outcome, []job) {
	outcomes := make([]Outcome, len(cases))
	var jobs []job
	for i, c := range cases {
		outcomes[i] = Outcome{Case: c, By: map[Checker]Answer{}}
		for _, checker := range checkersOf(c) {
			if only == nil || slices.Contains(only, checker) {
				jobs = append(jobs, job{&outcomes[i], checker})
			}
		}
	}
	return outcomes, jobs
}

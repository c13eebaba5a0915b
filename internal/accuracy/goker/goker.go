// Package goker runs the bug kernels that ship with Go (GoBench's GoKer, in
// GOROOT/src/runtime/testdata) under three witnesses: package leak, goleak and
// the runtime's bare leak profile. What should be found is read from Go's own
// test beside them; nothing of either is copied into this repository.
//
// It knows nothing of how a kernel leaks: a report is right where the entry
// function is in the kernel's list, and unexpected otherwise.
package goker

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/internal/accuracy/goker/witness"
)

// Witnesses are those that each kernel is run under.
var Witnesses = []string{witness.Leak, witness.Goleak, witness.Bare}

// Options say what is run. The zero Options run all kernels under all
// witnesses as often as Go's own test does.
type Options struct {
	// Dir is a folder in this module. Empty means the current one.
	Dir string
	// Only are the kernels to run, by a pattern of their names. Nil means all.
	Only *regexp.Regexp
	// Runs is how often each is run. Zero means as Go's own test does: 11
	// times where it is flaky, 3 times otherwise. Where a witness has not seen
	// all of a kernel's sites by then, every witness runs it as often again,
	// and once more: some bugs come up in one run of twenty.
	Runs int
	// Parallel is the number of processes at a time. Zero means
	// DefaultParallel.
	Parallel int
	// Progress is told after each run, if set.
	Progress func(done, of int)
}

// Result is what all runs of all kernels gave.
type Result struct {
	Kernels []Outcome
	// GoVersion is that of the kernels and of what built them.
	GoVersion string
}

// Outcome is one kernel's.
type Outcome struct {
	Kernel Kernel
	By     map[string]*Tally
}

// Tally is what one witness found in a kernel's runs.
type Tally struct {
	// Runs were made, Hits of them gave at least one expected site.
	Runs, Hits int
	// Found says for each of the kernel's expected sites whether it was
	// found in at least one run.
	Found []bool
	// Unexpected are reports whose entry function is not in the list. A kernel
	// that Go's test does not run has no list that anyone keeps.
	Unexpected []string
	// Unproven are sites that the bare profile found in the same process and
	// package leak did not call proven.
	Unproven []string
	// Bare is how often the bare profile found a site in the same process.
	Bare int
	// Trouble are runs that gave no answer.
	Trouble []string
	// Took is the longest look.
	Took time.Duration
}

// passes is how often the runs of a kernel are made where a site stays unseen.
const passes = 3

// DefaultParallel is how many processes run at a time: they wait more than they
// compute.
const DefaultParallel = 4

// runTimeout bounds one process: the slowest kernel computes for some seconds.
const runTimeout = 90 * time.Second

// Run builds the kernels and runs them. The error is an Unavailable where this
// Go ships none.
func Run(ctx context.Context, o Options) (Result, error) {
	goroot, root, err := goEnv(ctx, o.Dir)
	if err != nil {
		return Result{}, err
	}
	kernels, err := Kernels(goroot)
	if err != nil {
		return Result{}, err
	}
	if o.Only != nil {
		kernels = slices.DeleteFunc(kernels, func(k Kernel) bool { return !o.Only.MatchString(k.Name) })
	}
	temp, err := os.MkdirTemp("", "goker-")
	if err != nil {
		return Result{}, fmt.Errorf("goker: %w", err)
	}
	defer os.RemoveAll(temp)
	version, err := command(ctx, root, "go", "env", "GOVERSION")
	if err != nil {
		return Result{}, err
	}
	r := Result{GoVersion: strings.TrimSpace(version)}
	exe := filepath.Join(temp, "kernels.exe")
	if err := build(ctx, goroot, root, temp, exe); err != nil {
		return r, err
	}
	for _, k := range kernels {
		r.Kernels = append(r.Kernels, newOutcome(k))
	}
	pending := make([]*Outcome, len(r.Kernels))
	for i := range r.Kernels {
		pending[i] = &r.Kernels[i]
	}
	for range passes {
		runAll(ctx, exe, temp, pending, o)
		pending = slices.DeleteFunc(pending, (*Outcome).seen)
	}
	return r, ctx.Err()
}

// seen reports whether every witness has seen all of the kernel's sites, or has
// no way to.
func (o *Outcome) seen() bool {
	for _, t := range o.By {
		cannot := t.Runs > 0 && len(t.Trouble) == t.Runs
		if slices.Contains(t.Found, false) && !cannot {
			return false
		}
	}
	return true
}

func newOutcome(k Kernel) Outcome {
	o := Outcome{Kernel: k, By: map[string]*Tally{}}
	for _, w := range Witnesses {
		o.By[w] = &Tally{Found: make([]bool, len(k.Expected))}
	}
	return o
}

// runAll runs each kernel under each witness, a few processes at a time.
func runAll(ctx context.Context, exe, temp string, outcomes []*Outcome, o Options) {
	type job struct {
		outcome *Outcome
		witness string
	}
	var jobs []job
	for _, outcome := range outcomes {
		for range cmp.Or(o.Runs, outcome.Kernel.runs()) {
			for _, w := range Witnesses {
				jobs = append(jobs, job{outcome, w})
			}
		}
	}
	var g errgroup.Group
	g.SetLimit(cmp.Or(o.Parallel, DefaultParallel))
	var mu sync.Mutex
	done := 0
	for i, j := range jobs {
		g.Go(func() error {
			file := filepath.Join(temp, fmt.Sprintf("answer-%d", i))
			a := runOne(ctx, exe, file, j.outcome.Kernel, j.witness)
			mu.Lock()
			defer mu.Unlock()
			j.outcome.By[j.witness].add(j.outcome.Kernel, a)
			if done++; o.Progress != nil {
				o.Progress(done, len(jobs))
			}
			return nil
		})
	}
	_ = g.Wait() // what went wrong is in the tallies
}

// add counts one run's answer.
func (t *Tally) add(k Kernel, a witness.Answer) {
	t.Runs++
	t.Took = max(t.Took, a.Took)
	if a.Trouble != "" {
		t.Trouble = append(t.Trouble, a.Trouble)
		return
	}
	hit := false
	for _, s := range a.Sites {
		at, known := k.match(s)
		for _, i := range at {
			t.Found[i], hit = true, true
		}
		if !known && k.Listed {
			t.Unexpected = append(t.Unexpected, text(s))
		}
	}
	if hit {
		t.Hits++
	}
	t.Bare += len(a.Bare)
	for _, b := range a.Bare {
		if !slices.ContainsFunc(a.Sites, func(s witness.Site) bool {
			return s.Entry == b.Entry && s.State == b.State && s.Class == leak.Proven
		}) {
			t.Unproven = append(t.Unproven, text(b))
		}
	}
}

// match gives the expected sites that s is, and whether its entry function is
// in the list at all.
func (k Kernel) match(s witness.Site) (at []int, known bool) {
	for i, re := range k.Expected {
		if re.MatchString(text(s)) {
			at = append(at, i)
		}
		function, _, _ := strings.Cut(re.String(), `.* \[`)
		known = known || regexp.MustCompile(function).MatchString(text(s))
	}
	return at, known
}

// text is a site as Go's test writes it, as in "F.func1() [chan receive]".
func text(s witness.Site) string {
	return fmt.Sprintf("%s() [%s]", strings.TrimPrefix(s.Entry, "main."), s.State)
}

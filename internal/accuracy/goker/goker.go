// Package goker runs the bug kernels that ship with Go (GoBench's GoKer, in
// GOROOT/src/runtime/testdata) under three witnesses: package leak, goleak and
// the runtime's own leak profile. The expected results are read from Go's own
// test; neither the kernels nor the test are copied into this repository.
//
// It does not know how a kernel leaks. A reported goroutine is right if its entry
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

	"github.com/watertight-go/watertight/internal/accuracy/goker/witness"
	"github.com/watertight-go/watertight/leak"
)

// Witnesses are the checkers that each kernel is run under.
var Witnesses = []string{witness.Leak, witness.Goleak, witness.Bare}

// Options say what is run. The zero Options run all kernels under all
// witnesses as often as Go's own test does.
type Options struct {
	// Dir is a folder in this module. Empty means the current one.
	Dir string
	// Only are the kernels to run, by a pattern of their names. Nil means all.
	Only *regexp.Regexp
	// Runs is how often each kernel is run. Zero means as often as Go's own
	// test does: 11 times for a flaky kernel, 3 times otherwise. While a witness
	// has not seen all of a kernel's sites, all runs are repeated, up to twice:
	// some bugs show in one run of twenty.
	Runs int
	// Parallel is the number of processes at a time. Zero means
	// DefaultParallel.
	Parallel int
	// Progress, if set, is called after each run.
	Progress func(done, of int)
}

// Result holds the outcomes of all kernels.
type Result struct {
	Kernels []Outcome
	// GoVersion is the version of the kernels and of the compiler.
	GoVersion string
}

// Outcome is what the witnesses found in one kernel.
type Outcome struct {
	Kernel Kernel
	By     map[string]*Counters
}

// Counters is what one witness found in a kernel's runs.
type Counters struct {
	// Runs is the number of runs. Hits is the number of runs in which at least
	// one expected site was found.
	Runs, Hits int
	// Found says for each of the kernel's expected sites whether it was
	// found in at least one run.
	Found []bool
	// Unexpected are reports whose entry function is not in the list. They are
	// not collected for a kernel that Go's test does not run: nobody keeps its
	// list up to date.
	Unexpected []string
	// Unproven are sites that the bare profile found in the same process and
	// package leak did not call proven.
	Unproven []string
	// Bare is the number of sites that the bare profile found in the same
	// process.
	Bare int
	// Trouble are the errors of runs without an answer.
	Trouble []string
	// Took is the longest time that a check took.
	Took time.Duration
}

// passes bounds how often the runs of a kernel are made while a site is unseen.
const passes = 3

// DefaultParallel is the default number of processes at a time. They wait more
// than they compute.
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
	o := Outcome{Kernel: k, By: map[string]*Counters{}}
	for _, w := range Witnesses {
		o.By[w] = &Counters{Found: make([]bool, len(k.Expected))}
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
	_ = g.Wait() // no job returns an error
}

// add counts one run's answer.
func (c *Counters) add(k Kernel, a witness.Answer) {
	c.Runs++
	c.Took = max(c.Took, a.Took)
	if a.Trouble != "" {
		c.Trouble = append(c.Trouble, a.Trouble)
		return
	}
	hit := false
	for _, s := range a.Sites {
		at, known := k.match(s)
		for _, i := range at {
			c.Found[i], hit = true, true
		}
		if !known && k.Listed {
			c.Unexpected = append(c.Unexpected, text(s))
		}
	}
	if hit {
		c.Hits++
	}
	c.Bare += len(a.Bare)
	for _, b := range a.Bare {
		if !slices.ContainsFunc(a.Sites, func(s witness.Site) bool {
			return s.Entry == b.Entry && s.State == b.State && s.Class == leak.Proven
		}) {
			c.Unproven = append(c.Unproven, text(b))
		}
	}
}

// match returns the indexes of the expected sites that s matches, and whether
// its entry function is in the list at all.
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

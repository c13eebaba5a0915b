package leak

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/search"
)

// Options say what to look for, and how long to wait. The zero Options are
// for goroutines only, fail on all four classes and prove what can be proven.
//
// Where a function takes several Options they are joined: lists and labels add up,
// switches are on where one is, and of other values the last one that is set counts.
type Options struct {
	// Settle is how long goroutines are given to end, from the start of the
	// search. Goroutines that are proven to be stuck get no time. Zero means five
	// seconds, a negative time none at all. Time in which the process stood still does
	// not count, nor, up to three times, that in which goroutines are still created.
	// What waits for a timer that fires once, or sleeps, gets up to three times as
	// long, where at most 100 are left. Repeat and Rounds give as long to
	// timers that have yet to fire.
	Settle time.Duration
	// SettleClass is the same for some of the classes, in place of Settle. Zero
	// and negative times mean none at all.
	SettleClass map[Class]time.Duration
	// Allow are goroutines that may stay, each with the reason.
	Allow []Allow
	// Fail are the classes that count as findings. Nil means all four.
	Fail []Class
	// NoProof never asks the garbage collector for proof. A pass takes as long as a
	// collection, and much longer where thousands of goroutines each hold what the
	// next one waits for.
	NoProof bool
	// Heap compares the bytes held by heap objects and stacks with the
	// baseline. It costs two collections in Take and two in Find, and belongs
	// to the whole process.
	Heap bool
	// Descriptors compares the number of open descriptors with the baseline.
	// It belongs to the whole process.
	Descriptors bool
	// Labels limits the search to goroutines that have all of these pprof labels.
	// Goroutines inherit labels from the one that created them. It needs Go 1.26.
	Labels map[string]string
	// Plan says how Repeat and Rounds proceed. Find, Check and VerifyTestMain do
	// not read it.
	Plan Plan
}

// Allow describes goroutines that may stay. A report ends each finding with the entry for
// it. All fields that are set must match. Function names are as in a stack trace, as in
// "example.com/pool.(*Pool).worker"; one that ends in "*" matches by prefix.
type Allow struct {
	// Func is a function anywhere in the stack, Top the topmost one.
	Func, Top string
	// CreatedBy is the function that has the go statement. At is its place: a
	// file's name or the end of its path, with or without a line, as in "pool.go"
	// or "pool/pool.go:42". Where a library has the go statement, as sync.WaitGroup.Go
	// and errgroup.Group.Go do, each matches the function that the library runs, too,
	// which the report shows as "running ... at ...".
	CreatedBy, At string
	// Label and Value are a pprof label. An empty Value matches any value. They
	// need Go 1.26.
	Label, Value string
	// Process is a child process, by the name of its program without a folder, as in
	// "postgres". "*" allows all of them. It must be alone in its entry.
	Process string
	// Reason is printed with the report. Required.
	Reason string
}

// defaultSettle is Options.Settle where it is zero.
const defaultSettle = 5 * time.Second

// settle gives the times of all classes.
func (o Options) settle() search.Settle {
	of := func(c Class) time.Duration {
		d, ok := o.SettleClass[c]
		if !ok {
			d = cmp.Or(o.Settle, defaultSettle)
		}
		return max(d, 0)
	}
	return search.Settle{Blocked: of(Blocked), Waiting: of(Waiting), Running: of(Running)}
}

// fails reports whether goroutines of the class are findings.
func (o Options) fails(c Class) bool { return o.Fail == nil || slices.Contains(o.Fail, c) }

func (o Options) allowsByLabel() bool {
	return slices.ContainsFunc(o.Allow, func(a Allow) bool { return a.Label != "" })
}

// search is the search for goroutines created since base.
func (o Options) search(base *Snapshot) search.Config {
	c := search.Config{Baseline: base.goroutines, Settle: o.settle(), Labels: o.Labels, NoProof: o.NoProof}
	for _, a := range o.Allow {
		if a.Process == "" {
			c.Allow = append(c.Allow, a.goroutines())
		}
	}
	for _, class := range o.Fail {
		c.Fail = append(c.Fail, inspect.Class(class))
	}
	return c
}

// validate returns every mistake in the options.
func (o Options) validate() error {
	var errs []error
	for i, a := range o.Allow {
		for _, mistake := range a.mistakes() {
			errs = append(errs, fmt.Errorf("options.Allow[%d]: %s", i, mistake))
		}
	}
	for _, c := range o.Fail {
		errs = append(errs, c.validate("options.Fail"))
	}
	for c := range o.SettleClass {
		errs = append(errs, c.validate("options.SettleClass"))
	}
	if len(o.Labels) > 0 && !dump.LabelsPossible() {
		errs = append(errs, errors.New("options.Labels: this Go prints no labels in stack dumps, want Go 1.26 or later"))
	}
	errs = append(errs, o.Plan.validate())
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("leak: options: %w", err)
	}
	return nil
}

// mistakes are those in one entry.
func (a Allow) mistakes() (all []string) {
	goroutines := a.goroutines() != (inspect.Allow{Reason: a.Reason})
	if !goroutines && a.Process == "" {
		all = append(all, "got no condition, want Func, Top, CreatedBy, At, Label or Process")
	}
	if goroutines && a.Process != "" {
		all = append(all, fmt.Sprintf("got Process %q beside conditions on goroutines, want two entries", a.Process))
	}
	if a.Value != "" && a.Label == "" {
		all = append(all, fmt.Sprintf("got Value %q without a Label, want the Label that has it", a.Value))
	}
	if a.Reason == "" {
		all = append(all, "got no Reason, want why these goroutines may stay")
	}
	return all
}

// validate reports a class that there is not.
func (c Class) validate(where string) error {
	if !slices.Contains(allClasses, c) {
		return fmt.Errorf("%s: got class %q, want one of %q", where, c, allClasses)
	}
	return nil
}

// merge joins several options.
func merge(all []Options) Options {
	var o Options
	for _, next := range all {
		o.Allow = append(o.Allow, next.Allow...)
		o.Fail = append(o.Fail, next.Fail...)
		o.Heap = o.Heap || next.Heap
		o.Descriptors = o.Descriptors || next.Descriptors
		o.NoProof = o.NoProof || next.NoProof
		o.Settle = cmp.Or(next.Settle, o.Settle)
		o.SettleClass = join(o.SettleClass, next.SettleClass)
		o.Labels = join(o.Labels, next.Labels)
		o.Plan = o.Plan.merge(next.Plan)
	}
	return o
}

// join adds next to a map; nil where both are.
func join[K comparable, V any](m, next map[K]V) map[K]V {
	if m == nil && next != nil {
		m = map[K]V{}
	}
	maps.Copy(m, next)
	return m
}

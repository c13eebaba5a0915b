package leak

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// defaultSettle is Options.Settle where it is zero.
const defaultSettle = 5 * time.Second

// Options say how Find looks. The zero Options look at goroutines only, fail on
// all four classes and prove what can be proven.
type Options struct {
	// Settle is how long goroutines are given to end, from the start of the
	// search. Goroutines that are proven to be stuck get no time. Zero means five
	// seconds, a negative time none at all. Repeat and Rounds give as long to
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
	// next waits for.
	NoProof bool
	// Heap compares the bytes held by heap objects and stacks with the
	// baseline. It costs two collections in Take and two in Find, and belongs
	// to the whole process.
	Heap bool
	// Descriptors compares the number of open descriptors with the baseline.
	// It belongs to the whole process.
	Descriptors bool
	// Labels limits the look to goroutines that carry all of these pprof
	// labels. Goroutines inherit labels from the one that created them.
	Labels map[string]string
	// Plan says how Repeat and Rounds go about it. Find, Check and
	// VerifyTestMain do not read it.
	Plan Plan
}

// settleOf is how long goroutines of a class are given to end, from the start of
// the search. What is proven needs no time.
func (o Options) settleOf(c Class) time.Duration {
	if c == Proven {
		return 0
	}
	if d, ok := o.SettleClass[c]; ok {
		return max(d, 0)
	}
	return max(cmp.Or(o.Settle, defaultSettle), 0)
}

// shortestSettle is the budget that is over first.
func (o Options) shortestSettle() time.Duration {
	return min(o.settleOf(Blocked), o.settleOf(Waiting), o.settleOf(Running))
}

// capped is o with no budget above limit.
func (o Options) capped(limit time.Duration) Options {
	limit = max(limit, time.Nanosecond)
	budgets := map[Class]time.Duration{}
	for _, c := range []Class{Blocked, Waiting, Running} {
		budgets[c] = min(o.settleOf(c), limit)
	}
	o.SettleClass = budgets
	return o
}

// Allow describes goroutines that may stay. All fields that are set must
// match. Function names are as in a stack trace, as in
// "example.com/pool.(*Pool).worker"; one that ends in "*" matches by prefix.
type Allow struct {
	// Func is a function anywhere in the stack, Top the topmost one.
	Func, Top string
	// CreatedBy is the function that has the go statement, At its place: a file's
	// name or the end of its path, with or without a line, as in "pool.go",
	// "pool/pool.go:42".
	CreatedBy, At string
	// Label and Value are a pprof label. An empty Value matches any value.
	Label, Value string
	// Reason is printed with the report. Required.
	Reason string
}

// validate names everything in the options that makes no sense.
func (o Options) validate() error {
	var errs []error
	for i, a := range o.Allow {
		if a.Func == "" && a.Top == "" && a.CreatedBy == "" && a.At == "" && a.Label == "" {
			errs = append(errs, fmt.Errorf("options.Allow[%d]: got no condition, want Func, Top, CreatedBy, At or Label", i))
		}
		if a.Value != "" && a.Label == "" {
			errs = append(errs, fmt.Errorf("options.Allow[%d]: got Value %q without a Label, want the Label that has it", i, a.Value))
		}
		if a.Reason == "" {
			errs = append(errs, fmt.Errorf("options.Allow[%d]: got no Reason, want why these goroutines may stay", i))
		}
	}
	for _, c := range o.Fail {
		if !slices.Contains(allClasses, c) {
			errs = append(errs, fmt.Errorf("options.Fail: got class %q, want one of %q", c, allClasses))
		}
	}
	for c := range o.SettleClass {
		if !slices.Contains(allClasses, c) {
			errs = append(errs, fmt.Errorf("options.SettleClass: got class %q, want one of %q", c, allClasses))
		}
	}
	if err := o.Plan.validate(); err != nil {
		errs = append(errs, err)
	}
	if len(errs) > 0 {
		return fmt.Errorf("leak: options: %w", errors.Join(errs...))
	}
	return nil
}

// merge folds several options into one: lists and labels add up, the last
// value that is set wins elsewhere.
func merge(all []Options) Options {
	var o Options
	for _, next := range all {
		o.Allow = append(o.Allow, next.Allow...)
		o.Fail = append(o.Fail, next.Fail...)
		o.Heap = o.Heap || next.Heap
		o.Descriptors = o.Descriptors || next.Descriptors
		o.Plan = o.Plan.merge(next.Plan)
		o.NoProof = o.NoProof || next.NoProof
		o.Settle = cmp.Or(next.Settle, o.Settle)
		for c, d := range next.SettleClass {
			if o.SettleClass == nil {
				o.SettleClass = map[Class]time.Duration{}
			}
			o.SettleClass[c] = d
		}
		for k, v := range next.Labels {
			if o.Labels == nil {
				o.Labels = map[string]string{}
			}
			o.Labels[k] = v
		}
	}
	return o
}

// placeMatches reports whether a file and line are at the wanted place.
func placeMatches(want, file string, line int) bool {
	got := file
	if i := strings.LastIndexByte(want, ':'); i >= 0 && strings.Trim(want[i+1:], "0123456789") == "" {
		got = fmt.Sprintf("%s:%d", file, line)
	}
	rest, ok := strings.CutSuffix(got, want)
	return ok && (rest == "" || strings.HasSuffix(rest, "/") || strings.HasPrefix(want, "/"))
}

// nameMatches reports whether a function name is the wanted one.
func nameMatches(want, got string) bool {
	if prefix, ok := strings.CutSuffix(want, "*"); ok {
		return strings.HasPrefix(got, prefix)
	}
	return want == got
}

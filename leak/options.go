package leak

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// DefaultSettle is how long a goroutine that is not proven to be stuck is given
// to end, where Settle does not say otherwise.
const DefaultSettle = 5 * time.Second

// Options say how Find looks. The zero Options look at goroutines only, fail on
// all four classes and prove what can be proven.
type Options struct {
	// Settle is how long goroutines are given to end.
	Settle Settle
	// Allow are goroutines that may stay, each with the reason.
	Allow []Allow
	// Fail are the classes that count as findings. Nil means all four.
	Fail []Class
	// Proof says whether the leak profile is used. Empty means ProofAuto.
	Proof Proof
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

// Settle is how long goroutines of each class are given to end, from the start
// of Find. Zero means DefaultSettle; a negative time means none at all. Repeat
// and Rounds give as long as Waiting to timers that have yet to fire.
type Settle struct {
	Blocked, Waiting, Running time.Duration
}

// SettleFor gives every class the same budget.
func SettleFor(d time.Duration) Settle {
	return Settle{Blocked: d, Waiting: d, Running: d}
}

// of is the budget of one class. What is proven needs none.
func (s Settle) of(c Class) time.Duration {
	d := time.Duration(0)
	switch c {
	case Proven:
		return 0
	case Blocked:
		d = s.Blocked
	case Waiting:
		d = s.Waiting
	default:
		d = s.Running
	}
	if d == 0 {
		return DefaultSettle
	}
	return max(d, 0)
}

// shortest is the budget that is over first.
func (s Settle) shortest() time.Duration {
	return min(s.of(Blocked), s.of(Waiting), s.of(Running))
}

// capped is s with no budget above limit.
func (s Settle) capped(limit time.Duration) Settle {
	limit = max(limit, time.Nanosecond)
	return Settle{
		Blocked: min(s.of(Blocked), limit),
		Waiting: min(s.of(Waiting), limit),
		Running: min(s.of(Running), limit),
	}
}

// Proof says whether Find asks the garbage collector for proof.
type Proof string

const (
	// ProofAuto asks for it where this Go has the leak profile.
	ProofAuto Proof = "auto"
	// ProofOff never asks. A pass takes as long as a collection, and much
	// longer where thousands of goroutines each hold what the next waits for.
	ProofOff Proof = "off"
)

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
	if !slices.Contains([]Proof{"", ProofAuto, ProofOff}, o.Proof) {
		errs = append(errs, fmt.Errorf("options.Proof: got %q, want %q or %q", o.Proof, ProofAuto, ProofOff))
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
		if next.Proof != "" {
			o.Proof = next.Proof
		}
		for _, f := range []struct{ to, from *time.Duration }{
			{&o.Settle.Blocked, &next.Settle.Blocked},
			{&o.Settle.Waiting, &next.Settle.Waiting},
			{&o.Settle.Running, &next.Settle.Running},
		} {
			if *f.from != 0 {
				*f.to = *f.from
			}
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

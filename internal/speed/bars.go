package main

import (
	"fmt"
	"io"
	"time"
)

// settle is how long package leak waits for goroutines to end, by default.
const settle = 5 * time.Second

// bar is one requirement, with the measured value.
type bar struct {
	what, got, want string
	ok              bool
}

// printBars prints every requirement on the rows, and returns how many of them
// are missed.
func printBars(w io.Writer, rows []*row) (missed int) {
	fmt.Fprintln(w)
	for _, r := range rows {
		for _, b := range r.bars() {
			verdict := "reached"
			if !b.ok {
				verdict = "MISSED"
				missed++
			}
			fmt.Fprintf(w, "%-8s %-26s %-32s %s (want %s)\n", verdict, r.name(), b.what, b.got, b.want)
		}
	}
	return missed
}

func (r *row) bars() []bar {
	switch {
	case r.kind.name == "chain":
		return r.chainBars()
	case !r.kind.leaves:
		return []bar{atLeast("times faster", r.ratio(wall), 1)}
	}
	var bars []bar
	if r.kind.name == "reachable" {
		bars = r.unprovenBars()
	} else {
		bars = []bar{atLeast("times faster", r.ratio(wall), r.provenFactor())}
	}
	if r.n >= many {
		bars = append(bars, atLeast("times less allocated", r.ratio(alloc), 10))
		if r.median(ours, peak) > 0 {
			bars = append(bars, atLeast("times less peak RSS above before", r.ratio(growth), 5))
		}
	}
	return bars
}

// factor is how many times faster than goleak package leak must be.
func (r *row) factor() float64 {
	if r.n >= many {
		return 80
	}
	return 50
}

// provenFactor is factor where all that is left is proven to be stuck. Check makes one dump
// more than Find, before the test.
func (r *row) provenFactor() float64 {
	switch {
	case r.call != callFind:
		return r.factor()
	case r.n >= many:
		return 110
	}
	return 80
}

// unprovenBars are for a case without proof. There package leak waits for its
// whole settle time, so the requirements are on the time beyond it and on the
// work within it.
func (r *row) unprovenBars() []bar {
	allowed := r.median(theirs, wall) / r.factor()
	beyond := r.median(ours, wall) - float64(settle)
	return []bar{
		atMost("time beyond the settle budget", beyond, allowed),
		atMost("work", r.median(ours, busy), allowed),
	}
}

func (r *row) chainBars() []bar {
	passes := 0
	for _, s := range r.samples[ours] {
		passes = max(passes, s.Passes)
	}
	got := fmt.Sprintf("%d of %s", passes, duration(r.median(ours, proof)))
	return []bar{{"passes of the profile", got, "at most 1", passes <= 1}}
}

func atLeast(what string, got, want float64) bar {
	return bar{what, fmt.Sprintf("%.1f", got), fmt.Sprintf("at least %.0f", want), got >= want}
}

func atMost(what string, got, want float64) bar {
	return bar{what, time.Duration(got).Round(10 * time.Microsecond).String(), "at most " + duration(want), got <= want}
}

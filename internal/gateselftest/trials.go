package main

import "fmt"

// trial is a test of the gate that runs n times.
type trial struct {
	name string
	// defect is the planted defect; empty: none.
	defect string
	// row is the end of the name of the row that must be worse, so that a defect
	// is not found by chance.
	row string
	// measure is what the gate measures. Empty: what make check measures, compared
	// with the committed baseline.
	measure string
	// outputs are compared in place of runs; nil for a trial of runs.
	outputs *outputs
	// busy keeps all processors busy meanwhile.
	busy bool
	n    int
	// wants says what the counts must be. failure is what they are instead; empty
	// where they are as wanted.
	wants   string
	failure func(counts) string
}

// counts are the results of a trial. caught is exit code 1 with the row named, unsure
// is exit code 0 with an unsure row, passed is exit code 0 without, trouble is
// anything else.
type counts struct {
	caught, unsure, passed, trouble int
	notes                           []string
}

// trials are all trials. The slow ones run a fifth of n times.
func trials(n int) []trial {
	few := max(1, n/5)
	slow := n - 2*n/25
	all := func(n int) string { return fmt.Sprintf("caught: %d", n) }
	return append(outputTrials(), []trial{
		{name: "same code", measure: "costs,times", n: n, failure: noAlarm, wants: "no false alarm"},
		{name: "slow +25 %", defect: "slow", row: "/time", measure: "costs,times", n: n, failure: caught(slow), wants: all(slow)},
		{name: "goroutine leak", defect: "goroutine", row: "/goroutines", measure: "costs", n: n, failure: caught(n), wants: all(n)},
		{name: "descriptor leak", defect: "descriptor", row: "/descriptors", measure: "costs", n: n, failure: caught(n), wants: all(n)},
		{name: "memory leak", defect: "memory", row: "/retained-bytes", measure: "costs", n: n, failure: caught(n), wants: all(n)},
		{name: "busy, same code", busy: true, measure: "costs,times", n: n, failure: noAlarm, wants: "no false alarm"},
		{name: "busy, slow +25 %", defect: "slow", row: "/time", busy: true, measure: "costs,times", n: n, failure: nonePassed, wants: "none passed"},
		{name: "check: as it is", n: few, failure: noAlarm, wants: "no false alarm"},
		{name: "check: leaks", defect: "goroutine", row: "/goroutines", n: few, failure: caught(few), wants: all(few)},
		{name: "check: partial", defect: "partial", row: "/clause-3", n: few, failure: caught(few), wants: all(few)},
		{name: "check: twice slow", defect: "twice-as-slow", row: "/time", n: few, failure: caught(few), wants: all(few)},
	}...)
}

// outputTrials are those of stress gate -bench. They take no time, and so run often.
func outputTrials() []trial {
	const n = 60
	all := fmt.Sprintf("caught: %d", n)
	return []trial{
		{name: "counts, same code", n: n, outputs: &outputs{all: byChance, factor: 1}, failure: nothingFound, wants: "all passed"},
		{name: "counts, 2 more", n: n, row: "/op", outputs: &outputs{all: byChance, factor: 1, rise: 2}, failure: caught(n), wants: all},
		{name: "speeds, same code", n: n, outputs: &outputs{all: speeds, factor: 1}, failure: nothingFound, wants: "all passed"},
		{name: "speeds, -9.5 %", n: n, outputs: &outputs{all: speeds, factor: .905, threshold: "MB/s=11%,req/s=-11%,ops/s=-11%"}, failure: nothingFound, wants: "all passed"},
		{name: "speeds, -15 %", n: n, row: "/s", outputs: &outputs{all: speeds, factor: .85, threshold: "MB/s=10%,req/s=-10%"}, failure: caught(n), wants: all},
		{name: "speeds, +15 %", n: n, outputs: &outputs{all: speeds, factor: 1.15}, failure: nothingFound, wants: "all passed"},
	}
}

// nothingFound wants each run to pass, without an unsure row.
func nothingFound(c counts) string {
	if c.caught+c.trouble+c.unsure > 0 {
		return fmt.Sprintf("%d alarms and %d unsure, want none", c.caught+c.trouble, c.unsure)
	}
	return ""
}

// caught wants at least this many runs to find the defect.
func caught(least int) func(counts) string {
	return func(c counts) string {
		if c.caught < least {
			return fmt.Sprintf("caught %d, want %d", c.caught, least)
		}
		return ""
	}
}

// noAlarm wants no run to find a defect.
func noAlarm(c counts) string {
	if c.caught+c.trouble > 0 {
		return fmt.Sprintf("%d false alarms, want none", c.caught+c.trouble)
	}
	return ""
}

// nonePassed wants each run to find the defect or to be unsure.
func nonePassed(c counts) string {
	if c.passed+c.trouble > 0 {
		return fmt.Sprintf("%d passed, want none", c.passed+c.trouble)
	}
	return ""
}

// Package gate holds a run against a committed baseline, or one `go test -bench`
// output against another, row by row, and says which rows are worse.
//
// What is exact (verdicts, goroutines, descriptors, retained bytes, allocations)
// blocks by itself. Time blocks only as a ratio to the floor of the same run, by
// a Mann-Whitney test and an effect above both the threshold and the noise that
// the run shows in itself, and only if a confirming batch says the same. A row
// that cannot be told is named as unsure: it is never a pass.
package gate

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Status is what became of one row.
type Status string

const (
	// OK: as good as the baseline.
	OK Status = "ok"
	// Better: better than the baseline by more than may be chance.
	Better Status = "better"
	// Worse: worse than the baseline. It fails the gate.
	Worse Status = "worse"
	// Waived: worse, and accepted by a waiver.
	Waived Status = "waived"
	// Unsure: the measurement cannot tell. It fails only a strict gate.
	Unsure Status = "unsure"
	// New: not in the baseline. It fails only a strict gate.
	New Status = "new"
	// Missing: in the baseline, and not measured.
	Missing Status = "missing"
	// Unknown: the harness could not look.
	Unknown Status = "unknown"
)

// Row is one figure, beside what the baseline says.
type Row struct {
	// Name is the row's, as waivers name it: "reference/normal/clause-3".
	Name   string `json:"name"`
	Status Status `json:"status"`
	// Got and Want say what was measured and what the baseline allows.
	Got  string `json:"got"`
	Want string `json:"want"`
	// Note says why, where the status does not say it all.
	Note string `json:"note,omitempty"`

	// value is Got as a number, for a waiver's ceiling; ceiled says that it has one.
	value  float64
	ceiled bool
	// again says that a confirming batch would settle the row.
	again bool
}

// Result is the answer of a gate.
type Result struct {
	// Against is the baseline in words.
	Against string `json:"against"`
	Rows    []Row  `json:"rows"`
	// LeftOut are kinds of rows that were not asked for. Warnings are about the
	// comparison as a whole, Failures fail it.
	LeftOut  []string `json:"leftOut,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
	Failures []string `json:"failures,omitempty"`
}

// Options say how rows are compared. The zero Options take the defaults.
type Options struct {
	// Threshold is the effect, as a part of the whole, above which time is
	// worse. Zero means DefaultThreshold, a negative number none at all.
	Threshold float64
	// Alpha is the level of the Mann-Whitney test. Zero means DefaultAlpha.
	Alpha float64
	// Measure are the kinds of rows that are compared. Empty means all.
	Measure []Kind
	// Waivers accept rows that are worse.
	Waivers []Waiver
	// Now is the day on which waivers expire. Zero means today.
	Now time.Time
}

// Kind is a kind of rows.
type Kind string

const (
	// Cells are verdicts and what scenarios leave behind.
	Cells Kind = "cells"
	// Costs are allocations and what requests leave behind.
	Costs Kind = "costs"
	// Times are the time of requests, beside the floor.
	Times Kind = "times"
)

// Kinds are all of them.
var Kinds = []Kind{Cells, Costs, Times}

const (
	// DefaultThreshold is Options.Threshold where it is zero.
	DefaultThreshold = 0.12
	// ForeignThreshold is the least threshold on a machine other than the
	// baseline's: there the ratio to the floor is another too.
	ForeignThreshold = 0.6
	// DefaultAlpha is Options.Alpha where it is zero.
	DefaultAlpha = 0.01
	// LeastAlpha is the lowest level that makes sense: MinSamples on each side
	// cannot differ by less chance than 0.00001.
	LeastAlpha = 0.0001
	// MinSamples is how many samples each side of a comparison needs.
	MinSamples = 10
)

func (o Options) withDefaults() Options {
	if o.Threshold == 0 {
		o.Threshold = DefaultThreshold
	}
	o.Threshold = max(o.Threshold, 0)
	if o.Alpha == 0 {
		o.Alpha = DefaultAlpha
	}
	if len(o.Measure) == 0 {
		o.Measure = Kinds
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	return o
}

// Count is how many rows have one of the statuses.
func (r Result) Count(statuses ...Status) int {
	n := 0
	for _, row := range r.Rows {
		for _, s := range statuses {
			if row.Status == s {
				n++
			}
		}
	}
	return n
}

// Again says that a confirming batch is needed to tell.
func (r Result) Again() bool {
	for _, row := range r.Rows {
		if row.again {
			return true
		}
	}
	return false
}

// Strictness says what a gate makes of doubt.
type Strictness string

const (
	// Lenient lets what is unsure or new pass, with a warning.
	Lenient Strictness = "lenient"
	// Strict does not.
	Strict Strictness = "strict"
)

// ExitCode is the answer as a process's exit code: 1 where a row is worse or a
// waiver has expired, which stands whatever else could not be looked at; 2 where
// a row is missing or unknown, or a strict gate is in doubt; else 0.
func (r Result) ExitCode(s Strictness) int {
	switch {
	case r.Count(Worse) > 0 || len(r.Failures) > 0:
		return 1
	case r.Count(Missing, Unknown) > 0 || len(r.Rows) == 0:
		return 2
	case s == Strict && (r.Count(Unsure, New) > 0 || len(r.Warnings) > 0):
		return 2
	}
	return 0
}

// printable spells out nothing but what prints: names come from files.
func printable(s string) string {
	if len(s) > 300 {
		s = s[:300] + "…"
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}

// percent is an effect, as in "+25.1 %".
func percent(effect float64) string { return fmt.Sprintf("%+.1f %%", 100*effect) }

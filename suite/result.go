package suite

import (
	"cmp"
	"slices"
	"time"
)

// Schema is the version of Result's JSON form. A reader refuses other majors.
const Schema = "watertight.tests/1"

// Verdict is what is said of a place beside what was known of it, or what another
// version showed.
type Verdict string

const (
	// Found: there is nothing to compare with.
	Found Verdict = "found"
	// New: it is in the later version, or not in the list of known leaks.
	New Verdict = "new"
	// Fixed: it was in the earlier version, or is in the list, and is left no more.
	Fixed Verdict = "fixed"
	// Stays: both versions show it.
	Stays Verdict = "stays"
	// Moved: both show it, created by another function.
	Moved Verdict = "moved"
	// Flaky: some runs of a version show it and others do not, which decides nothing.
	Flaky Verdict = "flaky"
	// NotComparable: only tests show it that failed, did not end or do not exist in one of
	// the versions.
	NotComparable Verdict = "not comparable"
	// Known: it is in the list of known leaks.
	Known Verdict = "known"
	// Expired: it is in the list, and the date until which it is known is over.
	Expired Verdict = "expired"
)

// Verdicts are all of them, those that matter most first: in this order reports tell them.
var Verdicts = []Verdict{New, Found, Expired, Fixed, Moved, Stays, Flaky, NotComparable, Known}

// Fails reports whether a place with this verdict fails a run.
func (v Verdict) Fails() bool { return v == Found || v == New || v == Expired }

// Result is what a run of one version came to, or of two. Every form of report is made
// of it.
type Result struct {
	// Schema is the version of the JSON form, as Schema.
	Schema string `json:"schema"`
	Setup  Setup  `json:"setup"`
	// Created is when the run began, and Partial why it is not whole; empty for a whole
	// one.
	Created time.Time `json:"created,omitzero"`
	Partial string    `json:"partial,omitempty"`
	// ReportOnly: leaks do not fail the run.
	ReportOnly bool `json:"reportOnly,omitempty"`
	// Before is the earlier version; nil where there is one version only.
	Before *Side `json:"before,omitempty"`
	After  Side  `json:"after"`
	// Sites are the places that leak or leaked, those that matter most first.
	Sites []Site `json:"sites"`
	// Growth is what tests leave more of round by round, where they ran in rounds.
	Growth []Growth `json:"growth,omitempty"`
	// The rest is that of a comparison of two versions.

	// NotCompared are the tests of which nothing can be said.
	NotCompared []NotCompared `json:"notCompared,omitempty"`
	// Allocations are the tests that allocate more or less than before, those that changed
	// most first. They fail nothing.
	Allocations []Allocation `json:"allocations,omitempty"`
	// Unchanged is how many packages with tests did not run, since nothing that their
	// tests are built of differs.
	Unchanged int `json:"unchanged,omitempty"`
	// Warnings say what is not as a reader may expect, one sentence each.
	Warnings []string `json:"warnings,omitempty"`
}

// NotCompared is a test, or a package where Test is empty, that did not run to its end
// in the same way in both versions.
type NotCompared struct {
	TestName
	// Why says in which version it did what.
	Why string `json:"why"`
	// Leaks: it left something in one of them.
	Leaks bool `json:"leaks,omitempty"`
}

// Allocation is what a test allocates in two versions: the medians of its runs.
type Allocation struct {
	TestName
	Before Allocated `json:"before"`
	After  Allocated `json:"after"`
}

// Allocated is what the process allocated while a test ran alone.
type Allocated struct {
	Objects uint64 `json:"objects"`
	Bytes   uint64 `json:"bytes"`
}

// Setup is what the shards of one run have in common.
type Setup struct {
	// Tool and Go are the versions of this program and of the Go that the tests ran with,
	// Platform is the system and the architecture.
	Tool     string `json:"tool,omitempty"`
	Go       string `json:"go,omitempty"`
	Platform string `json:"platform,omitempty"`
	// Commit is that of the repository; empty where there is none.
	Commit string `json:"commit,omitempty"`
	// Patterns name the packages, Flags are those of go test.
	Patterns []string `json:"patterns,omitempty"`
	Flags    []string `json:"flags,omitempty"`
	// Shard is the part of the run that this is, as in "2/4"; empty for a whole run.
	Shard string `json:"shard,omitempty"`
}

// NewResult is that of one run of one version, with nothing to compare it with.
func NewResult(dir string, o Observation) Result {
	return Result{Schema: Schema, After: NewSide("", dir, o), Sites: o.Sites(), Growth: o.Growth()}
}

// Failing are the places that fail the run.
func (r Result) Failing() (some []Site) {
	for _, s := range r.Sites {
		if s.Verdict.Fails() {
			some = append(some, s)
		}
	}
	return some
}

// Fails reports whether a place, or what grows, fails the run.
func (r Result) Fails() bool {
	return len(r.Failing()) > 0 || slices.ContainsFunc(r.Growth, func(g Growth) bool { return g.Verdict.Fails() })
}

// Observed are all runs, those of the earlier version first.
func (r Result) Observed() (all []Observation) {
	if r.Before != nil {
		all = append(all, r.Before.Runs...)
	}
	return append(all, r.After.Runs...)
}

// Go is the version of Go that the tests of the later version ran with; empty where none
// ran.
func (r Result) Go() (version string) {
	for _, o := range r.Observed() {
		version = cmp.Or(o.Go, version)
	}
	return version
}

// ExitCode is 2 where something could not be checked, 1 where a leak fails the run, and
// 0 otherwise.
func (r Result) ExitCode() int {
	for _, o := range r.Observed() {
		if o.Counts().NotChecked > 0 {
			return 2
		}
	}
	switch {
	case r.Partial != "":
		return 2
	case r.Fails() && !r.ReportOnly:
		return 1
	}
	return 0
}

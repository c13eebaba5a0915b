// Package suite runs the tests of any Go module under a leak check. No file of the
// module is changed, and nothing is added to its requirements.
//
// The data flows one way:
//
//	go list -> Package -> overlay -> go test -> events and records -> Observation -> Site
//
// The go command builds and runs the tests as ever. An overlay adds package leak and a
// hook to them (internal/engine). The hook keeps a second name of each test binary, so that
// this program can run it again (internal/launch).
package suite

import (
	"strings"
	"time"

	"github.com/watertight-go/watertight/leak"
)

// Options say which tests run, and how.
type Options struct {
	// Dir is the folder in which the go command runs. Empty means the current one.
	Dir string
	// Packages are patterns as the go command takes them. None means "./...".
	Packages []string
	// Flags are further flags of go test, such as "-race" or "-run=TestX".
	Flags []string
	// TestArgs are arguments of the tests' own, as go test has them after -args.
	TestArgs []string
	// Verbose shows what the tests print.
	Verbose bool
	// Env is added to the environment of the go command, as in "GOWORK=off".
	Env []string
	// Settle is how long goroutines are given to end. Zero means five seconds.
	Settle time.Duration
	// Confirm is the same for an accused test that runs again, alone. Zero means 15
	// seconds, a negative time no second run.
	Confirm time.Duration
	// Shard is the part of the packages to run, as in "2/4"; empty means all.
	Shard string
	// Defect makes each test leak a goroutine, to see whether it is found.
	Defect bool
	// Growth runs tests in rounds as well; nil for none.
	Growth *GrowthOptions
	// Plain runs the tests without a check, to compare with.
	Plain bool
	// Allocations measures what each test allocates.
	Allocations bool
	// Confirmed is what a run before this one showed of tests that ran again, alone. They
	// do not run again.
	Confirmed map[TestName]Test
}

// Outcome is how a test or a package ended.
type Outcome string

const (
	Passed  Outcome = "pass"
	Failed  Outcome = "fail"
	Skipped Outcome = "skip"
	// NotEnded: its process ended first. NotRun: its process ended before it began.
	NotEnded Outcome = "not ended"
	NotRun   Outcome = "not run"
)

// Observation is what a run saw.
type Observation struct {
	// Go is the version of Go that the tests ran with; empty where none ran.
	Go       string    `json:"go,omitempty"`
	Packages []Package `json:"packages"`
	// Elapsed is the time of the whole run, CPU that of all its processes, builds
	// included.
	Elapsed time.Duration `json:"elapsedNs"`
	CPU     time.Duration `json:"cpuNs"`
	// Interrupted: the run was ended before its end.
	Interrupted bool `json:"interrupted,omitempty"`
}

// Package is a package whose tests ran.
type Package struct {
	Path    string  `json:"path"`
	Dir     string  `json:"dir"`
	Outcome Outcome `json:"outcome"`
	// Error says what kept the tests from running, such as a build that failed.
	Error string `json:"error,omitempty"`
	Tests []Test `json:"tests,omitempty"`
	// Rest is what was left after all tests and no test was blamed for.
	Rest *leak.Report `json:"rest,omitempty"`
	// Searched: that was searched for.
	Searched bool `json:"searched,omitempty"`
}

// PlainName is the name by which go test knows a test that has Name: two tests of one name,
// in a package and in its external one, are the same to it.
func PlainName(name string) string {
	_, plain, isTwin := strings.Cut(name, ".")
	if !isTwin {
		return name
	}
	return plain
}

// Test is a top-level test.
type Test struct {
	// Name is "p_test.TestX" for a test of the external package p_test where p has a
	// TestX too.
	Name    string  `json:"name"`
	Outcome Outcome `json:"outcome"`
	// Elapsed is how long it took, with the time that its check waited, as the go command
	// says. It is zero where that does not say it, and that of the last run of several.
	Elapsed time.Duration `json:"elapsedNs,omitempty"`
	// File and Line are where it is declared. They are known of tests that left
	// something.
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	// Subtests are those that leave something when they run alone, where the test leaks.
	Subtests []string `json:"subtests,omitempty"`
	// Plain is how it ended when it ran again, alone and without a check, which a test
	// does that failed or did not end.
	Plain Outcome `json:"plain,omitempty"`
	// Statement: it fails as other tests are checked, with one function more between
	// package testing and itself. The rest is what it showed with the check as its first
	// statement.
	Statement bool `json:"statement,omitempty"`
	// Checked: the check has begun. It has ended where Outcome is not NotEnded.
	Checked bool `json:"checked"`
	// Error says why the check could not search.
	Error string `json:"error,omitempty"`
	// Left is what the test left behind; nil for nothing.
	Left *leak.Report `json:"left,omitempty"`
	// Alone is what it left behind when it ran again, alone; nil for nothing.
	Alone *leak.Report `json:"alone,omitempty"`
	// Again: it ran again, and its check ended.
	Again bool `json:"again,omitempty"`
	// Rounds is what it showed when it ran in rounds; nil where it did not.
	Rounds *Rounds `json:"rounds,omitempty"`
	// Allocated is what the process allocated from the test's begin to its end, for
	// Options.Allocations; nil for a parallel test.
	Allocated *Allocated `json:"allocated,omitempty"`
}

// Leaks reports whether the test is blamed: it left something behind, and did so again
// where it ran again.
func (t Test) Leaks() bool { return t.Left != nil && (!t.Again || t.Alone != nil) }

// IsExample reports whether the test is an example. Examples have no check of their own:
// what they leave behind is found after all tests.
func (t Test) IsExample() bool { return strings.HasPrefix(t.Name, "Example") }

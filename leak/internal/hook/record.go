package hook

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
)

// Event says what a record is about.
type Event string

const (
	// Attached: the process is about to run tests, whose names are in Tests.
	Attached Event = "attached"
	// Started: a test has begun. Ended: it has run all its cleanups.
	Started Event = "started"
	Ended   Event = "ended"
	// Leaked: a test has left goroutines behind.
	Leaked Event = "leaked"
	// Said: the check has something to say of a test in which it found nothing.
	Said Event = "said"
	// Measured: what was allocated while a test ran.
	Measured Event = "measured"
	// Searched: all tests have ended, and what no test was blamed for was searched for.
	Searched Event = "searched"
	// TimedOut: the time is over, and the process ends. Tests are those that run.
	TimedOut Event = "timedOut"
	// Round: a round of a test has begun. Grown: they have shown what grows. Unfit: the
	// test cannot run again and again, as Error says.
	Round Event = "round"
	Grown Event = "grown"
	Unfit Event = "unfit"
)

// Record is one line of the file of records.
type Record struct {
	Event Event `json:"event"`
	// Test is the name of a top-level test. It is "p_test.TestX" in the external test
	// package p_test where p has a TestX too.
	Test string `json:"test,omitempty"`
	// Tests are names, for Attached and TimedOut.
	Tests []string `json:"tests,omitempty"`
	// Outcome is how the test ended, for Ended: "pass", "fail" or "skip".
	Outcome string `json:"outcome,omitempty"`
	// Paused is how long checks have waited until now, for Ended.
	Paused time.Duration `json:"pausedNs,omitempty"`
	// Round is the number of the round, for Round, Grown and Unfit.
	Round int `json:"round,omitempty"`
	// Rounds is what they have shown, for Grown, and Files the same for the folder for
	// temporary files.
	Rounds *leak.RoundsReport `json:"rounds,omitempty"`
	Files  *leak.Trend        `json:"files,omitempty"`
	// Report is what was found, for Leaked and Searched.
	Report *leak.Report `json:"report,omitempty"`
	// Error says why the search failed.
	Error string `json:"error,omitempty"`
	// Text is what was said, for Said.
	Text string `json:"text,omitempty"`
	// Objects and Bytes are what was allocated, for Measured.
	Objects uint64 `json:"objects,omitempty"`
	Bytes   uint64 `json:"bytes,omitempty"`
}

// newRecord is the record of a search.
func newRecord(e Event, test string, r leak.Report, err error) Record {
	record := Record{Event: e, Test: test, Report: &r}
	if err != nil {
		record.Error = err.Error()
	}
	return record
}

// recorder is a test whose check writes records and never fails the test.
type recorder struct {
	testing.TB
	hook *hook
	test string
	// function is that of the test; empty where the stack tells.
	function string
}

// TestFunction tells the check whose closures the test's goroutines run: package testing
// has called the hook.
func (r *recorder) TestFunction() string { return r.function }

// Errorf takes the check's error: a finding, or why it could not search.
func (r *recorder) Errorf(format string, args ...any) {
	err := fmt.Errorf(format, args...)
	for _, a := range args {
		var left *leak.Error
		if e, ok := a.(error); ok && errors.As(e, &left) {
			r.hook.file.write(newRecord(Leaked, r.test, left.Report, nil))
			return
		}
	}
	r.hook.file.write(Record{Event: Said, Test: r.test, Error: err.Error()})
}

// Logf takes what the check has to say where it found nothing.
func (r *recorder) Logf(format string, args ...any) {
	r.hook.file.write(Record{Event: Said, Test: r.test, Text: fmt.Sprintf(format, args...)})
}

// Deadline is that of the test, by which the check bounds its time.
func (r *recorder) Deadline() (deadline time.Time, ok bool) {
	if t, has := r.TB.(interface{ Deadline() (time.Time, bool) }); has {
		return t.Deadline()
	}
	return time.Time{}, false
}

package taxonomy

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/leak"
)

// Judge is a checker as its users call it.
type Judge string

const (
	// Check is leak.Check(t) as the first line of the test, and
	// leak.VerifyTestMain around all tests.
	Check Judge = "Check"
	// Find is leak.Take before and leak.Find after the test.
	Find Judge = "Find"
	// Repeat is leak.Repeat around the test.
	Repeat Judge = "Repeat"
	// Goleak is goleak.VerifyNone at its defaults; around a test that is judged
	// over rounds, after five of them.
	Goleak Judge = "goleak"
	// GoleakIgnoring is the same, told to ignore what was there before the test.
	GoleakIgnoring Judge = "goleak.IgnoreCurrent"
)

// IsGoleak reports whether the judge is not package leak.
func (j Judge) IsGoleak() bool { return j == Goleak || j == GoleakIgnoring }

// judges are those that a case is put to.
func (c Case) judges() []Judge {
	switch {
	case c.Rounds:
		return []Judge{Repeat, Goleak, GoleakIgnoring}
	case c.Sibling != nil || c.Owned:
		return []Judge{Check, Goleak, GoleakIgnoring}
	}
	return []Judge{Check, Find, Goleak, GoleakIgnoring}
}

// Answer is what a judge said of a case.
type Answer struct {
	Judge Judge `json:"judge"`
	// Accused: it reported a leak.
	Accused bool `json:"accused"`
	// Unknown: it said that it could not tell.
	Unknown bool `json:"unknown,omitempty"`
	// Text is the whole report.
	Text string `json:"text,omitempty"`
	// AtEnd: leak.VerifyTestMain reported it, since it could be traced to no test.
	AtEnd bool `json:"atEnd,omitempty"`
	// Trouble is why there is no answer; empty where there is one.
	Trouble string `json:"trouble,omitempty"`
}

// goleakRounds is how often a test runs before goleak looks, where package leak
// looks at rounds.
const goleakRounds = 5

// judge runs the case as a test under a judge. The answer is complete when the
// test's cleanups have run.
func (c Case) judge(t *testing.T, a *Answer) {
	r := &recorder{T: t, answer: a}
	switch a.Judge {
	case Check:
		leak.Check(r)
	case Find:
		base := leak.Take()
		t.Cleanup(func() {
			report, err := leak.Find(context.Background(), base, leak.Options{})
			if err == nil {
				err = report.Err()
			}
			if err != nil {
				r.Errorf("%v", err)
			}
		})
	case Repeat:
		leak.Repeat(r, c.Run)
		return
	case Goleak, GoleakIgnoring:
		var options []goleak.Option
		if a.Judge == GoleakIgnoring {
			options = append(options, goleak.IgnoreCurrent())
		}
		// The first cleanup runs last: goleak is given all that the test does
		// to end what it began.
		t.Cleanup(func() {
			if err := goleak.Find(options...); err != nil {
				a.Accused, a.Text = true, err.Error()
			}
		})
		if c.Rounds {
			for range goleakRounds {
				t.Run("round", func(t *testing.T) { c.Run(t) })
			}
			return
		}
	default:
		t.Errorf("got judge %q", a.Judge)
		return
	}
	c.Run(t)
}

// recorder is a test whose failures are answers.
type recorder struct {
	*testing.T
	answer *Answer
}

func (r *recorder) Errorf(format string, args ...any) {
	r.answer.Text += fmt.Sprintf(format, args...)
	for _, arg := range args {
		if err, ok := arg.(error); ok {
			r.answer.Accused = r.answer.Accused || errors.Is(err, leak.ErrLeak)
			r.answer.Unknown = r.answer.Unknown || errors.Is(err, leak.ErrUnknown)
		}
	}
	if !r.answer.Accused && !r.answer.Unknown {
		r.answer.Trouble = r.answer.Text
	}
}

package trial

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/internal/accuracy/taxonomy"
	"github.com/watertight-go/watertight/leak"
)

// Checker is a leak checker as its users call it.
type Checker string

const (
	// Check is leak.Check(t) as the first line of the test, with
	// leak.VerifyTestMain around all tests.
	Check Checker = "Check"
	// Find is leak.Take before the test and leak.Find after it.
	Find Checker = "Find"
	// Repeat is leak.Repeat around the test.
	Repeat Checker = "Repeat"
	// Goleak is goleak.Find at its defaults, as the last cleanup of the test.
	// Where a case is run in rounds, it is called after five of them.
	Goleak Checker = "goleak"
	// GoleakIgnoring is Goleak, told to ignore what was there before the test.
	GoleakIgnoring Checker = "goleak.IgnoreCurrent"
)

// IsGoleak reports whether the checker is goleak, not package leak.
func (c Checker) IsGoleak() bool { return c == Goleak || c == GoleakIgnoring }

// checkersOf are the checkers that can be asked about a case.
func checkersOf(c taxonomy.Case) []Checker {
	switch {
	case c.Rounds:
		return []Checker{Repeat, Goleak, GoleakIgnoring}
	case c.Sibling != nil || c.Owned || c.Tree != nil:
		return []Checker{Check, Goleak, GoleakIgnoring}
	}
	return []Checker{Check, Find, Goleak, GoleakIgnoring}
}

// Answer is what a checker said of a case.
type Answer struct {
	Checker Checker `json:"judge"`
	// Accused reports that the checker found a leak.
	Accused bool `json:"accused"`
	// Unknown reports that the checker could not tell.
	Unknown bool `json:"unknown,omitempty"`
	// Text is the whole report.
	Text string `json:"text,omitempty"`
	// AtEnd reports that only leak.VerifyTestMain found the leak, because it
	// belongs to no single test.
	AtEnd bool `json:"atEnd,omitempty"`
	// Trouble is why there is no answer; empty where there is one.
	Trouble string `json:"trouble,omitempty"`
}

// goleakRounds is how often a test runs before goleak is called, where package
// leak runs it in rounds.
const goleakRounds = 5

// underChecker runs a case as a test under a checker. The answer is complete
// when the test's cleanups have run.
func underChecker(t *testing.T, c taxonomy.Case, a *Answer) {
	r := &recorder{T: t, answer: a}
	switch a.Checker {
	case Check:
		leak.Check(r)
	case Find:
		findAtEnd(t, r)
	case Repeat:
		leak.Repeat(r, c.Run)
		return
	case Goleak, GoleakIgnoring:
		goleakAtEnd(t, a)
		if c.Rounds {
			for range goleakRounds {
				t.Run("round", func(t *testing.T) { c.Run(t) })
			}
			return
		}
	default:
		t.Errorf("trial: got checker %q", a.Checker)
		return
	}
	c.Run(t)
}

// findAtEnd calls leak.Find as the last cleanup of the test.
func findAtEnd(t *testing.T, r *recorder) {
	base := leak.Take()
	t.Cleanup(func() {
		if _, err := leak.Find(context.Background(), base, leak.Options{}); err != nil {
			r.Errorf("%v", err)
		}
	})
}

// goleakAtEnd calls goleak.Find as the last cleanup of the test. The cleanup
// that is registered first runs last: the test has ended all that it ends.
func goleakAtEnd(t *testing.T, a *Answer) {
	var options []goleak.Option
	if a.Checker == GoleakIgnoring {
		options = append(options, goleak.IgnoreCurrent())
	}
	t.Cleanup(func() {
		if err := goleak.Find(options...); err != nil {
			a.Accused, a.Text = true, err.Error()
		}
	})
}

// recorder is a test that writes its failures into an answer.
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

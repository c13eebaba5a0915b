package leak

import (
	"errors"
	"fmt"
	"time"
)

// Verdict is what the rounds said of one resource.
type Verdict string

const (
	// Clean: it does not rise, or the rise stopped.
	Clean Verdict = "clean"
	// Leaking: it rises with every few rounds and does not stop.
	Leaking Verdict = "leak"
	// Unknown: too noisy or too few rounds to tell. Never a pass.
	Unknown Verdict = "unknown"
	// NotJudged: not asked for, or it belongs to the whole process and something
	// else ran in it.
	NotJudged Verdict = "not judged"
)

// Resources names what Repeat and Rounds judge.
type Resources struct {
	Goroutines, Heap, Descriptors bool
	// Timers are those that go on firing, each time with a new goroutine, as
	// time.AfterFunc does when its function arms it again.
	Timers bool
}

// Trend is one resource over the judged rounds.
type Trend struct {
	Verdict Verdict `json:"verdict"`
	// Why is the verdict's reason in words.
	Why string `json:"why"`
	// Samples are the values after each judged round: goroutines left, bytes
	// that the heap holds, descriptors open. Timers have the goroutines that were
	// created per second while nothing ran, after some rounds and after more.
	Samples []float64 `json:"samples,omitempty"`
	// Slope is the rise per round, Low and High its 95 % confidence interval.
	Slope float64 `json:"slope"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	// Tolerance is the rise per round up to which it is clean.
	Tolerance float64 `json:"tolerance"`
	// Where says what rises, as far as it can be told: a line each.
	Where []string `json:"where,omitempty"`
}

// RoundsReport is the answer of Rounds.
type RoundsReport struct {
	// Verdict is the worst of the trends': leak, then unknown, then clean.
	Verdict Verdict `json:"verdict"`
	// WarmUp and Rounds are the numbers of rounds that were run and, of Rounds,
	// judged.
	WarmUp int `json:"warmUp"`
	Rounds int `json:"rounds"`
	// Elapsed is the time that all of it took.
	Elapsed     time.Duration `json:"elapsedNs"`
	Goroutines  Trend         `json:"goroutines"`
	Heap        Trend         `json:"heap"`
	Descriptors Trend         `json:"descriptors"`
	Timers      Trend         `json:"timers"`
	// Left has the goroutines whose number rose round by round as findings, with
	// their number at the end as count.
	Left Report `json:"left"`
	// Warnings say what could not be looked at.
	Warnings []string `json:"warnings,omitempty"`
}

// trends are those of all resources, each with its name.
func (r *RoundsReport) trends() []namedTrend {
	return []namedTrend{{"goroutines", &r.Goroutines}, {"heap", &r.Heap}, {"descriptors", &r.Descriptors}, {"timers", &r.Timers}}
}

type namedTrend struct {
	name string
	*Trend
}

// ErrUnknown is the error that RoundsReport.Err returns wrapped where nothing
// leaks for sure and something could not be judged.
var ErrUnknown = errors.New("could not tell whether it leaks")

// Err is nil where the verdict is clean. Otherwise its text is the report, and
// it satisfies errors.Is with ErrLeak or ErrUnknown.
func (r RoundsReport) Err() error {
	switch r.Verdict {
	case Leaking:
		return roundsError{r, ErrLeak}
	case Unknown:
		return roundsError{r, ErrUnknown}
	}
	return nil
}

type roundsError struct {
	report RoundsReport
	kind   error
}

func (e roundsError) Error() string { return fmt.Sprintf("leak: %s", e.report) }
func (e roundsError) Unwrap() error { return e.kind }

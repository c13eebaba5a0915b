package leak

import (
	"fmt"
	"strings"
	"time"

	"github.com/watertight-go/watertight/leak/internal/growth"
	"github.com/watertight-go/watertight/leak/internal/words"
)

// RoundsReport says what Rounds found.
type RoundsReport struct {
	// Verdict is the worst of the trends': leak, then unknown, then clean.
	Verdict Verdict `json:"verdict"`
	// WarmUp and Rounds are the numbers of rounds that were run: before the first
	// judged one, and judged.
	WarmUp int `json:"warmUp"`
	Rounds int `json:"rounds"`
	// Elapsed is the time that all of it took.
	Elapsed time.Duration `json:"elapsedNs"`

	Goroutines  Trend `json:"goroutines"`
	Heap        Trend `json:"heap"`
	Descriptors Trend `json:"descriptors"`
	Timers      Trend `json:"timers"`
	Processes   Trend `json:"processes"`

	// Left has the goroutines whose number rose round by round as findings. The
	// counts are those at the end.
	Left Report `json:"left"`
	// Warnings say what could not be seen.
	Warnings []string `json:"warnings,omitempty"`
}

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

// Trend is one resource over the judged rounds.
type Trend struct {
	Verdict Verdict `json:"verdict"`
	// Why is the verdict's reason in words.
	Why string `json:"why"`
	// Samples are the values after each judged round: goroutines left, bytes
	// that the heap holds, descriptors open, child processes. Timers have two: the goroutines that
	// were created per second while nothing ran, after some rounds and after more.
	Samples []float64 `json:"samples,omitempty"`
	// Slope is the rise per round, Low and High its 95 % confidence interval.
	Slope float64 `json:"slope"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	// Tolerance is the rise per round up to which it is clean.
	Tolerance float64 `json:"tolerance"`
	// Where says what rises, a line each, as far as it can be told.
	Where []string `json:"where,omitempty"`
}

// namedTrend is a trend with the name of its resource.
type namedTrend struct {
	name string
	Trend
}

func (r RoundsReport) trends() []namedTrend {
	return []namedTrend{{"goroutines", r.Goroutines}, {"heap", r.Heap}, {"descriptors", r.Descriptors}, {"timers", r.Timers}, {"processes", r.Processes}}
}

// worthLogging reports whether a resource was to be judged and could not be, or the
// report has warnings.
func (r RoundsReport) worthLogging() bool {
	for _, t := range r.trends() {
		if t.Verdict == NotJudged && t.Why != growth.NotAskedFor {
			return true
		}
	}
	return len(r.Warnings) > 0
}

// String is the report as a person reads it in a failing test.
func (r RoundsReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s after %d rounds and %d of warm-up (%s)", r.headline(), r.Rounds, r.WarmUp, words.Duration(r.Elapsed))
	for _, t := range r.trends() {
		fmt.Fprintf(&b, "\n%s: %s: %s", t.name, t.Verdict, t.Why)
		for _, w := range t.Where {
			b.WriteString("\n    " + w)
		}
	}
	if len(r.Left.Findings) > 0 {
		b.WriteString("\nproof: " + r.Left.ProofStatus)
	}
	b.WriteString(findingsText(r.Left.Findings))
	for _, a := range r.Left.Allowed {
		fmt.Fprintf(&b, "\n%s left, not counted: %s", words.Goroutines(a.Count), a.Reason)
	}
	for _, w := range append(r.Warnings, r.Left.Warnings...) {
		b.WriteString("\nwarning: " + w)
	}
	return b.String()
}

func (r RoundsReport) headline() string {
	var leaking, unknown []string
	for _, t := range r.trends() {
		switch t.Verdict {
		case Leaking:
			leaking = append(leaking, t.name)
		case Unknown:
			unknown = append(unknown, t.name)
		}
	}
	switch {
	case len(leaking) > 0:
		return strings.Join(leaking, " and ") + " leak:"
	case len(unknown) > 0:
		return "could not tell whether " + strings.Join(unknown, " and ") + " leak:"
	}
	return "nothing leaks:"
}

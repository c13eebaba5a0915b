package suite

import (
	"slices"
	"time"

	"github.com/watertight-go/watertight/leak"
)

// GrowthOptions say which tests run in rounds, to see what grows round by round.
type GrowthOptions struct {
	// All: every test that passed. Else those that left something.
	All bool
	// Rounds is the least number of rounds, eight or more; zero means eight. What
	// rises is judged after four times as many.
	Rounds int
	// Time bounds the rounds of one test. Zero means 30 seconds; the least number of
	// rounds is run in any case.
	Time time.Duration
}

// Rounds is what the rounds of one test have shown. It ran alone in a process.
type Rounds struct {
	Ran int `json:"ran"`
	// NotJudged says what the test did that cannot be judged, as in "failed in round 2".
	NotJudged string `json:"notJudged,omitempty"`
	// Report is about goroutines, heap, descriptors, timers and child processes, Files
	// about what is in the folder for temporary files. Both are nil where nothing was judged.
	Report *leak.RoundsReport `json:"report,omitempty"`
	Files  *leak.Trend        `json:"files,omitempty"`
}

// Grows are the values of Growth.What.
var Grows = []string{"goroutines", "heap", "descriptors", "timers", "processes", "files"}

// Growth is a resource of which a test leaves more in each round.
type Growth struct {
	TestName
	// What is one of Grows.
	What string `json:"what"`
	// PerRound is by how much, in bytes for the heap. Rounds is how many rounds were run.
	PerRound float64 `json:"perRound"`
	Rounds   int     `json:"rounds"`
	// Why is the verdict's reason in words, Where a line for each place that is known:
	// where memory was allocated, what is open.
	Why   string   `json:"why"`
	Where []string `json:"where,omitempty"`
	// Findings are the goroutines.
	Findings []leak.Finding `json:"findings,omitempty"`
	// Verdict is Found where there is nothing to compare with.
	Verdict Verdict `json:"verdict"`
	// Reason is that of the list of known leaks.
	Reason string `json:"reason,omitempty"`
}

// trend is one resource of the rounds.
type trend struct {
	what string
	leak.Trend
}

func (r *Rounds) trends() (all []trend) {
	if r == nil || r.Report == nil {
		return nil
	}
	of := []leak.Trend{r.Report.Goroutines, r.Report.Heap, r.Report.Descriptors, r.Report.Timers, r.Report.Processes}
	if r.Files != nil {
		of = append(of, *r.Files)
	}
	for i, t := range of {
		all = append(all, trend{Grows[i], t})
	}
	return all
}

// Flat reports whether the rounds have shown that a resource does not grow.
func (r *Rounds) Flat(what string) bool {
	return slices.ContainsFunc(r.trends(), func(t trend) bool { return t.what == what && t.Verdict == leak.Clean })
}

// Unsure are the resources of which it could not be told whether they grow.
func (r *Rounds) Unsure() []string { return r.with(leak.Unknown) }

// grows are the resources that grow.
func (r *Rounds) grows() []string { return r.with(leak.Leaking) }

func (r *Rounds) with(v leak.Verdict) (some []string) {
	for _, t := range r.trends() {
		if t.Verdict == v {
			some = append(some, t.what)
		}
	}
	return some
}

// Growth is what grows round by round, by test.
func (o Observation) Growth() (all []Growth) {
	for _, p := range o.Packages {
		for _, test := range p.Tests {
			for _, t := range test.Rounds.trends() {
				if t.Verdict != leak.Leaking {
					continue
				}
				g := Growth{
					TestName: TestName{p.Path, test.Name}, What: t.what, PerRound: t.Slope, Rounds: test.Rounds.Ran,
					Why: t.Why, Where: t.Where, Verdict: Found,
				}
				if t.what == "goroutines" {
					g.Findings = test.Rounds.Report.Left.Findings
				}
				all = append(all, g)
			}
		}
	}
	return all
}

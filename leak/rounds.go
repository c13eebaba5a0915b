package leak

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/leak/internal/growth"
	"github.com/watertight-go/watertight/leak/internal/inspect"
)

// Rounds is Repeat without a test: it runs f in rounds and reports what grows
// round by round. The whole process is judged, whatever runs in it beside f.
//
// The error is nil where nothing leaks. Otherwise it is a *RoundsError: its text is the
// report, and errors.Is tells ErrLeak from ErrUnknown. Any other error says that there is no
// report: invalid options, an error of f, or ctx done, which ends the rounds.
func Rounds(ctx context.Context, f func(ctx context.Context) error, opts ...Options) (RoundsReport, error) {
	o := merge(opts)
	if err := o.validate(); err != nil {
		return RoundsReport{}, err
	}
	result, err := growth.Run(ctx, growth.Config{Plan: o.Plan.withDefaults(), Search: o.search(&Snapshot{}), MayStay: o.processMayStay()}, f)
	if err != nil {
		return RoundsReport{}, err
	}
	r := newRoundsReport(result, o)
	return r, r.Err()
}

// StartedRounds are rounds that the caller runs.
type StartedRounds struct {
	steps  *growth.Steps
	opts   Options
	ended  bool
	result *growth.Result
	err    error
}

// StartRounds is Rounds for a caller that runs the rounds itself, as the loop of a benchmark
// does. While a round runs there is no goroutine of this package.
//
//	r, err := leak.StartRounds()
//	...
//	for r.Next(ctx) {
//		serve()
//	}
//	report, err := r.Report()
func StartRounds(opts ...Options) (*StartedRounds, error) {
	o := merge(opts)
	if err := o.validate(); err != nil {
		return nil, err
	}
	c := growth.Config{Plan: o.Plan.withDefaults(), Search: o.search(&Snapshot{}), MayStay: o.processMayStay()}
	return &StartedRounds{steps: growth.Begin(c), opts: o}, nil
}

// Next measures the round that has just ended, and reports whether another is to be run. It may
// wait for what is about to end.
func (r *StartedRounds) Next(ctx context.Context) bool {
	if !r.ended {
		r.result, r.err = r.steps.Next(ctx)
		if r.result != nil || r.err != nil {
			r.end()
		}
	}
	return !r.ended
}

func (r *StartedRounds) end() {
	if !r.ended {
		r.ended = true
		r.steps.End()
	}
}

// Report ends the rounds and returns what Rounds returns. Before Next has returned false
// there is no report, and the error says so.
func (r *StartedRounds) Report() (RoundsReport, error) {
	r.end()
	switch {
	case r.err != nil:
		return RoundsReport{}, r.err
	case r.result == nil:
		return RoundsReport{}, errors.New("leak: rounds: ended before they could be judged")
	}
	report := newRoundsReport(*r.result, r.opts)
	return report, report.Err()
}

// newRoundsReport makes the report of a run.
func newRoundsReport(result growth.Result, o Options) RoundsReport {
	r := RoundsReport{
		Verdict: Verdict(result.Verdict), WarmUp: result.WarmUp, Rounds: result.Rounds, Elapsed: result.Elapsed,
		Goroutines: newTrend(result.Goroutines), Heap: newTrend(result.Heap),
		Descriptors: newTrend(result.Descriptors), Timers: newTrend(result.Timers), Processes: newTrend(result.Processes),
		Left: newReport(result.Left, o), Warnings: result.Warnings,
	}
	nameAllocator(r.Left.Findings, r.Heap.Where)
	if r.Goroutines.Verdict != Leaking {
		r.Left.Findings, r.Left.Goroutines = nil, 0
	}
	return r
}

// nameAllocator adds to findings of a library alone the user's line that allocates in each
// round, which is often the call that was not ended.
func nameAllocator(findings []Finding, where []string) {
	for _, line := range where {
		_, at, _ := strings.Cut(line, " allocated at ")
		place, function, ok := strings.Cut(at, " ")
		if !ok || inspect.InLibrary(function, place) {
			continue
		}
		for i := range findings {
			f := &findings[i]
			if _, users := f.place(); !users && f.Hint != "" && f.Note == "" {
				f.Note = fmt.Sprintf("perhaps of %s, where %s allocates in each round", place, function)
			}
		}
		return
	}
}

func newTrend(t growth.Trend) Trend {
	return Trend{
		Verdict: Verdict(t.Verdict), Why: t.Why, Samples: t.Samples,
		Slope: t.Slope, Low: t.Low, High: t.High, Tolerance: t.Tolerance, Where: t.Where,
	}
}

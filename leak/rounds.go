package leak

import (
	"context"
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

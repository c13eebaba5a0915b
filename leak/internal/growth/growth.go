// Package growth runs code in rounds and judges what grows from round to round:
// goroutines, heap, descriptors, self-rearming timers, child processes. A rise that stops is warm-up, one
// that goes on is a leak.
//
// Measuring and judging are apart. The run (run.go, measure.go, after_timers.go,
// activity.go) takes samples; series.go, goroutines.go, heap.go, descriptors.go and
// timers.go judge them and neither measure nor wait.
package growth

import (
	"context"
	"fmt"
	"time"

	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/search"
	"github.com/watertight-go/watertight/leak/internal/words"
)

// Plan says how many rounds there are and what is judged, as package leak documents it.
// All fields are set.
type Plan struct {
	WarmUp, Rounds, Max int
	Time                time.Duration
	Judge               Resources
	// Heap is the rise in bytes per round that is no leak.
	Heap int64
	Idle time.Duration
}

// Resources names what is judged.
type Resources struct{ Goroutines, Heap, Descriptors, Timers, Processes bool }

// sureAfter is how many times Plan.Rounds have to be judged before a rise is called a
// leak.
const sureAfter = 4

// sure is the number of judged rounds after which a rise is called a leak.
func (p Plan) sure() int { return min(sureAfter*p.Rounds, p.Max) }

// Config is what to run.
type Config struct {
	Plan Plan
	// Search is how goroutines are searched for. Its baseline is the run's own.
	Search search.Config
	// OthersRun reports whether another test has run beside the rounds. Nil means that
	// this cannot be told, and that everything in the process is judged.
	OthersRun func() bool
	// MayStay reports whether a child process is no leak. Nil means that all count.
	MayStay func(process.Child) bool
}

// Verdict says whether a resource leaks.
type Verdict string

// The verdicts, as package leak documents them.
const (
	Clean     Verdict = "clean"
	Leaking   Verdict = "leak"
	Unknown   Verdict = "unknown"
	NotJudged Verdict = "not judged"
)

// Trend is one resource over the judged rounds, as package leak documents it.
type Trend struct {
	Verdict          Verdict
	Why              string
	Samples          []float64
	Slope, Low, High float64
	Tolerance        float64
	Where            []string
}

// NotAskedFor is why a resource that is not in the plan was not judged.
const NotAskedFor = "not asked for"

// Result is what the rounds said.
type Result struct {
	// Verdict is the worst of the trends'.
	Verdict Verdict
	// WarmUp and Rounds are the numbers of rounds that were run and, of Rounds, judged.
	WarmUp, Rounds int
	Elapsed        time.Duration

	Goroutines, Heap, Descriptors, Timers, Processes Trend
	// Left is the search for goroutines after the last round. Those of origins that do
	// not rise are excused.
	Left     search.Result
	Warnings []string
	// Judged are all goroutines that the rounds have left, and the round in which each
	// was first seen.
	Judged map[uint64]int
	// Children are the child processes that the rounds have left, where these were judged.
	Children []int
}

// trends are those of all resources.
func (r *Result) trends() [5]*Trend {
	return [5]*Trend{&r.Goroutines, &r.Heap, &r.Descriptors, &r.Timers, &r.Processes}
}

// Run runs f in rounds and judges them. The error says that it could not judge: an error
// of f, or ctx done, which ends the rounds.
func Run(ctx context.Context, c Config, f func(context.Context) error) (Result, error) {
	s := Begin(c)
	defer s.End()
	for {
		result, err := s.Next(ctx)
		switch {
		case err != nil:
			return Result{}, err
		case result != nil:
			return *result, nil
		}
		if err := f(ctx); err != nil {
			return Result{}, fmt.Errorf("leak: rounds: round %d: %w", s.run.ran, err)
		}
	}
}

// conclude judges the rounds that were run.
func (r *run) conclude(ctx context.Context) (Result, error) {
	result := Result{WarmUp: min(r.plan.WarmUp, r.ran), Rounds: r.judged(), Judged: r.counts.firstSeen}
	var err error
	if result.Goroutines, result.Left, err = r.judgeGoroutines(ctx); err != nil {
		return Result{}, err
	}
	settled := result.Left.Settled
	result.Heap, result.Descriptors, result.Timers = r.judgeHeap(settled), r.judgeDescriptors(settled), r.judgeTimers()
	if r.plan.Judge.Processes && !r.othersRan {
		result.Processes, result.Children = r.judgeProcesses(), r.processes.left()
	}
	r.withhold(&result)
	result.Verdict = worst(result.trends())
	result.Warnings = r.warnings
	result.Elapsed = time.Since(r.start)
	return result, nil
}

func worst(trends [5]*Trend) Verdict {
	verdict := Clean
	for _, t := range trends {
		if t.Verdict == Leaking || t.Verdict == Unknown && verdict == Clean {
			verdict = t.Verdict
		}
	}
	return verdict
}

// withhold replaces verdicts that were not asked for, or that the rounds cannot support.
func (r *run) withhold(result *Result) {
	judge := r.plan.Judge
	asked := [5]bool{judge.Goroutines, judge.Heap, judge.Descriptors, judge.Timers, judge.Processes}
	for i, t := range result.trends() {
		switch ofProcess := t != &result.Goroutines; {
		case !asked[i]:
			*t = Trend{Verdict: NotJudged, Why: NotAskedFor}
		case r.judged() < r.plan.Rounds:
			t.Verdict = Unknown
			t.Why = fmt.Sprintf("only %d of at least %d rounds were run in %s", r.judged(), r.plan.Rounds, words.Duration(r.plan.Time))
		case ofProcess && r.othersRan:
			*t = Trend{Verdict: NotJudged, Why: "another test ran at the same time, and it belongs to the whole process"}
		case t.Verdict == Leaking && r.judged() < r.plan.sure() && r.late():
			t.Why += fmt.Sprintf("; time ran out before %d rounds, so something that fills slowly cannot be told from it", r.plan.sure())
		}
	}
}

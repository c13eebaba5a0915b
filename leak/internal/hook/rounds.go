package hook

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/growth"
)

// RoundsConfig says that a test runs again and again in this process (-test.count), and
// that what grows round by round is judged.
type RoundsConfig struct {
	// Rounds is the least number of rounds, eight or more.
	Rounds int
	// Time bounds them. It is longer where the least number of rounds needs that.
	Time time.Duration
}

const (
	// unjudged are the rounds before the first that is judged.
	unjudged = 3
	// sureAfter is how many times the least number of rounds a rise of files must last.
	sureAfter = 4
	// mostTime is RoundsConfig.Time at most.
	mostTime = 8 * time.Minute
)

// rounds are those of one test.
type rounds struct {
	RoundsConfig
	file   *file
	settle time.Duration
	test   string
	// ran are the rounds that have begun.
	ran   int
	began time.Time
	steps *leak.StartedRounds
	// judged: steps needs no more rounds. ended: nothing does.
	judged, ended bool
	// files are the entries of the folder for temporary files after each judged round.
	// before are those after the first.
	files  []float64
	before map[string]bool
}

// nextRound begins the next round of a test. It returns false where none is needed.
func (h *hook) nextRound(t testing.TB, test string) bool { return h.roundsOf(test).next(t) }

// roundsOf are the rounds of a test.
func (h *hook) roundsOf(test string) *rounds {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.rounds[test] == nil {
		if h.rounds == nil {
			h.rounds = map[string]*rounds{}
		}
		h.rounds[test] = &rounds{RoundsConfig: h.Rounds, file: &h.file, settle: h.Settle, test: test}
	}
	return h.rounds[test]
}

// next reports whether another round is to be run, which begins with this call: the last
// one has ended by then, with all that package testing does at the end of a test.
func (r *rounds) next(t testing.TB) bool {
	if r.ended {
		return false
	}
	switch r.ran {
	case 0:
		r.began = time.Now()
	case 1:
		r.start()
	}
	if r.ran > 0 && !r.measure() {
		r.end()
		return false
	}
	r.ran++
	r.file.write(Record{Event: Round, Test: r.test, Round: r.ran})
	t.Cleanup(func() { r.check(t) })
	return true
}

// start takes the baseline, after the first round, whose time says how long all may take.
func (r *rounds) start() {
	least := r.Rounds - unjudged
	r.Time = min(max(r.Time, time.Duration(3*r.Rounds/2)*time.Since(r.began)), mostTime)
	plan := leak.Plan{WarmUp: unjudged - 1, Rounds: least, Time: r.Time}
	steps, err := leak.StartRounds(leak.Options{Settle: r.settle, Plan: plan})
	if err != nil {
		r.give(err.Error())
		return
	}
	r.steps = steps
}

// give gives up: the test does not run to its end again and again.
func (r *rounds) give(why string) {
	r.ended = true
	r.file.write(Record{Event: Unfit, Test: r.test, Round: r.ran, Error: why})
}

// check runs as the last cleanup of a round.
func (r *rounds) check(t testing.TB) {
	switch {
	case r.ended:
	case t.Failed():
		r.give("failed")
	case t.Skipped():
		r.give("was skipped")
	}
}

// measure measures the round that has ended, and reports whether another one is needed.
func (r *rounds) measure() bool {
	if r.ended {
		return false
	}
	if r.ran >= unjudged {
		r.countFiles()
	}
	if !r.judged {
		r.judged = !r.steps.Next(context.Background())
	}
	return !r.judged || r.doubtsFiles()
}

// countFiles counts what is in the folder for temporary files.
func (r *rounds) countFiles() {
	entries, err := os.ReadDir(os.TempDir())
	if err != nil {
		return
	}
	if r.before == nil {
		r.before = map[string]bool{}
		for _, e := range entries {
			r.before[e.Name()] = true
		}
	}
	r.files = append(r.files, float64(len(entries)))
}

// doubtsFiles reports whether the number of files rises, and more rounds are needed to
// tell whether that stops.
func (r *rounds) doubtsFiles() bool {
	return len(r.files) < sureAfter*(r.Rounds-unjudged) && time.Since(r.began) < r.Time &&
		growth.Counts(r.files, r.Rounds-unjudged, r.newFiles).Verdict != growth.Clean
}

// digits are those by which names of temporary files differ.
var digits = regexp.MustCompile(`[0-9]+`)

// newFiles names what is in the folder since the first judged round, most first.
func (r *rounds) newFiles() (lines []string) {
	entries, _ := os.ReadDir(os.TempDir())
	count := map[string]int{}
	for _, e := range entries {
		if !r.before[e.Name()] {
			name := digits.ReplaceAllString(e.Name(), "*")
			if e.IsDir() {
				name += "/"
			}
			count[name]++
		}
	}
	names := slices.Sorted(maps.Keys(count))
	slices.SortStableFunc(names, func(a, b string) int { return count[b] - count[a] })
	const most = 3
	for _, name := range names[:min(len(names), most)] {
		lines = append(lines, fmt.Sprintf("%d more: %s", count[name], name))
	}
	return lines
}

// end writes what the rounds have shown.
func (r *rounds) end() {
	if r.ended {
		return
	}
	r.ended = true
	report, err := r.steps.Report()
	if err != nil && !errors.Is(err, leak.ErrLeak) && !errors.Is(err, leak.ErrUnknown) {
		r.file.write(Record{Event: Unfit, Test: r.test, Round: r.ran, Error: err.Error()})
		return
	}
	files := growth.Counts(r.files, r.Rounds-unjudged, r.newFiles)
	if sure := sureAfter * (r.Rounds - unjudged); files.Verdict == growth.Leaking && len(r.files) < sure {
		files.Why += fmt.Sprintf("; time ran out before %d rounds, so something that fills slowly cannot be told from it", sure)
	}
	trend := leak.Trend{
		Verdict: leak.Verdict(files.Verdict), Why: files.Why, Samples: files.Samples,
		Slope: files.Slope, Low: files.Low, High: files.High, Where: files.Where,
	}
	r.file.write(Record{Event: Grown, Test: r.test, Round: r.ran, Rounds: &report, Files: &trend})
}

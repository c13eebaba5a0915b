package suite

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/suite/internal/launch"
)

const (
	// leastRounds is GrowthOptions.Rounds where it is zero.
	leastRounds = 8
	// mostRounds is how often package testing calls a test at most. Rounds that are not
	// needed do nothing.
	mostRounds = 20
	// growthTime is GrowthOptions.Time where it is zero.
	growthTime = 30 * time.Second
	// growthDeadline ends a test that hangs in a round.
	growthDeadline = 15 * time.Minute
)

// grow runs tests in rounds, each alone in a process.
func (r *run) grow(ctx context.Context) {
	if r.Growth == nil {
		return
	}
	for _, f := range r.found.sorted() {
		for _, name := range slices.Sorted(maps.Keys(f.tests)) {
			t := f.tests[name]
			binary := f.binary
			if t.Statement {
				binary = f.statements
			}
			chosen := t.Left != nil || r.Growth.All && t.Outcome == Passed && t.Checked
			if chosen && binary != nil && ctx.Err() == nil {
				rounds := r.rounds(ctx, binary, name)
				if ctx.Err() != nil {
					return // they were cut short
				}
				t.Rounds = rounds
				fmt.Fprintf(r.progress, "%s.%s: %s\n", f.Path, name, t.Rounds.progress())
			}
		}
	}
}

// progress says in a few words what the rounds have shown.
func (r *Rounds) progress() string {
	if r.NotJudged != "" {
		return r.NotJudged
	}
	if grows := r.grows(); len(grows) > 0 {
		return fmt.Sprintf("%d rounds, %s grow", r.Ran, strings.Join(grows, " and "))
	}
	return fmt.Sprintf("%d rounds", r.Ran)
}

// rounds runs one test in rounds. What it leaves in its folder for temporary files, and
// its processes, are taken away.
func (r *run) rounds(ctx context.Context, b *launch.Binary, test string) *Rounds {
	file := r.recordsAlone()
	defer os.Remove(file)
	temp, err := os.MkdirTemp(r.dir, "t")
	if err != nil {
		return &Rounds{NotJudged: err.Error()}
	}
	defer os.RemoveAll(temp)
	rounds := max(r.Growth.Rounds, leastRounds)
	result, err := b.Again(ctx, launch.Again{
		Temp:  r.dir,
		Flags: []string{only(test), "-test.count=" + strconv.Itoa(mostRounds*rounds)},
		Env:   []string{"TMPDIR=" + temp, "TMP=" + temp, "TEMP=" + temp},
		Hook: &launch.Hook{Records: file, Settle: r.Settle,
			Rounds: &launch.Rounds{Rounds: rounds, Time: cmp.Or(r.Growth.Time, growthTime)}},
		Deadline: growthDeadline,
	})
	if err != nil {
		return &Rounds{NotJudged: err.Error()}
	}
	r.cpu += result.State.UserTime() + result.State.SystemTime()
	records, err := readRecords(file)
	if err != nil {
		return &Rounds{NotJudged: "it did not run"}
	}
	return roundsOf(records, test, result)
}

// roundsOf reads the records of the rounds of a test.
func roundsOf(records []record, test string, result child.Result) *Rounds {
	r := &Rounds{}
	for _, record := range records {
		if record.Test != test {
			continue
		}
		r.Ran = max(r.Ran, record.Round)
		switch record.Event {
		case eventGrown:
			r.Report, r.Files = record.Rounds, record.Files
		case eventUnfit:
			r.NotJudged = fmt.Sprintf("%s in round %d", record.Error, record.Round)
		}
	}
	switch {
	case r.Report != nil || r.NotJudged != "":
	case r.Ran == 0:
		r.NotJudged = "it did not run alone"
	case result.End == child.TimedOut:
		r.NotJudged = fmt.Sprintf("did not end in round %d", r.Ran)
	default:
		r.NotJudged = strings.TrimSpace(fmt.Sprintf("its process ended in round %d: %s", r.Ran, result.Crash(1).Message))
	}
	return r
}

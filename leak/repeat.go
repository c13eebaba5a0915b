package leak

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"

	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/growth"
	"github.com/watertight-go/watertight/leak/internal/lineage"
	"github.com/watertight-go/watertight/leak/internal/words"
)

// Repeat runs f in rounds and makes the test fail if what f leaves behind grows
// round by round: goroutines, bytes of the heap, open descriptors, self-rearming
// timers, child processes. It tells apart what one run cannot. A rise that stops is warm-up: a pool
// created on first use, a cache that fills, connections kept alive up to their limit.
// A rise that goes on is a leak.
//
//	func TestFetch(t *testing.T) {
//		leak.Repeat(t, func(t testing.TB) {
//			server := newServer(t) // closed at the end of the round
//			...
//		})
//	}
//
// Each round gets a t of its own in place of the test's, so that helpers which take
// a testing.TB can be used as they are. At the end of the round, not of the test, its
// Cleanup functions run, and its Setenv, Chdir and TempDir are undone. Its Context ends
// after the rounds are compared, so that what ends only with it is a leak: production has
// no such moment. Where cleanups wait for what ends with it, it ends before them. f runs in the test's goroutine. When a round fails, is skipped or panics,
// no other is run and nothing is judged.
//
// Options.Plan says how many rounds there are and what is judged. Usually 8 are
// enough, and a leak takes 23. Where it could not be told whether something leaks,
// the test fails too, with other words.
//
// Goroutines are attributed as in Check. Heap, descriptors and timers belong to the
// whole process; where another test ran at the same time they are not judged, and the
// log says so. Goroutines that Repeat has judged are reported neither by a Check of
// the same test nor by VerifyTestMain, whatever the verdict.
func Repeat(t testing.TB, f func(t testing.TB), opts ...Options) {
	t.Helper()
	o := merge(opts)
	if err := o.validate(); err != nil {
		t.Errorf("%v", err)
		return
	}
	config, leave, err := enterRounds(t, o)
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	defer leave()
	once := onceOnly{contexts: newRoundContexts(t.Context())}
	defer once.contexts.endNow()
	result, err := growth.Run(context.WithoutCancel(t.Context()), config, func(context.Context) error { return runRound(t, &once, f) })
	switch {
	case errors.Is(err, errRoundFailed):
		t.Logf("%v: not judged", err)
		return
	case err != nil:
		t.Errorf("%v", err)
		return
	}
	checks.addSeen(maps.Keys(result.Judged))
	for _, id := range result.Children {
		reportedChildren.add(id)
	}
	r := newRoundsReport(result, o)
	if n := once.contexts.endWith(result); n > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%s of these ended with the round's t.Context(), which ended after the comparison: "+
			"in production nothing ends it; a helper of the test must end them in a Cleanup", words.Goroutines(n)))
	}
	if err := r.Err(); err != nil {
		t.Errorf("%v", err)
	} else if r.worthLogging() {
		t.Logf("leak: %s", r)
	}
}

// enterRounds registers the rounds as those of a test, and labels what they start. A
// test that has a Check already keeps its label, so that what Repeat does not judge is
// still Check's.
func enterRounds(t testing.TB, o Options) (growth.Config, func(), error) {
	self, err := dump.Self()
	if err != nil {
		return growth.Config{}, nil, fmt.Errorf("leak: repeat: find own goroutine: %w", err)
	}
	check := checks.of(t)
	leave := func() { checks.endRounds(check) }
	if check == nil {
		check = &checker{t: t, opts: o, self: self}
		checks.begin(check)
		check.label()
		leave = func() {
			checks.restoreLabel(t.Name())
			checks.end(check)
		}
	}
	checks.beginRounds(check)
	c := growth.Config{Plan: o.Plan.withDefaults(), Search: o.search(&Snapshot{}), MayStay: o.processMayStay()}
	c.Search.Test = check.test.Share()
	c.Plan.Time = min(c.Plan.Time, check.remaining())
	begun := checks.begun()
	c.OthersRun = func() bool { return checks.begun() != begun || lineage.OtherTestRuns(dump.All(), self.ID) }
	return c, leave, nil
}

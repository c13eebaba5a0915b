package leak

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"runtime"
	"testing"
)

// Repeat runs f in rounds and makes the test fail if what f leaves behind grows
// round by round: goroutines, bytes of the heap, open descriptors, timers that
// arm themselves again. It tells apart what one run cannot: a rise that stops is
// warm-up (a pool born on first use, a cache that fills, connections kept alive
// up to their limit), a rise that goes on is a leak.
//
//	func TestFetch(t *testing.T) {
//		leak.Repeat(t, func(t testing.TB) {
//			server := newServer(t) // closed at the end of the round
//			...
//		})
//	}
//
// Each round gets a t of its own that stands for the test's, so that helpers
// which take a testing.TB can be used as they are: its Cleanup functions run, its
// Context ends, and its Setenv, Chdir and TempDir are undone at the end of the
// round, not of the test. f runs in the test's goroutine. When a round fails, is
// skipped or panics, no other is run and nothing is judged.
//
// Options.Plan says how many rounds there are and what is judged; usually 8 are
// enough, and a leak takes 23. What could not be told fails the test as a leak
// does, with other words: "could not tell" is no pass. Heap, descriptors and
// timers belong to the whole process; where another test ran at the same time
// they are not judged, and the log says so. Goroutines are told apart as in Check.
// Those that Repeat has judged, one way or the other, are reported neither by a
// Check of the same test nor by VerifyTestMain.
func Repeat(t testing.TB, f func(t testing.TB), opts ...Options) {
	t.Helper()
	o := merge(opts)
	if err := o.validate(); err != nil {
		t.Errorf("%v", err)
		return
	}
	c, leave, err := enter(t, o)
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	defer leave()
	var kept shared
	r, err := c.run(context.WithoutCancel(t.Context()), func(context.Context) error { return runRound(t, &kept, f) })
	if errors.Is(err, errRoundFailed) {
		t.Logf("%v: not judged", err)
		return
	}
	if err == nil {
		checks.know(maps.Keys(c.births))
		err = r.Err()
	}
	if err != nil {
		t.Errorf("%v", err)
	} else if r.notJudged() || len(r.Warnings) > 0 {
		t.Logf("leak: %s", r)
	}
}

// Rounds is Repeat without a test: it runs f in rounds and reports what grows
// round by round. The whole process is judged, whoever runs in it beside f.
//
// The error says that it could not look: options that make no sense, an error
// of f, or ctx done, which ends the rounds. What it saw is never an error.
func Rounds(ctx context.Context, f func(ctx context.Context) error, opts ...Options) (RoundsReport, error) {
	o := merge(opts)
	if err := o.validate(); err != nil {
		return RoundsReport{}, err
	}
	return newCourse(o, nil).run(ctx, f)
}

// enter makes the rounds known as those of a test, and labels what they start.
// A test that has a Check already keeps its label, so that what Repeat does not
// judge is still Check's.
func enter(t testing.TB, o Options) (*course, func(), error) {
	h, err := self()
	if err != nil {
		return nil, nil, fmt.Errorf("leak: repeat: find own goroutine: %w", err)
	}
	check := checks.of(t)
	leave := func() { checks.repeat(check, false) }
	if check == nil {
		check = &checker{t: t, opts: o, bubble: h.Bubble, self: h.ID}
		check.owner = &owner{key: labelKey, value: checks.begin(check, t.Name()), ids: map[uint64]struct{}{h.ID: {}}}
		label(check.owner.value)
		leave = func() {
			label(checks.above(t.Name()))
			checks.end(check)
		}
	}
	checks.repeat(check, true)
	who := *check.owner
	c := newCourse(o, &who)
	c.plan.Time = min(c.plan.Time, check.remaining())
	number := checks.begun()
	c.crowd = func() bool { return checks.begun() != number || othersRun(h.ID) }
	return c, leave, nil
}

// notJudged reports whether a resource was to be judged and could not be.
func (r RoundsReport) notJudged() bool {
	for _, t := range r.trends() {
		if t.Verdict == NotJudged && t.Why != notAsked {
			return true
		}
	}
	return false
}

var errRoundFailed = errors.New("leak: repeat: a round failed")

// runRound runs f once, with a test of its own.
func runRound(t testing.TB, kept *shared, f func(t testing.TB)) error {
	t.Helper()
	failed := t.Failed()
	r := &round{TB: t, shared: kept}
	r.ctx, r.cancel = context.WithCancel(t.Context())
	func() {
		defer r.end()
		f(r)
	}()
	if t.Failed() && !failed {
		return errRoundFailed
	}
	return nil
}

// shared is what the rounds of one Repeat have in common: whether the test's own
// Setenv and Chdir were called, which check that the test may do so.
type shared struct{ setenv, chdir bool }

// round is a test as one round sees it.
type round struct {
	testing.TB
	shared   *shared
	ctx      context.Context
	cancel   context.CancelFunc
	cleanups []func()
}

func (r *round) Context() context.Context { return r.ctx }

func (r *round) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }

// end runs the cleanups, last first, also where one of them ends the goroutine.
func (r *round) end() {
	r.cancel()
	if len(r.cleanups) == 0 {
		return
	}
	defer r.end()
	last := len(r.cleanups) - 1
	f := r.cleanups[last]
	r.cleanups = r.cleanups[:last]
	f()
}

// Setenv sets the variable until the end of the round. The test's own Setenv,
// which panics in a parallel test, is called once: it keeps a cleanup per call.
func (r *round) Setenv(key, value string) {
	r.Helper()
	r.keep(key)
	if !r.shared.setenv {
		r.TB.Setenv(key, value)
		r.shared.setenv = true
	}
	if err := os.Setenv(key, value); err != nil {
		r.Fatalf("leak: repeat: set %s: %v", key, err)
	}
}

// keep puts the variable back at the end of the round.
func (r *round) keep(key string) {
	before, had := os.LookupEnv(key)
	r.Cleanup(func() {
		if had {
			os.Setenv(key, before)
		} else {
			os.Unsetenv(key)
		}
	})
}

// Chdir changes the directory until the end of the round, and the variable PWD
// with it where testing does that. The test's own Chdir is called once, as Setenv is.
func (r *round) Chdir(dir string) {
	r.Helper()
	before, err := os.Getwd()
	if err != nil {
		r.Fatalf("leak: repeat: change directory: %v", err)
	}
	r.keep(pwd)
	if !r.shared.chdir {
		r.TB.Chdir(dir)
		r.shared.chdir = true
	} else if err := os.Chdir(dir); err != nil {
		r.Fatalf("leak: repeat: change directory: %v", err)
	}
	if now, err := os.Getwd(); err == nil && runtime.GOOS != "windows" && runtime.GOOS != "plan9" {
		os.Setenv(pwd, now)
	}
	r.Cleanup(func() {
		if err := os.Chdir(before); err != nil {
			r.Fatalf("leak: repeat: change directory back: %v", err)
		}
	})
}

// pwd is the variable that holds the working directory.
const pwd = "PWD"

// TempDir gives a directory that is removed at the end of the round.
func (r *round) TempDir() string {
	r.Helper()
	dir := r.TB.TempDir()
	r.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

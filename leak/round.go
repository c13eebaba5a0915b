package leak

import (
	"context"
	"errors"
	"os"
	"runtime"
	"testing"
)

var errRoundFailed = errors.New("leak: repeat: a round failed")

// runRound runs f once, with a test of its own.
func runRound(t testing.TB, once *onceOnly, f func(t testing.TB)) error {
	t.Helper()
	failed := t.Failed()
	r := &round{TB: t, once: once, ctx: once.contexts.begin()}
	func() {
		defer r.end()
		f(r)
	}()
	if t.Failed() && !failed {
		return errRoundFailed
	}
	return nil
}

// onceOnly is what the rounds of one Repeat have in common: their contexts, and whether
// the test's own Setenv and Chdir were called. These check that the test may do so, and
// keep a cleanup per call, so each is called once only.
type onceOnly struct {
	contexts      *roundContexts
	setenv, chdir bool
}

// round is a test as one round sees it.
type round struct {
	testing.TB
	once     *onceOnly
	ctx      context.Context
	cleanups []func()
}

func (r *round) Context() context.Context { return r.ctx }

func (r *round) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }

// end runs the cleanups.
func (r *round) end() {
	if len(r.cleanups) > 0 {
		defer r.once.contexts.cleanupsBegin()()
		r.cleanUp()
	}
}

// cleanUp runs them last first. It goes on where one of them ends the goroutine.
func (r *round) cleanUp() {
	if len(r.cleanups) == 0 {
		return
	}
	defer r.cleanUp()
	last := len(r.cleanups) - 1
	f := r.cleanups[last]
	r.cleanups = r.cleanups[:last]
	f()
}

// Setenv sets the variable until the end of the round. The test's own Setenv panics in
// a parallel test, as it should.
func (r *round) Setenv(key, value string) {
	r.Helper()
	r.keep(key)
	if !r.once.setenv {
		r.TB.Setenv(key, value)
		r.once.setenv = true
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
// with it where package testing does that.
func (r *round) Chdir(dir string) {
	r.Helper()
	before, err := os.Getwd()
	if err != nil {
		r.Fatalf("leak: repeat: change directory: %v", err)
	}
	r.keep(pwd)
	if !r.once.chdir {
		r.TB.Chdir(dir)
		r.once.chdir = true
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

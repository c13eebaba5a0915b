package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/leak"
)

// childVar is the environment variable with a child's order, in JSON.
const childVar = "WATERTIGHT_SPEED"

// marker begins each line with a sample on a child's standard output: package
// testing writes there, too.
const marker = "sample: "

// order says what a child measures.
type order struct {
	Case, Call, Tool string
	N, Runs          int
}

// spawn runs a child process and reads its samples.
func (o order) spawn(ctx context.Context) ([]sample, error) {
	text, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	end, err := child.Run(ctx, child.Spec{Env: []string{childVar + "=" + string(text)}})
	switch {
	case err != nil:
		return nil, fmt.Errorf("speed: %w", err)
	case !end.OK():
		return nil, fmt.Errorf("speed: child %s: %s", text, end.Crash(0).Message)
	}
	var samples []sample
	for line := range strings.Lines(end.Output) {
		if line, ok := strings.CutPrefix(line, marker); ok {
			var s sample
			if err := json.Unmarshal([]byte(line), &s); err != nil {
				return nil, fmt.Errorf("speed: child %s: %w", text, err)
			}
			samples = append(samples, s)
		}
	}
	if len(samples) != o.Runs {
		return nil, fmt.Errorf("speed: child %s: got %d samples, want %d", text, len(samples), o.Runs)
	}
	return samples, nil
}

// carryOut is the main function of a child: it carries out an order and prints the
// samples.
func carryOut(text string, stdout, stderr io.Writer) int {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		fmt.Fprintf(stderr, "speed: child: %v\n", err)
		return 2
	}
	k, ok := kindOf(o.Case)
	if !ok {
		fmt.Fprintf(stderr, "speed: child: got case %q, want some of %q\n", o.Case, caseNames())
		return 2
	}
	before := k.work
	if k.leaves {
		before = func() { k.start(o.N) }
	} else {
		k.start(o.N)
	}
	if err := o.run(k, before, stdout); err != nil {
		fmt.Fprintf(stderr, "speed: child: %v\n", err)
		return 2
	}
	return 0
}

// run makes the measurements and prints them.
func (o order) run(k kind, before func(), stdout io.Writer) error {
	once := func() (sample, error) { return o.find(k, before) }
	if o.Call == callCheck {
		return inTest(func(t *testing.T) error {
			return o.repeat(stdout, func() (sample, error) { return o.whole(t, k, before) })
		})
	}
	return o.repeat(stdout, once)
}

func (o order) repeat(stdout io.Writer, once func() (sample, error)) error {
	for range o.Runs {
		s, err := once()
		if err != nil {
			return err
		}
		line, err := json.Marshal(s)
		if err != nil {
			return err
		}
		fmt.Fprintf(stdout, "%s%s\n", marker, line)
	}
	return nil
}

// find measures Find alone.
func (o order) find(k kind, work func()) (sample, error) {
	if o.Tool == theirs {
		ignore := goleak.IgnoreCurrent()
		work()
		m := start()
		err := goleak.Find(ignore)
		s := m.stop()
		if err != nil {
			return s, k.wrong(1)
		}
		return s, k.wrong(0)
	}
	base := leak.Take()
	work()
	m := start()
	r, err := leak.Find(context.Background(), base, leak.Options{})
	s := m.stop()
	if err != nil && !errors.Is(err, leak.ErrLeak) {
		return s, err
	}
	s.Work, s.Proof, s.Passes = r.Work, r.ProofTime, r.ProofPasses
	if k.leaves && r.Goroutines != o.N {
		return s, fmt.Errorf("leak: got %d goroutines found, want %d", r.Goroutines, o.N)
	}
	return s, k.wrong(r.Goroutines)
}

// inTest runs f in a test of package testing, which ends the process where it
// fails.
func inTest(f func(*testing.T) error) error {
	testing.Main(func(string, string) (bool, error) { return true, nil }, []testing.InternalTest{{Name: "whole", F: func(t *testing.T) {
		if err := f(t); err != nil {
			fmt.Fprintln(os.Stderr, err)
			t.Fail()
		}
	}}}, nil, nil)
	return nil
}

// whole measures a test with the check in it, from its start to the end of its
// cleanups. Where goroutines are left behind, the measurement begins when they
// run.
func (o order) whole(t *testing.T, k kind, work func()) (sample, error) {
	var m meter
	failures := 0
	t.Run("one", func(t *testing.T) {
		quiet := &quietT{T: t, failures: &failures}
		if !k.leaves {
			m = start()
		}
		if o.Tool == theirs {
			defer goleak.VerifyNone(quiet, goleak.IgnoreCurrent())
		} else {
			leak.Check(quiet)
		}
		work()
		if k.leaves {
			m = start()
		}
	})
	return m.stop(), k.wrong(failures)
}

// quietT keeps a failure from being printed, so that the time of the terminal is
// not measured.
type quietT struct {
	*testing.T
	failures *int
}

func (q *quietT) Error(...any)          { *q.failures++ }
func (q *quietT) Errorf(string, ...any) { *q.failures++ }

// wrong returns an error where a tool reported leaks in a case without any, or
// none in a case with leaks.
func (k kind) wrong(reported int) error {
	if (reported > 0) != k.leaves {
		return fmt.Errorf("case %s: got %d leaks reported, leaks are there: %v", k.name, reported, k.leaves)
	}
	return nil
}

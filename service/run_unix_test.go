//go:build unix

package service

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/child/childtest"
	"github.com/watertight-go/watertight/service/load"
)

// short are options of a run that takes a few seconds for each version.
func short(toys ...string) Options {
	o := Options{Rate: 40, Each: 500 * time.Millisecond, Warm: 100 * time.Millisecond, Patience: time.Second, Settle: 500 * time.Millisecond,
		ReadyWithin: time.Minute}
	for _, toy := range toys {
		o.Sides = append(o.Sides, Side{Command: []string{os.Args[0]}, Env: []string{toyVariable + "=" + toy, "ADDR={addr}"}, Pprof: "http://{addr}/debug/pprof"})
	}
	return o
}

// patientOnly are clients whose requests reach a service on a busy machine as well, where
// nothing hangs.
var patientOnly = []load.Client{{Name: patientClient, Weight: 1, Patience: time.Minute}}

// judgeRun runs services, and says what the run means.
func judgeRun(t *testing.T, o Options) Result {
	t.Helper()
	seen, err := Run(t.Context(), o, t.Output())
	require.NoError(t, err)
	r := Judge(seen)
	for _, row := range r.Rows {
		t.Log(row.Measure, row.Values, row.Word)
	}
	for _, f := range r.Findings {
		t.Log(f.Kind, f.Stage, f.Site, f.Creator, f.PerRequest, f.With)
	}
	t.Log(r.Notes, r.Hints)
	return r
}

// row is the measure of a name.
func row(t *testing.T, r Result, measure string) Row {
	t.Helper()
	for _, x := range r.Rows {
		if x.Measure == measure {
			return x
		}
	}
	t.Fatalf("got no measure %q", measure)
	return Row{}
}

// guiltyLine is the line of the toys with the comment of a leak.
func guiltyLine(t *testing.T, name string) int64 {
	t.Helper()
	text, err := os.ReadFile("toys_unix_test.go")
	require.NoError(t, err)
	for i, line := range strings.Split(string(text), "\n") {
		if strings.HasSuffix(line, " // leak: "+name) {
			return int64(i + 1)
		}
	}
	t.Fatalf("got no line of %s", name)
	return 0
}

func TestFixedFanOut(t *testing.T) {
	t.Parallel()
	r := judgeRun(t, short("fan-out", "fan-out-fixed"))
	require.Equal(t, 0, r.ExitCode())
	hanging := row(t, r, "goroutines left while it hangs")
	require.Equal(t, Fixed, hanging.Word)
	require.Greater(t, hanging.Values[0].Number, 2.0, "two that wait, and those of connections")
	require.Equal(t, Same, row(t, r, "goroutines left for good").Word)
	require.NotEmpty(t, r.Findings)
	f := r.Findings[0]
	require.Equal(t, "before", f.Side)
	require.Equal(t, guiltyLine(t, "fan-out"), f.Creator.Line)
	for _, s := range r.Sides {
		require.NotZero(t, s.Upstream)
		require.Empty(t, s.Problems)
	}
}

func TestLeakForGood(t *testing.T) {
	t.Parallel()
	o := short("ticker")
	o.Clients = patientOnly
	r := judgeRun(t, o)
	require.Equal(t, 1, r.ExitCode())
	require.Len(t, r.Findings, 1)
	f := r.Findings[0]
	require.Equal(t, Released, f.Stage)
	require.Equal(t, guiltyLine(t, "ticker"), f.Creator.Line)
	require.InDelta(t, 1, f.PerRequest, .25)
}

func TestCallsOfGRPC(t *testing.T) {
	t.Parallel()
	o := short("grpc")
	o.Clients = patientOnly
	o.Request = load.Request{Method: "POST", URL: "http://{addr}/svc/Call", Protocol: load.GRPC}
	r := judgeRun(t, o)
	require.Equal(t, 1, r.ExitCode())
	require.Equal(t, "100 %", row(t, r, "answers in the warm-up").Values[0].Text)
	require.NotEmpty(t, r.Findings)
	require.Equal(t, guiltyLine(t, "ticker"), r.Findings[0].Creator.Line)
}

func TestPoolIsNoLeak(t *testing.T) {
	t.Parallel()
	r := judgeRun(t, short("kept"))
	require.Equal(t, 0, r.ExitCode())
	require.Empty(t, r.Findings)
}

func TestDeathUnderLoad(t *testing.T) {
	t.Parallel()
	r := judgeRun(t, short("panics"))
	require.Equal(t, 1, r.ExitCode())
	require.Equal(t, Fails, row(t, r, "survives the faults").Word)
	require.Contains(t, r.Sides[0].Died, "no answer from the upstream")
	require.NotEmpty(t, r.Sides[0].Log)
}

// What dies before the faults says nothing of them.
func TestDeathInWarmUp(t *testing.T) {
	t.Parallel()
	r := judgeRun(t, short("exits"))
	require.Equal(t, 2, r.ExitCode())
	require.Contains(t, r.Sides[0].Trouble, "the service ended during the healthy warm-up: exited with code 3")
	require.Contains(t, r.Sides[0].Log, "no such table")
}

func TestOneThatDoesNotBuild(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module m\n\ngo 1.24\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nfunc main() { undefined() }\n"), 0o600))
	_, err := Run(t.Context(), Options{Dir: dir, Sides: []Side{{Package: "."}}}, t.Output())
	require.ErrorContains(t, err, "undefined: undefined")
}

// cutter ends a context when a step of the run is written.
type cutter struct {
	at     string
	cancel context.CancelFunc
}

func (c cutter) Write(p []byte) (int, error) {
	if strings.Contains(string(p), c.at) {
		c.cancel()
	}
	return len(p), nil
}

// Wherever a run is interrupted, no process is left. TestMain checks that no folder is.
func TestInterrupted(t *testing.T) {
	for _, step := range []string{"warm-up", "round 1: load", "round 1: recovery"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			pids := filepath.Join(t.TempDir(), "pids")
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			o := short("fan-out", "fan-out-fixed")
			o.Sides[0].Env = append(o.Sides[0].Env, pidVariable+"="+pids)
			seen, err := Run(ctx, o, cutter{step, cancel})
			require.NoError(t, err)
			require.Equal(t, "interrupted", seen.Partial)
			require.Len(t, seen.Sides, 1, "the second version is not begun")
			r := Judge(seen)
			require.Equal(t, 2, r.ExitCode(), fmt.Sprint(r.Notes))
			childtest.Gone(t, time.Second, childtest.Await(t, pids, 1)...)
		})
	}
}

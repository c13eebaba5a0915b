package leak_test

import (
	"context"
	"errors"
	"os"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// defaultSettle is what goroutines get where Options.Settle is zero.
const defaultSettle = 5 * time.Second

// brief is a budget that planted leaks outlive and that keeps the tests short.
const brief = 100 * time.Millisecond

var provable = pprof.Lookup("goroutineleak") != nil

func find(t *testing.T, base *leak.Snapshot, opts leak.Options) leak.Report {
	t.Helper()
	r, err := leak.Find(context.Background(), base, opts)
	if !errors.Is(err, leak.ErrLeak) {
		require.NoError(t, err)
	}
	require.Equal(t, r.Goroutines > 0, err != nil, "the error is the finding")
	return r
}

func TestFindPlanted(t *testing.T) {
	dropped := leak.Blocked
	if provable {
		dropped = leak.Proven
	}
	for _, c := range []struct {
		name  string
		start func(*testing.T) planted
		class leak.Class
		// state is a regular expression.
		state string
	}{
		{"nil channel", leakNilChannel, leak.Proven, `^chan receive \(nil chan\)$`},
		{"empty select", leakEmptySelect, leak.Proven, `^select \(no cases\)$`},
		{"receive from a dropped channel", leakDropped, dropped, `^chan receive$`},
		{"send on a reachable channel", leakSend, leak.Blocked, `^chan send$`},
		{"sleep loop", leakSleep, leak.Waiting, `^sleep$`},
		{"read from a connection", leakRead, leak.Waiting, `^IO wait$`},
		{"busy loop", leakBusy, leak.Running, `^(runnable|running|preempted)$`},
	} {
		t.Run(c.name, func(t *testing.T) {
			base := leak.Take()
			p := c.start(t)
			r := find(t, base, leak.Options{Settle: brief})
			require.Equal(t, 1, r.Goroutines, "%s", r)
			f := r.Findings[0]
			if c.name == "sleep loop" && f.Class == leak.Running {
				t.Log("was seen between two sleeps")
			} else {
				require.Equal(t, c.class, f.Class, "%s", r)
				require.Regexp(t, c.state, f.State)
			}
			require.Contains(t, f.CreatedBy, "leak_test.leak")
			require.True(t, strings.HasSuffix(f.File, "leaks_test.go"), f.File)
			require.Positive(t, f.Line)
			require.Contains(t, f.Stack, "goroutine ")
			require.ErrorIs(t, r.Err(), leak.ErrLeak)
			require.Contains(t, r.String(), f.CreatedBy)
			p.release()
			if c.class != leak.Proven && c.name != "receive from a dropped channel" {
				after := find(t, base, leak.Options{})
				require.NoError(t, after.Err(), "after the release")
			}
		})
	}
}

func TestFindProvenAtOnce(t *testing.T) {
	base := leak.Take()
	leakNilChannel(t)
	start := time.Now()
	r := find(t, base, leak.Options{})
	require.Equal(t, 1, r.Goroutines)
	require.Less(t, time.Since(start), defaultSettle/2)
}

// TestFindOneEndedAnotherLeaked: the number of goroutines is the same before
// and after.
func TestFindOneEndedAnotherLeaked(t *testing.T) {
	quit, gone := make(chan bool), make(chan bool)
	go func() { <-quit; close(gone) }()
	base := leak.Take()
	p := leakSend(t)
	defer p.release()
	close(quit)
	<-gone
	r := find(t, base, leak.Options{Settle: brief})
	require.Equal(t, 1, r.Goroutines, "%s", r)
}

// TestFindTestsThemselves: goroutines of package testing are not the code's.
func TestFindTestsThemselves(t *testing.T) {
	base := leak.Take()
	t.Run("outer", func(t *testing.T) {
		t.Run("inner", func(t *testing.T) {
			require.NoError(t, find(t, base, leak.Options{Settle: brief}).Err())
		})
	})
}

func TestFindGroups(t *testing.T) {
	base := leak.Take()
	for range 3 {
		defer leakSend(t).release()
	}
	leakNilChannel(t)
	r := find(t, base, leak.Options{Settle: brief})
	require.Equal(t, 4, r.Goroutines)
	require.Len(t, r.Findings, 2, "%s", r)
	require.Equal(t, leak.Proven, r.Findings[0].Class, "surest first")
	require.NotEqual(t, r.Findings[0].Key(), r.Findings[1].Key())
}

func TestFindAllow(t *testing.T) {
	base := leak.Take()
	defer leakSend(t).release()
	for _, a := range []leak.Allow{
		{Func: "github.com/watertight-go/watertight/leak_test.leakSend.func1", Reason: "planted"},
		{Top: "github.com/watertight-go/watertight/leak_test.leak*", Reason: "planted"},
		{CreatedBy: "github.com/watertight-go/watertight/leak_test.leakSend", Reason: "planted"},
		{At: "leaks_test.go", Reason: "planted"},
		{At: "leak/leaks_test.go", Reason: "planted"},
	} {
		r := find(t, base, leak.Options{Allow: []leak.Allow{a}})
		require.NoError(t, r.Err())
		require.Equal(t, []leak.Allowed{{Reason: "planted", Count: 1}}, r.Allowed)
		require.Contains(t, r.String(), "planted")
	}
	r := find(t, base, leak.Options{Settle: brief, Allow: []leak.Allow{{CreatedBy: "nobody", Reason: "other"}}})
	require.Equal(t, 1, r.Goroutines)
}

func TestFindFail(t *testing.T) {
	base := leak.Take()
	defer leakSend(t).release()
	r := find(t, base, leak.Options{Fail: []leak.Class{leak.Proven}})
	require.NoError(t, r.Err())
	require.Len(t, r.Allowed, 1)
}

func TestFindLabels(t *testing.T) {
	if !dump.LabelsPossible() {
		_, err := leak.Find(context.Background(), nil, leak.Options{Labels: map[string]string{"a": "b"}})
		require.ErrorContains(t, err, "want Go 1.26 or later")
		t.Skip("this Go prints no labels")
	}
	base := leak.Take()
	before, had := os.LookupEnv("GODEBUG")
	var all []planted
	defer func() {
		for _, p := range all {
			p.release()
		}
	}()
	for _, agent := range []string{"a: \"1\"", "b"} {
		pprof.Do(context.Background(), pprof.Labels("agent", agent), func(context.Context) {
			all = append(all, leakSend(t))
		})
	}
	for range 2 {
		r := find(t, base, leak.Options{Settle: brief, Labels: map[string]string{"agent": "a: \"1\""}})
		require.Equal(t, 1, r.Goroutines, "%s", r)
		require.Equal(t, map[string]string{"agent": "a: \"1\""}, r.Findings[0].Labels)
	}
	r := find(t, base, leak.Options{Settle: brief, Allow: []leak.Allow{{Label: "agent", Reason: "any agent"}}})
	require.NoError(t, r.Err())
	after, has := os.LookupEnv("GODEBUG")
	require.Equal(t, had, has)
	require.Equal(t, before, after, "GODEBUG is put back")
}

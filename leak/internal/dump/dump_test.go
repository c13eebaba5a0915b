package dump

import (
	"os"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/require"
	"github.com/watertight-go/watertight/leak/internal/stack"
)

// TestDumperGrows: many more goroutines than were announced.
func TestDumperGrows(t *testing.T) {
	release := make(chan bool)
	for range 2000 {
		go func() { <-release }()
	}
	defer close(release)
	var d Dumper
	dump := d.All(0)
	require.Greater(t, len(dump), leastLen)
	require.False(t, d.Truncated)
	all, skipped, err := stack.Parse(dump)
	require.NoError(t, err)
	require.Zero(t, skipped)
	require.GreaterOrEqual(t, len(all), 2000)
}

// TestWithLabels: GODEBUG comes back as it was, with whatever was in it.
func TestWithLabels(t *testing.T) {
	if !LabelsPossible() {
		t.Skip("this Go prints no labels")
	}
	for _, setting := range []string{"", "http2debug=0", "tracebacklabels=0", "tracebacklabels=1"} {
		t.Setenv(debugVar, setting)
		shown := false
		WithLabels(func() { shown = LabelsShown() })
		require.True(t, shown, "%q", setting)
		require.Equal(t, setting, os.Getenv(debugVar))
		require.Equal(t, setting == "tracebacklabels=1", LabelsShown(), "%q", setting)
	}
	t.Setenv(debugVar, "")
	os.Unsetenv(debugVar)
	WithLabels(func() {})
	_, has := os.LookupEnv(debugVar)
	require.False(t, has, "a variable that was not there is not left behind")
}

// TestShowLabelsPutsBack: not while a dump with labels is made.
func TestShowLabelsPutsBack(t *testing.T) {
	t.Setenv(debugVar, "tracebacklabels=0")
	release := ShowLabels()
	debugMu.Lock()
	released := make(chan bool)
	go func() { release(); close(released) }()
	waits := seenStanding("sync.(*Mutex).Lock")
	shown := os.Getenv(debugVar)
	debugMu.Unlock()
	<-released
	require.True(t, waits)
	require.Equal(t, "tracebacklabels=0,tracebacklabels=1", shown)
	require.Equal(t, "tracebacklabels=0", os.Getenv(debugVar))
}

// seenStanding waits, for five seconds at most, until a goroutine stands there.
func seenStanding(where string) bool {
	for range 5000 {
		if strings.Contains(stacksNow(), where) {
			return true
		}
		time.Sleep(time.Millisecond)
	}
	return false
}

func stacksNow() string {
	var b strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
		return err.Error()
	}
	return b.String()
}

// A large buffer is not in the heap, and can be released more than once.
func TestDumperOutsideOfTheHeap(t *testing.T) {
	var d Dumper
	d.Reserve(10_000)
	require.Equal(t, obtain(1) != nil, d.outside)
	if d.outside {
		require.Zero(t, len(d.buf)%(2<<20), "whole huge pages")
	}
	require.Greater(t, len(d.All(0)), 0)
	d.Release()
	d.Release()
	require.Zero(t, len(d.buf))
	d.Reserve(1)
	require.Equal(t, false, d.outside)
}

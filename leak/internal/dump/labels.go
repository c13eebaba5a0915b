package dump

import (
	"context"
	"os"
	"runtime/pprof"
	"strings"
	"sync"
)

// ProbeLabel is the pprof label of goroutines that work for a search. No inspection
// counts them.
const ProbeLabel = "watertight.probe"

// MarkProbe gives the calling goroutine ProbeLabel.
func MarkProbe() {
	pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), pprof.Labels(ProbeLabel, "1")))
}

// debugVar is the variable that holds the runtime's settings.
const debugVar = "GODEBUG"

// debugMu guards the variable.
var debugMu sync.Mutex

// WithLabels runs f while the runtime prints labels in dumps. Go does so since 1.26.
func WithLabels(f func()) {
	debugMu.Lock()
	defer debugMu.Unlock()
	defer printLabels()()
	f()
}

// ShowLabels makes the runtime print labels in dumps until the returned function is
// called. It is for a series of dumps: each time that a variable is set and unset,
// package syscall keeps one more entry in its list of variables, and rounds would
// report that as a leak.
func ShowLabels() (restore func()) {
	debugMu.Lock()
	defer debugMu.Unlock()
	undo := printLabels()
	return func() {
		debugMu.Lock()
		defer debugMu.Unlock()
		undo()
	}
}

// printLabels adds tracebacklabels=1 to GODEBUG, which the runtime reads again at
// every os.Setenv, and returns what puts the variable back. Where labels are printed
// already it must leave GODEBUG alone: after a change the runtime takes 0, not the
// default, for a setting that is not named, and labels would stay off.
func printLabels() (undo func()) {
	if LabelsShown() {
		return func() {}
	}
	before, had := os.LookupEnv(debugVar)
	if os.Setenv(debugVar, strings.TrimPrefix(before+",tracebacklabels=1", ",")) != nil {
		return func() {}
	}
	return func() {
		if had {
			os.Setenv(debugVar, before)
		} else {
			os.Unsetenv(debugVar)
		}
	}
}

// LabelsShown reports whether dumps have labels now. It reads the header of a new
// goroutine that has one. The calling goroutine cannot be used: nothing can read its
// labels, so they could not be put back.
func LabelsShown() bool {
	shown := make(chan bool)
	go func() {
		MarkProbe()
		h, err := Self()
		shown <- err == nil && len(h.Labels) > 0
	}()
	return <-shown
}

// LabelsPossible reports whether this Go can print labels in dumps at all, which it
// does since 1.26. The answer never changes.
var LabelsPossible = sync.OnceValue(func() (possible bool) {
	WithLabels(func() { possible = LabelsShown() })
	return possible
})

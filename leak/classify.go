package leak

import (
	"strings"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// allClasses are the classes, surest first.
var allClasses = []Class{Proven, Blocked, Waiting, Running}

// classes gives the class of each state that package runtime prints (its
// waitReasonStrings and gStatusStrings, Go 1.24 to 1.27).
var classes = map[string]Class{
	"chan receive (nil chan)": Proven,
	"chan send (nil chan)":    Proven,
	"select (no cases)":       Proven,

	"chan receive":        Blocked,
	"chan send":           Blocked,
	"select":              Blocked,
	"semacquire":          Blocked,
	"sync.Cond.Wait":      Blocked,
	"sync.Mutex.Lock":     Blocked,
	"sync.RWMutex.RLock":  Blocked,
	"sync.RWMutex.Lock":   Blocked,
	"sync.WaitGroup.Wait": Blocked,
	"coroutine":           Blocked,
	"synctest.Run":        Blocked,
	"synctest.Wait":       Blocked,

	"IO wait":        Waiting,
	"sleep":          Waiting,
	"syscall":        Waiting,
	"panicwait":      Waiting,
	"finalizer wait": Waiting,
	"cleanup wait":   Waiting,
}

// classify gives the class of a goroutine. A state that is in no list, such as
// "runnable" or "GC assist wait", belongs to a goroutine that goes on by itself.
func classify(h stack.Header) Class {
	if h.Leaked {
		return Proven
	}
	if c, ok := classes[h.State]; ok {
		return c
	}
	return Running
}

// isSystem reports whether a goroutine belongs to the runtime, to package
// testing or to another part of the standard library that starts it once and
// for the whole process.
func isSystem(h stack.Header, t stack.Trace) bool {
	if h.ID == 1 {
		return true
	}
	for _, name := range []string{entry(t), t.Created.Func} {
		if inPackage(name, systemPrefixes) {
			return true
		}
	}
	// What package testing starts is tests and their timers, never a goroutine
	// of the code under test; siblings that run in parallel are among them.
	return inPackage(t.Created.Func, testingPrefixes)
}

// entry is the function that the go statement called; empty where unknown.
func entry(t stack.Trace) string {
	if n := len(t.Frames); n > 0 {
		return t.Frames[n-1].Func
	}
	return ""
}

var (
	testingPrefixes = []string{
		"testing.", "testing/synctest.", "internal/synctest.", "internal/fuzz.",
	}
	systemPrefixes = []string{
		// Not all of these packages: pprof.Do and trace.WithRegion run the user's function.
		"runtime/trace.(*", "runtime/trace.Start", "runtime/pprof.profileWriter", "runtime.ReadTrace", "runtime.ensureSigM",
		"runtime.runfinq", "runtime.runFinalizers", "runtime.runCleanups", "runtime.bg", "runtime.gcBg",
		"os/signal.loop", "os/signal.signal_recv", "os/signal.Notify.func", "os/signal.watchSignalLoop",
		"unique.", "internal/weak.",
	}
)

// inPackage is hasAnyPrefix for prefixes that hold the whole of an import path:
// "testing." is not that of "testing.example.com/x.F".
func inPackage(name string, prefixes []string) bool {
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(name, p); ok && !strings.Contains(rest, "/") {
			return true
		}
	}
	return false
}

func hasAnyPrefix(name string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// calls reports whether inner was called directly by one of outer.
func calls(t stack.Trace, inner string, outer ...string) bool {
	for i := 1; i < len(t.Frames); i++ {
		if t.Frames[i-1].Func != inner {
			continue
		}
		for _, o := range outer {
			if t.Frames[i].Func == o {
				return true
			}
		}
	}
	return false
}

// matches reports whether a allows the goroutine.
func (a Allow) matches(h stack.Header, t stack.Trace) bool {
	if a.Top != "" && (len(t.Frames) == 0 || !nameMatches(a.Top, t.Frames[0].Func)) {
		return false
	}
	if a.CreatedBy != "" && !nameMatches(a.CreatedBy, t.Created.Func) {
		return false
	}
	if a.At != "" && !placeMatches(a.At, t.Created.File, t.Created.Line) {
		return false
	}
	if a.Func != "" && !anyFrame(t, a.Func) {
		return false
	}
	return a.Label == "" || hasLabel(h, a.Label, a.Value)
}

func anyFrame(t stack.Trace, name string) bool {
	for _, f := range t.Frames {
		if nameMatches(name, f.Func) {
			return true
		}
	}
	return false
}

// hasLabel reports whether the goroutine carries the label; an empty value
// stands for any.
func hasLabel(h stack.Header, key, value string) bool {
	for _, l := range h.Labels {
		if l.Key == key && (value == "" || l.Value == value) {
			return true
		}
	}
	return false
}

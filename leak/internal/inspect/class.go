package inspect

import (
	"strings"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// Class says how sure it is that a goroutine will never end.
type Class string

// The classes, as package leak documents them.
const (
	Proven  Class = "proven"
	Blocked Class = "blocked"
	Waiting Class = "waiting"
	Running Class = "running"
)

// Classes are all of them, surest first.
var Classes = []Class{Proven, Blocked, Waiting, Running}

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

// Classify gives the class of a goroutine. A state that is not listed, such as
// "runnable" or "GC assist wait", is that of a goroutine that makes progress.
func Classify(h stack.Header) Class {
	if h.Leaked {
		return Proven
	}
	if c, ok := classes[h.State]; ok {
		return c
	}
	return Running
}

// IsSystem reports whether a goroutine belongs to the runtime, to package testing or
// to another part of the standard library that starts it once for the whole process.
func IsSystem(h stack.Header, t stack.Trace) bool {
	if h.ID == 1 {
		return true
	}
	for _, name := range []string{Entry(t), t.Created.Func} {
		if inPackage(name, systemPrefixes) {
			return true
		}
	}
	// Package testing starts tests and their timers, never a goroutine of the code
	// under test. Siblings that run in parallel are among them.
	return inPackage(t.Created.Func, testingPrefixes)
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

// Package hook puts the tests of a package under a leak check without a change to
// its files. It is the part of `stress test` that runs within a test binary: a file
// that is generated beside the package's tests calls Attach with the lists of tests
// and examples that the generated main function will give to package testing.
//
// Nothing here makes a test fail, but for the time-out of go test, which is kept here
// since the time of the checks does not count. What is found is written to a file of
// records, one JSON line each, at once, so that the process may die at any time.
package hook

import (
	"context"
	"errors"
	"os"
	"runtime"
	"sync"
	"testing"

	"github.com/watertight-go/watertight/leak"
)

// LastExample is the name of the example that Attach adds. It runs after all tests.
const LastExample = "ExampleWatertightLast"

// attached is that of this process; nil where tests are not checked.
var attached *hook

// Attach wraps each test and each fuzz function, and adds an example that looks for what
// is left after all tests, examples included. The files of this binary begin with name.
func Attach(name string, tests *[]testing.InternalTest, fuzz *[]testing.InternalFuzzTarget, examples *[]testing.InternalExample) {
	h := attach(given, name, *tests, *fuzz)
	if h == nil {
		return
	}
	for i, test := range *tests {
		name := h.names.of(test.Name, test.F)
		(*tests)[i].F = func(t *testing.T) {
			if h.ready(t, name, functionOf(test.F)) {
				test.F(t)
			}
		}
	}
	for i, target := range *fuzz {
		name := h.names.of(target.Name, target.Fn)
		(*fuzz)[i].Fn = func(f *testing.F) {
			if h.ready(f, name, functionOf(target.Fn)) {
				target.Fn(f)
			}
		}
	}
	*examples = append(*examples, testing.InternalExample{Name: LastExample, F: h.last})
}

// WithRounds makes rounds possible. The linker leaves out what judges them where no file
// of a test binary calls this.
func WithRounds() { nextRound = (*hook).nextRound }

// nextRound is nil where rounds are not possible.
var nextRound func(h *hook, t testing.TB, test string) bool

// ready begins the check of a test, or its next round. It returns false where no further
// round is needed. function is that of the test; empty where the test itself calls it.
func (h *hook) ready(t testing.TB, name, function string) bool {
	if h.Rounds.Rounds > 0 && nextRound != nil {
		return nextRound(h, t, name)
	}
	h.begin(t, name, function)
	return true
}

// AttachStatements is Attach for a binary in which each test calls Begin itself, as its
// first statement: no test has another caller than without a check.
func AttachStatements(name string, tests *[]testing.InternalTest, fuzz *[]testing.InternalFuzzTarget, examples *[]testing.InternalExample) {
	if attached = attach(given, name, *tests, *fuzz); attached != nil {
		*examples = append(*examples, testing.InternalExample{Name: LastExample, F: attached.last})
	}
}

// attach is the hook of this process, which writes its first record; nil where the driver
// or the go command has not started the process.
func attach(c *Config, name string, tests []testing.InternalTest, fuzz []testing.InternalFuzzTarget) *hook {
	switch {
	case c == nil:
		return nil
	case c.Dir == "" && c.Parent != os.Getppid():
		return nil
	case c.Dir != "" && !c.enter(name):
		return nil
	}
	h := &hook{Config: *c, file: file{name: c.Records}, names: newNames(tests, fuzz)}
	h.clock = newClock(c.Timeout, h.expired)
	h.file.write(Record{Event: Attached, Tests: h.names.all})
	return h
}

// hook checks the tests of one process.
type hook struct {
	Config
	file  file
	names names
	clock *clock
	mu    sync.Mutex
	// base is what ran before the first test.
	base *leak.Snapshot
	// rounds are those of each test that began, where tests run in rounds.
	rounds map[string]*rounds
}

// Begin begins the check of a test that calls it as its first statement. caller is any
// function of the test's package.
func Begin(t testing.TB, caller any) {
	if attached == nil {
		return
	}
	if !attached.ready(t, attached.names.of(t.Name(), caller), "") {
		t.SkipNow()
	}
}

// begin begins the check of a test.
func (h *hook) begin(t testing.TB, name, function string) {
	h.takeBase()
	h.clock.begin(name)
	h.file.write(Record{Event: Started, Test: name})
	t.Cleanup(func() { h.end(t, name) })
	leak.Check(&recorder{TB: t, hook: h, test: name, function: function}, h.options())
	t.Cleanup(h.clock.pause)
	if h.Allocations {
		h.measure(t, name)
	}
	if h.Defect {
		leakOne()
	}
}

// end notes how a test ended whose check has ended.
func (h *hook) end(t testing.TB, name string) {
	paused := h.clock.end(name)
	h.file.write(Record{Event: Ended, Test: name, Outcome: outcomeOf(t), Paused: paused})
}

// outcomeOf is how a test ended, in the words of go test.
func outcomeOf(t testing.TB) string {
	switch {
	case t.Failed():
		return "fail"
	case t.Skipped():
		return "skip"
	case unwinding():
		return "fail" // package testing knows only after the cleanups
	}
	return "pass"
}

// unwinding reports whether the cleanup that calls it runs since the test panics, or has
// called runtime.Goexit.
func unwinding() bool {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		if f.Function == "runtime.gopanic" || f.Function == "runtime.Goexit" {
			return true
		}
	}
	return false
}

func (h *hook) options() leak.Options { return leak.Options{Settle: h.Settle} }

// takeBase remembers what ran before the first test.
func (h *hook) takeBase() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.base == nil {
		h.base = leak.Take()
	}
}

// last looks for what is left after all tests and was reported by none.
func (h *hook) last() {
	h.mu.Lock()
	base := h.base
	h.mu.Unlock()
	h.clock.stop()
	if base == nil {
		return
	}
	r, err := leak.FindUnreported(context.Background(), base, h.options())
	if errors.Is(err, leak.ErrLeak) {
		err = nil
	}
	h.file.write(newRecord(Searched, "", r, err))
}

// expired ends the process as package testing does where the time is over.
func (h *hook) expired(running []string) {
	h.file.write(Record{Event: TimedOut, Tests: running})
}

// leakOne leaves a goroutine behind that nothing can wake.
func leakOne() {
	c := make(chan int)
	go func() { <-c }()
}

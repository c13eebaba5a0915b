// Package hook puts the tests of a package under a leak check without a change to
// its files. It is the part of `stress test` that runs within a test binary: a file
// that is generated beside the package's tests calls Attach with the lists of tests
// and examples that the generated main function will give to package testing.
//
// Nothing here makes a test fail. What is found is written to a file of records, one
// JSON line each, at once, so that the process may die at any time.
package hook

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
)

// Env is the environment variable with the Config as JSON. Without it Attach does
// nothing.
const Env = "WATERTIGHT_TESTS"

// Config is what the driver tells a test binary.
type Config struct {
	// Records is the file that records are appended to.
	Records string `json:"records"`
	// Parent is the process that started the test binary. In any other process, such
	// as a child of a test, Attach does nothing.
	Parent int `json:"parent"`
	// Settle is how long goroutines are given to end. Zero means the default of
	// package leak.
	Settle time.Duration `json:"settleNs,omitempty"`
	// Defect makes each test leak a goroutine, to see whether it is found.
	Defect bool `json:"defect,omitempty"`
}

// LastExample is the name of the example that Attach adds. It runs after all tests.
const LastExample = "ExampleWatertightLast"

// Attach wraps each test and each fuzz function, and adds an example that looks for what
// is left after all tests, examples included.
func Attach(tests *[]testing.InternalTest, fuzz *[]testing.InternalFuzzTarget, examples *[]testing.InternalExample) {
	var c Config
	text := os.Getenv(Env)
	if text == "" || json.Unmarshal([]byte(text), &c) != nil || c.Parent != os.Getppid() {
		return
	}
	file, err := os.OpenFile(c.Records, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return
	}
	h := &hook{Config: c, file: file}
	for i, test := range *tests {
		(*tests)[i].F = func(t *testing.T) { h.begin(t, test.Name); test.F(t) }
	}
	for i, target := range *fuzz {
		(*fuzz)[i].Fn = func(f *testing.F) { h.begin(f, target.Name); target.Fn(f) }
	}
	*examples = append(*examples, testing.InternalExample{Name: LastExample, F: h.last})
}

// hook writes the records of one process.
type hook struct {
	Config
	mu   sync.Mutex
	file *os.File
	// base is what ran before the first test.
	base *leak.Snapshot
}

// begin begins the check of a test.
func (h *hook) begin(t testing.TB, name string) {
	h.takeBase()
	h.write(Record{Event: Started, Test: name})
	t.Cleanup(func() { h.write(Record{Event: Ended, Test: name}) })
	leak.Check(&recorder{TB: t, hook: h, test: name}, h.options())
	if h.Defect {
		leakOne()
	}
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
	if base == nil {
		return
	}
	r, err := leak.FindUnreported(context.Background(), base, h.options())
	if errors.Is(err, leak.ErrLeak) {
		err = nil
	}
	h.write(newRecord(Searched, "", r, err))
}

// leakOne leaves a goroutine behind that nothing can wake.
func leakOne() {
	c := make(chan int)
	go func() { <-c }()
}

package creators

import (
	"bytes"
	"runtime/trace"
	"strings"
	"sync"
	"testing"
)

func work(done chan struct{}) { <-done }

// start has a plain go statement, a closure, and WaitGroup.Go of the library.
func start(done chan struct{}, all *sync.WaitGroup) {
	go work(done)
	all.Add(1)
	go func() { defer all.Done(); work(done) }()
	all.Go(func() { work(done) })
}

func TestCreatorsOfATrace(t *testing.T) {
	var b bytes.Buffer
	if err := trace.Start(&b); err != nil {
		t.Skipf("another trace runs: %v", err)
	}
	done := make(chan struct{})
	var all sync.WaitGroup
	start(done, &all)
	close(done)
	all.Wait()
	trace.Stop()
	found, err := Of(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string]int64{}
	for first, at := range found {
		if strings.HasSuffix(at.Function, "creators.start") {
			lines[first[strings.LastIndex(first, "/")+1:]] = at.Line
		}
	}
	for name, line := range map[string]int64{"creators.work": 15, "creators.start.func1": 17} {
		// A wrapper may stand for the function: `go work(done)` starts start.gowrap1.
		if lines[name] != line && lines["creators.start.gowrap1"] != line {
			t.Errorf("%s: got the go statement in line %d, want %d; all: %v", name, lines[name], line, found)
		}
	}
	if got := lines["sync.(*WaitGroup).Go.func1"]; got != 18 {
		t.Errorf("WaitGroup.Go: got line %d, want 18, where the user's code calls it", got)
	}
}

func FuzzOf(f *testing.F) {
	f.Add([]byte("go 1.27 trace\x00\x00\x00"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) { _, _ = Of(data) })
}

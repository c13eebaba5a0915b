package timers

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"

	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/stack"
)

const (
	// maxGoroutines and maxHeap, in bytes, bound how long the world is stopped.
	maxGoroutines = 1000
	maxHeap       = 256 << 20
)

// systems are where an open file can be removed and a heap dump be made into it.
var systems = []string{"linux", "darwin", "freebsd", "netbsd", "openbsd", "dragonfly"}

// possible says why no dump can be made in this process, or none that would be cheap.
func possible() error {
	if strconv.IntSize != 64 || !slices.Contains(systems, runtime.GOOS) {
		return fmt.Errorf("heap dumps are not read on %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	if n := runtime.NumGoroutine(); n > maxGoroutines {
		return fmt.Errorf("got %d goroutines, want at most %d", n, maxGoroutines)
	}
	if n := heapInUse(); n > maxHeap {
		return fmt.Errorf("got a heap of %d bytes, want at most %d", n, maxHeap)
	}
	return nil
}

func heapInUse() uint64 {
	sample := [1]metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample[:])
	return sample[0].Value.Uint64()
}

// The states in which WriteHeapDump may end the process with a fatal error.
var (
	errLeaked  = errors.New("a goroutine is marked as leaked: Go 1.26 and 1.27 cannot make a heap dump beside one")
	errSyscall = errors.New("a goroutine is in a system call: Go 1.26 and 1.27 cannot make a heap dump while it returns")
)

// inspect reports whether the goroutine waits in select. The error says that a heap dump
// must not be made.
//
// runtime.dumpgs throws at a goroutine of a status that it does not know. One is that of
// goroutines that the leak profile has marked. The other is held for about a
// microsecond, by one that comes back from a system call that it has lost its processor
// in. A goroutine that only begins a system call when the world is stopped comes back
// long before its turn, since the objects are dumped first.
func inspect(id uint64) (waits bool, err error) {
	for r := range stack.Records(dump.All()) {
		h, err := stack.ParseHeader(r.Head)
		switch {
		case err != nil:
			return false, err
		case h.Leaked:
			return false, errLeaked
		case h.State == "syscall" && !isSignalLoop(r):
			return false, errSyscall
		case h.ID == id:
			waits = h.State == "select"
		}
	}
	return waits, nil
}

// isSignalLoop reports whether the goroutine waits for signals, as one does wherever
// package os/signal is in use. It comes back when a signal arrives.
func isSignalLoop(r stack.Record) bool {
	t := stack.ParseBody(r.Body)
	return len(t.Frames) > 0 && t.Frames[0].Func == "os/signal.signal_recv"
}

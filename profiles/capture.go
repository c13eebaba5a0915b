package profiles

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"runtime/pprof"
)

// ErrNoLeakProfile is the error for a Go that has no leak profile.
var ErrNoLeakProfile = errors.New(`this Go has no leak profile ("goroutineleak"): ` +
	`use Go 1.27, or Go 1.26 built with GOEXPERIMENT=goroutineleakprofile`)

// Capture takes a profile of this process. The kind is Goroutine, Leak or Heap.
// For Leak the error may be ErrNoLeakProfile.
//
// A goroutine profile has the goroutine that takes it. A leak profile runs one
// garbage collection. A heap profile runs two before: the runtime's heap profile
// may be two collections old, and the second collection frees what was in a
// sync.Pool. runtime.MemProfileRate says how many allocations a heap profile
// samples; the process should set it as early as it can. At 1 it has every
// allocation. By default it has one in 512 KiB, scaled up.
func Capture(kind Kind) (*Profile, error) {
	switch kind {
	case Goroutine, Leak:
	case Heap:
		runtime.GC()
		runtime.GC()
	default:
		return nil, fmt.Errorf("profiles: capture: got kind %q, want %q, %q or %q", kind, Goroutine, Leak, Heap)
	}
	source := pprof.Lookup(string(kind))
	if source == nil {
		return nil, fmt.Errorf("profiles: capture: got %s: %w", runtime.Version(), ErrNoLeakProfile)
	}
	var buf bytes.Buffer
	if err := source.WriteTo(&buf, 0); err != nil {
		return nil, fmt.Errorf("profiles: capture: %s: %w", kind, err)
	}
	p, err := parse(buf.Bytes())
	if err != nil {
		return nil, fmt.Errorf("profiles: capture: %s: %w", kind, err)
	}
	return p, nil
}

package profiles

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"runtime/pprof"
)

// ErrNoLeakProfile says that this Go cannot prove leaks.
var ErrNoLeakProfile = errors.New(`this Go has no leak profile ("goroutineleak"): ` +
	`use Go 1.27, or Go 1.26 built with GOEXPERIMENT=goroutineleakprofile`)

// Capture takes a profile of its own process. The kind is Goroutine, Leak or
// Heap; for Leak the error may be ErrNoLeakProfile.
//
// A goroutine profile holds the goroutine that takes it. A leak profile runs a
// garbage collection. A heap profile runs two first: the runtime's may be two
// collections old, and what a sync.Pool holds goes in the second. What it
// samples is up to the process, which sets runtime.MemProfileRate as early as it
// can: at 1 every allocation counts, at the default one in 512 KiB, scaled up.
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

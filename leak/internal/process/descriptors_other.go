//go:build !linux && !darwin

package process

import (
	"fmt"
	"runtime"
)

// Descriptors fails: open handles are not counted on this system.
func Descriptors() (int, error) {
	return 0, fmt.Errorf("leak: count descriptors: not supported on %s (only on linux and darwin)", runtime.GOOS)
}

// OpenDescriptors is empty: this system does not tell what handles refer to.
func OpenDescriptors() map[string]int { return nil }

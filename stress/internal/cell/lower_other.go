//go:build !linux && !darwin

package cell

import (
	"fmt"
	"runtime/debug"
)

// lowerThreads lowers the limit of threads of the Go runtime, and returns what it
// did in words.
func lowerThreads(n int) string {
	return fmt.Sprintf("lowered from %d", debug.SetMaxThreads(n))
}

// lowerDescriptors does nothing: this system has no such limit.
func lowerDescriptors(int) (lowered string, restore func(), err error) {
	return "", func() {}, nil
}

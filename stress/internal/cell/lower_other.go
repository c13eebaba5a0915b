//go:build !linux && !darwin

package cell

import (
	"fmt"
	"runtime/debug"
)

// lowerThreads lowers Go's own limit of threads and says so.
func lowerThreads(n int) string {
	return fmt.Sprintf("lowered from %d", debug.SetMaxThreads(n))
}

// lowerDescriptors does nothing: this system has no such limit to lower.
func lowerDescriptors(int) (told string, restore func(), err error) {
	return "", func() {}, nil
}

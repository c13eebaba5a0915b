//go:build linux || darwin

package cell

import (
	"fmt"
	"runtime/debug"

	"golang.org/x/sys/unix"
)

// lowerThreads lowers the limit of threads of the Go runtime, and returns what it
// did in words.
func lowerThreads(n int) string {
	return fmt.Sprintf("lowered from %d", debug.SetMaxThreads(n))
}

// lowerDescriptors lowers the soft limit of open descriptors, and returns what it
// did in words. restore may be called more than once.
func lowerDescriptors(n int) (lowered string, restore func(), err error) {
	var was unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &was); err != nil {
		return "", nil, fmt.Errorf("stress: limit: read RLIMIT_NOFILE: %w", err)
	}
	lower := was
	lower.Cur = min(lower.Cur, uint64(n))
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &lower); err != nil {
		return "", nil, fmt.Errorf("stress: limit: lower RLIMIT_NOFILE: %w", err)
	}
	return fmt.Sprintf("lowered from %d", was.Cur), func() { _ = unix.Setrlimit(unix.RLIMIT_NOFILE, &was) }, nil
}

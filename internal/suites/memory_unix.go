//go:build unix

package main

import (
	"fmt"
	"syscall"
)

// peakMemory is the most memory that this process and the largest of its children had.
func peakMemory() string {
	var own, children syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &own)
	_ = syscall.Getrusage(syscall.RUSAGE_CHILDREN, &children)
	const perMiB = 1 << 10 // Linux counts in KiB
	return fmt.Sprintf("%d and %d MiB", own.Maxrss/perMiB, children.Maxrss/perMiB)
}

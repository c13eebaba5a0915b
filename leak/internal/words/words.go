// Package words writes numbers as people read them.
package words

import (
	"fmt"
	"time"
)

// Goroutines is "1 goroutine" or "7 goroutines".
func Goroutines(n int) string { return count(n, "goroutine") }

// Connections is "1 connection" or "7 connections".
func Connections(n int) string { return count(n, "connection") }

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// ChildProcesses is "1 child process" or "7 child processes".
func ChildProcesses(n int) string {
	if n == 1 {
		return "1 child process"
	}
	return fmt.Sprintf("%d child processes", n)
}

// Duration rounds to about three digits.
func Duration(d time.Duration) string {
	switch {
	case d > time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d > time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	}
	return d.String()
}

// Bytes is a number of bytes with its unit: B, KiB or MiB.
func Bytes(n float64) string {
	switch {
	case n >= 1<<20 || n <= -1<<20:
		return fmt.Sprintf("%.1f MiB", n/(1<<20))
	case n >= 1<<10 || n <= -1<<10:
		return fmt.Sprintf("%.1f KiB", n/(1<<10))
	}
	return fmt.Sprintf("%.0f B", n)
}

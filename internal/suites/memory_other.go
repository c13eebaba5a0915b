//go:build !unix

package main

// peakMemory is not known here.
func peakMemory() string { return "unknown" }

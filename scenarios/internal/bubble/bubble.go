// Package bubble holds the texts of two warnings of an observation, which
// package observe writes and others recognize: that the testing/synctest bubble
// of a cell could not end, so that its goroutines stay in the process.
package bubble

import (
	"fmt"
	"strings"
)

const (
	left = "the bubble was left behind"
	// built is the reason where building the executor started the goroutines, as
	// the workers of a pool: they existed before the first request and are no leak.
	built = ", with the goroutines that were started with the executor"
)

// Left is the warning about a bubble that could not end. cause is what package
// synctest said.
func Left(cause any) string { return fmt.Sprintf("%s: %v", left, cause) }

// LeftByBuild is the warning where goroutines from the building of the executor
// kept the bubble from ending.
func LeftByBuild(cause any) string { return fmt.Sprintf("%s%s: %v", left, built, cause) }

// IsLeft reports whether the warning is one of the two.
func IsLeft(warning string) bool { return strings.HasPrefix(warning, left) }

// IsLeftByBuild reports whether the warning is LeftByBuild's.
func IsLeftByBuild(warning string) bool { return strings.HasPrefix(warning, left+built) }

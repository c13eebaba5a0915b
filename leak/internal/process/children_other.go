//go:build !linux && !darwin

package process

import (
	"fmt"
	"runtime"
)

// ListsChildren: this system lists the children of a process.
const ListsChildren = false

// HasChildren is false: child processes are not listed on this system.
func HasChildren() bool { return false }

// ChildIDs fails.
func ChildIDs() ([]int, error) {
	return nil, fmt.Errorf("leak: list child processes: not supported on %s (only on linux and darwin)", runtime.GOOS)
}

// Children is empty.
func Children([]int) []Child { return nil }

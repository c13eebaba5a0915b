//go:build !unix

package host

import (
	"os/exec"
)

const (
	// groups: there are no process groups.
	groups    = false
	countable = false
)

// supervise has nothing to do: start fails before.
func supervise() int { return 2 }

func ownGroup(*exec.Cmd) {}

func killGroup(int) {}

func isTaken(error) bool { return false }

func processes(int) int { return -1 }

func descriptors(int) int { return -1 }

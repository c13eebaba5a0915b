//go:build unix && !linux

package host

import (
	"errors"
	"syscall"
	"time"
)

const (
	// reaper: orphans below the supervisor do not become its children.
	reaper = false
	// countable: the processes of a service cannot be counted.
	countable = false
)

func rename() {}

// attributes put the service into a process group of its own.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// goneWithin waits until the service and its process group have ended.
func (s *supervisor) goneWithin(d time.Duration) bool {
	for end := time.Now().Add(d); ; time.Sleep(killEvery) {
		if s.alive() == 0 {
			return true
		}
		if time.Now().After(end) {
			return false
		}
	}
}

// alive is 1 where a process of the group has not ended.
func (s *supervisor) alive() int {
	if isClosed(s.ended) && errors.Is(syscall.Kill(-s.pid, 0), syscall.ESRCH) {
		return 0
	}
	return 1
}

func (s *supervisor) killAll() { s.signal(syscall.SIGKILL) }

func processes(int) int { return -1 }

func descriptors(int) int { return -1 }

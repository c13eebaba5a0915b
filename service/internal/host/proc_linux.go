package host

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// reaper: orphans below the supervisor become its children.
	reaper = true
	// countable: the processes of a service can be counted.
	countable = true
)

// rename names this process in lists of processes, and makes it the new parent of orphans
// below it.
func rename() {
	_ = os.WriteFile("/proc/self/comm", []byte(supervisorName), 0)
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
}

// attributes put the service into a process group of its own, and end it with the
// supervisor, should that be killed.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// goneWithin waits until the service and all that it has started have ended.
func (s *supervisor) goneWithin(d time.Duration) bool {
	select {
	case <-s.gone:
		return true
	case <-time.After(d):
		return false
	}
}

// alive is how many processes have not ended.
func (s *supervisor) alive() int { return len(descendants(os.Getpid())) }

// killAll kills them. Call it until they are gone: one may start another meanwhile.
func (s *supervisor) killAll() {
	for _, pid := range descendants(os.Getpid()) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

// processes is how many processes there are below another one.
func processes(supervisor int) int { return len(descendants(supervisor)) }

// descriptors is how many files and connections the processes below another one have open;
// -1 where that cannot be read.
func descriptors(supervisor int) int {
	n := 0
	for _, pid := range descendants(supervisor) {
		files, err := os.ReadDir(filepath.Join("/proc", strconv.Itoa(pid), "fd"))
		if os.IsPermission(err) {
			return -1
		}
		n += len(files) // none where the process has just ended
	}
	return n
}

// descendants are the processes below another one that have not ended.
func descendants(root int) (all []int) {
	children := map[int][]int{}
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			if parent, ok := parentOf(pid); ok {
				children[parent] = append(children[parent], pid)
			}
		}
	}
	all = slices.Clone(children[root])
	for i := 0; i < len(all); i++ {
		all = append(all, children[all[i]]...)
	}
	return all
}

// parentOf is the parent of a process that has not ended.
func parentOf(pid int) (parent int, ok bool) {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return 0, false
	}
	// The name in brackets may hold anything, brackets too.
	fields := strings.Fields(string(text[max(strings.LastIndexByte(string(text), ')')+1, 0):]))
	if len(fields) < 2 || fields[0] == "Z" || fields[0] == "X" {
		return 0, false
	}
	parent, err = strconv.Atoi(fields[1])
	return parent, err == nil
}

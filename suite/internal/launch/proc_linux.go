package launch

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// killHolders kills the processes that hold the output of a test binary that has ended,
// also those that have left its process group. The go command, which reads it, is none.
func (b *Binary) killHolders() {
	b.kill()
	if b.Output == 0 {
		return
	}
	pipe := fmt.Sprintf("pipe:[%d]", b.Output)
	for _, pid := range processes() {
		fds := filepath.Join("/proc", strconv.Itoa(pid), "fd")
		entries, _ := os.ReadDir(fds)
		for _, e := range entries {
			info, err := os.Lstat(filepath.Join(fds, e.Name()))
			if err != nil || info.Mode()&0o200 == 0 { // it is not open for writing
				continue
			}
			if to, _ := os.Readlink(filepath.Join(fds, e.Name())); to == pipe {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
	}
}

// killUnattached kills the test binary that runs in a folder and whose hook has not begun.
// temp is where the go command puts binaries. It returns false where there is none.
func killUnattached(temp, dir string) (killed bool) {
	link := func(pid int, name string) string {
		to, _ := os.Readlink(filepath.Join("/proc", strconv.Itoa(pid), name))
		return to
	}
	dir, _ = filepath.EvalSymlinks(dir)
	temp, _ = filepath.EvalSymlinks(temp)
	for _, pid := range processes() {
		if strings.HasPrefix(link(pid, "exe"), temp+string(filepath.Separator)) && link(pid, "cwd") == dir {
			killed = syscall.Kill(pid, syscall.SIGKILL) == nil || killed
		}
	}
	return killed
}

// processes are the numbers of all processes.
func processes() (all []int) {
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			all = append(all, pid)
		}
	}
	return all
}

package launch

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// endWithParent lets the kernel kill the process that the attributes are for when this one
// ends. The thread that starts it must not end before.
func endWithParent(a *syscall.SysProcAttr) {
	runtime.LockOSThread()
	a.Pdeathsig = syscall.SIGKILL
}

// killHolders kills the processes that hold the output of a test binary that has ended,
// also those that have left its process group. It returns how many there were.
func (b *Binary) killHolders() int { return killWriters(b.Output) }

// killWriters kills the processes that have a pipe open for writing. The go command reads
// it.
func killWriters(pipe uint64) (n int) {
	if pipe == 0 {
		return 0
	}
	name := fmt.Sprintf("pipe:[%d]", pipe)
	for _, pid := range processes() {
		fds := filepath.Join("/proc", strconv.Itoa(pid), "fd")
		entries, _ := os.ReadDir(fds)
		for _, e := range entries {
			info, err := os.Lstat(filepath.Join(fds, e.Name()))
			if err != nil || info.Mode()&0o200 == 0 { // it is not open for writing
				continue
			}
			if link(pid, "fd/"+e.Name()) == name && syscall.Kill(pid, syscall.SIGKILL) == nil {
				n++
				break
			}
		}
	}
	return n
}

// killUnattached kills the processes of a run that work in the folder of a package whose
// hook has not begun: its test binary, or what that has left. temp is the folder of the
// run, by which processes of the go command are known. It returns how many there were.
func killUnattached(temp, dir string) (n int) {
	dir, _ = filepath.EvalSymlinks(dir)
	mark := "\x00GOTMPDIR=" + temp + "\x00"
	for _, pid := range processes() {
		if link(pid, "cwd") != dir || isTool(link(pid, "exe")) {
			continue
		}
		environ, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "environ"))
		if strings.Contains("\x00"+string(environ)+"\x00", mark) && syscall.Kill(pid, syscall.SIGKILL) == nil {
			n++
		}
	}
	return n
}

// isTool reports whether a program is the go command or one that it builds with.
func isTool(program string) bool {
	return filepath.Base(program) == "go" || strings.Contains(program, "/pkg/tool/")
}

// link is where a link in a process's folder of /proc leads.
func link(pid int, name string) string {
	to, _ := os.Readlink(filepath.Join("/proc", strconv.Itoa(pid), name))
	return to
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

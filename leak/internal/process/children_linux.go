package process

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// exitedNoWait is WNOHANG|WEXITED|WNOWAIT.
const exitedNoWait = 0x1 | 0x4 | 0x1000000

// tasks has a folder for each thread.
const tasks = "/proc/self/task"

// ChildIDs are the PIDs of all child processes.
func ChildIDs() ([]int, error) {
	if !HasChildren() {
		return nil, nil
	}
	dir, err := os.Open(tasks)
	if err != nil {
		return nil, fmt.Errorf("leak: list child processes: %w", err)
	}
	defer dir.Close()
	threads, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, fmt.Errorf("leak: list child processes: %w", err)
	}
	var ids []int
	read := 0
	var buf [256]byte
	for _, thread := range threads {
		// The kernel lists a child under the thread that started it. A thread may have
		// ended since the folder was read; its children went to another one.
		var ok bool
		if ids, ok = readNumbers(int(dir.Fd()), thread+"/children", ids, buf[:]); ok {
			read++
		}
	}
	if read == 0 {
		return nil, fmt.Errorf("leak: list child processes: this kernel has no %s/*/children", tasks)
	}
	return ids, nil
}

// readNumbers appends to ids the numbers in a file below an open folder. It reports whether
// there is such a file.
func readNumbers(dir int, name string, ids []int, buf []byte) ([]int, bool) {
	fd, err := syscall.Openat(dir, name, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return ids, false
	}
	defer syscall.Close(fd)
	id := 0
	for {
		n, err := syscall.Read(fd, buf)
		if err != nil || n <= 0 {
			return ids, err == nil
		}
		for _, c := range buf[:n] {
			switch {
			case c != ' ':
				id = 10*id + int(c-'0')
			case id > 0:
				ids, id = append(ids, id), 0
			}
		}
	}
}

// Children are these children, as far as they still exist.
func Children(ids []int) []Child {
	var children []Child
	for _, id := range ids {
		if c, ok := child(id); ok {
			children = append(children, c)
		}
	}
	return children
}

// child reads one child; false where it is gone.
func child(id int) (Child, bool) {
	dir := "/proc/" + strconv.Itoa(id)
	stat, err := os.ReadFile(dir + "/stat")
	if err != nil {
		return Child{}, false
	}
	name, state, ok := parseStat(string(stat))
	if !ok {
		return Child{}, false
	}
	c := Child{PID: id, Command: name, Exited: state == "Z" || state == "X"}
	if args, err := os.ReadFile(dir + "/cmdline"); err == nil && len(args) > 0 {
		c.Command = strings.ReplaceAll(strings.TrimRight(string(args), "\x00"), "\x00", " ")
	}
	return c, true
}

// parseStat reads "12 (name) S 1 ...". The name may hold anything.
func parseStat(stat string) (name, state string, ok bool) {
	open, end := strings.IndexByte(stat, '('), strings.LastIndexByte(stat, ')')
	if open < 0 || end < open {
		return "", "", false
	}
	fields := strings.Fields(stat[end+1:])
	if len(fields) == 0 {
		return "", "", false
	}
	return stat[open+1 : end], fields[0], true
}

package process

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"syscall"
	"unsafe"
)

// exitedNoWait is WNOHANG|WEXITED|WNOWAIT.
const exitedNoWait = 0x1 | 0x4 | 0x20

// The layout of struct kinfo_proc in <sys/sysctl.h>, on amd64 and arm64.
const (
	kinfoSize    = 648
	kinfoState   = 36
	kinfoPID     = 40
	kinfoName    = 243
	kinfoNameEnd = kinfoName + 17
	kinfoParent  = 560
	stateZombie  = 5 // SZOMB in <sys/proc.h>
)

// ChildIDs are the PIDs of all child processes.
func ChildIDs() ([]int, error) {
	if !HasChildren() {
		return nil, nil
	}
	children, err := children()
	if err != nil {
		return nil, err
	}
	var ids []int
	for _, c := range children {
		ids = append(ids, c.PID)
	}
	return ids, nil
}

// Children are these children, as far as they still exist.
func Children(ids []int) []Child {
	all, _ := children()
	return slices.DeleteFunc(all, func(c Child) bool { return !slices.Contains(ids, c.PID) })
}

// children reads the table of processes.
func children() ([]Child, error) {
	table, err := processTable()
	if err != nil {
		return nil, fmt.Errorf("leak: list child processes: %w", err)
	}
	var all []Child
	for ; len(table) >= kinfoSize; table = table[kinfoSize:] {
		number := func(at int) int { return int(int32(binary.NativeEndian.Uint32(table[at:]))) }
		if number(kinfoParent) != os.Getpid() {
			continue
		}
		name, _, _ := bytes.Cut(table[kinfoName:kinfoNameEnd], []byte{0})
		all = append(all, Child{PID: number(kinfoPID), Command: string(name), Exited: table[kinfoState] == stateZombie})
	}
	return all, nil
}

// processTable is what the sysctl kern.proc.all gives: one struct kinfo_proc for each
// process.
func processTable() ([]byte, error) {
	query := [3]int32{1, 14, 0} // CTL_KERN, KERN_PROC, KERN_PROC_ALL
	for {
		var size uintptr
		if errno := sysctl(query[:], nil, &size); errno != 0 {
			return nil, errno
		}
		size += 16 * kinfoSize // those that start meanwhile
		table := make([]byte, size)
		switch errno := sysctl(query[:], &table[0], &size); errno {
		case 0:
			return table[:size], nil
		case syscall.ENOMEM:
			// The table grew by more.
		default:
			return nil, errno
		}
	}
}

func sysctl(query []int32, old *byte, size *uintptr) syscall.Errno {
	_, _, errno := syscall.Syscall6(syscall.SYS___SYSCTL, uintptr(unsafe.Pointer(&query[0])), uintptr(len(query)),
		uintptr(unsafe.Pointer(old)), uintptr(unsafe.Pointer(size)), 0, 0)
	return errno
}

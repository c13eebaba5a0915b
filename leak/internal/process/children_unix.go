//go:build linux || darwin

package process

import (
	"syscall"
	"unsafe"
)

// ListsChildren: this system lists the children of a process.
const ListsChildren = true

// anyChild is P_ALL of waitid.
const anyChild = 0

// HasChildren reports whether there are child processes, also such that have exited and
// wait to be waited for. It is one system call, which waits for nothing and leaves
// every child to whoever waits for it.
func HasChildren() bool {
	var info [128]byte // a siginfo_t, which nobody reads
	_, _, errno := syscall.RawSyscall6(syscall.SYS_WAITID, anyChild, 0, uintptr(unsafe.Pointer(&info)), exitedNoWait, 0, 0)
	return errno != syscall.ECHILD
}

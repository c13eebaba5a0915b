//go:build unix

package hook

import "syscall"

// ownGroup puts this process at the head of a process group, which the driver can end with
// all that the tests have started.
func ownGroup() { _ = syscall.Setpgid(0, 0) }

// outputFile is the number of the file or pipe that is this process's standard output.
func outputFile() uint64 {
	var s syscall.Stat_t
	if syscall.Fstat(syscall.Stdout, &s) != nil {
		return 0
	}
	return uint64(s.Ino)
}

//go:build !linux

package launch

import "syscall"

// endWithParent does nothing: the kernel cannot do it here.
func endWithParent(*syscall.SysProcAttr) {}

// killHolders kills the processes that hold the output of a test binary that has ended, as
// far as they are in its process group, with the others there. It returns 1 where there
// were any.
func (b *Binary) killHolders() int {
	if b.kill() {
		return 1
	}
	return 0
}

// killUnattached cannot find the test binary of a package whose hook has not begun here.
func killUnattached(temp, dir string) (n int) { return 0 }

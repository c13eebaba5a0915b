//go:build linux || darwin

package dump

import "syscall"

// hugePage is the usual size of a huge page, in bytes.
const hugePage = 2 << 20

// obtain returns n bytes of memory or more outside of the heap. A buffer of many megabytes
// in the heap would start a collection, and the pass of the leak profile that comes next
// would have to wait for its end. It returns nil where the system gives none.
func obtain(n int) []byte {
	if n > hugePage { // Linux aligns what is a multiple of it
		n = (n + hugePage - 1) / hugePage * hugePage
	}
	memory, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil
	}
	useHugePages(memory)
	return memory
}

// release gives memory back that obtain returned.
func release(memory []byte) { _ = syscall.Munmap(memory) }

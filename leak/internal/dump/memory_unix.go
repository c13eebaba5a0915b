//go:build linux || darwin

package dump

import "syscall"

// obtain returns memory outside of the heap. A buffer of many megabytes in the heap would
// start a collection, and the pass of the leak profile that comes next would have to wait
// for its end. It returns nil where the system gives none.
func obtain(n int) []byte {
	memory, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil
	}
	return memory
}

// release gives memory back that obtain returned.
func release(memory []byte) { _ = syscall.Munmap(memory) }

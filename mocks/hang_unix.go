//go:build unix

package mocks

import (
	"fmt"
	"syscall"
)

// SyscallBlocks says whether HangSyscall holds a thread in a system call here.
const SyscallBlocks = true

// pipe is what the calls of HangSyscall read from. All calls of a FaultRunner
// share one, so that the process runs out of threads before descriptors.
type pipe struct {
	reader, writer int
}

// newPipe leaves both ends in blocking mode. A read from a descriptor of os.Pipe
// would wait in the runtime's network poller and hold no thread.
func newPipe() (*pipe, error) {
	var ends [2]int
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := syscall.Pipe(ends[:]); err != nil {
		return nil, fmt.Errorf("pipe: %w", err)
	}
	syscall.CloseOnExec(ends[0])
	syscall.CloseOnExec(ends[1])
	return &pipe{reader: ends[0], writer: ends[1]}, nil
}

// wait returns when the writing end is closed.
func (p *pipe) wait() error {
	var b [1]byte
	for {
		_, err := syscall.Read(p.reader, b[:])
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		return nil
	}
}

// release ends every wait.
func (p *pipe) release() { syscall.Close(p.writer) }

// close closes the reading end.
func (p *pipe) close() { syscall.Close(p.reader) }

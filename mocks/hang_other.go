//go:build !unix

package mocks

// SyscallBlocks says whether HangSyscall holds a thread in a system call here.
const SyscallBlocks = false

// pipe replaces a pipe with blocking ends, which this system does not have.
type pipe struct {
	released chan struct{}
}

func newPipe() (*pipe, error) { return &pipe{released: make(chan struct{})}, nil }

func (p *pipe) wait() error {
	<-p.released
	return nil
}

func (p *pipe) release() { close(p.released) }
func (p *pipe) close()   {}

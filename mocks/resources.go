package mocks

import (
	"net"
	"sync"
)

// resources are what the faults hold that a garbage collection cannot free.
// FaultRunner.mu guards them.
type resources struct {
	// pipe is what HangSyscall reads from. readers is how many calls do.
	pipe    *pipe
	readers int
	// listener and conns are the other ends of the connections of HangSocket.
	listener net.Listener
	conns    []net.Conn
	// children are the goroutines of LeakChild.
	children sync.WaitGroup
}

// close ends everything that blocks in the kernel.
func (r *resources) close() {
	if r.pipe != nil {
		r.pipe.release()
		if r.readers == 0 {
			r.pipe.close()
		}
	}
	if r.listener != nil {
		r.listener.Close()
	}
	for _, conn := range r.conns {
		conn.Close()
	}
	r.conns = nil
}

// hangSyscall reads from the pipe.
func hangSyscall(r *FaultRunner) error {
	p, err := r.enterPipe()
	if p == nil || err != nil {
		return err
	}
	defer r.leavePipe()
	return p.wait()
}

// enterPipe returns the pipe and makes it if there is none. After Release the
// pipe is nil.
func (r *FaultRunner) enterPipe() (*pipe, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.isReleased() {
		return nil, nil
	}
	if r.resources.pipe == nil {
		p, err := newPipe()
		if err != nil {
			return nil, err
		}
		r.resources.pipe = p
	}
	r.resources.readers++
	return r.resources.pipe, nil
}

// leavePipe closes the reading end after the last reader. While a reader is
// there it must stay open: the system could give its number to another file.
func (r *FaultRunner) leavePipe() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.resources.readers--
	if r.resources.readers == 0 && r.isReleased() {
		r.resources.pipe.close()
	}
}

// hangSocket reads from a connection on which nothing is ever sent. It accepts
// the other end itself, so no goroutine exists but the agent's own. If two calls
// run at once, each may accept the connection of the other. Both are silent.
func hangSocket(r *FaultRunner) error {
	listener, err := r.listen()
	if listener == nil || err != nil {
		return err
	}
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		return r.unlessReleased(err)
	}
	defer client.Close()
	server, err := listener.Accept()
	if err != nil {
		return r.unlessReleased(err)
	}
	if !r.keepConn(server) {
		return nil
	}
	_, err = client.Read(make([]byte, 1))
	return r.unlessReleased(err)
}

// listen returns the listener and opens it if there is none. After Release the
// listener is nil.
func (r *FaultRunner) listen() (net.Listener, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.isReleased() {
		return nil, nil
	}
	if r.resources.listener == nil {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		r.resources.listener = l
	}
	return r.resources.listener, nil
}

// keepConn keeps conn open until Release. After Release it closes conn and
// returns false.
func (r *FaultRunner) keepConn(conn net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.isReleased() {
		conn.Close()
		return false
	}
	r.resources.conns = append(r.resources.conns, conn)
	return true
}

// unlessReleased drops an error that Release caused.
func (r *FaultRunner) unlessReleased(err error) error {
	if r.isReleased() {
		return nil
	}
	return err
}

// leakChild starts a goroutine that ends with Release. After Release it starts
// none, because nothing would end it.
func (r *FaultRunner) leakChild() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.isReleased() {
		return
	}
	r.resources.children.Add(1)
	go leakedChild(r)
}

// leakedChild is the goroutine of LeakChild.
func leakedChild(r *FaultRunner) {
	defer r.resources.children.Done()
	<-r.release
}

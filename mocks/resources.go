package mocks

import (
	"net"
)

// hangSyscall blocks on the runner's pipe.
func hangSyscall(c *FaultRunner) error {
	p, err := c.enterPipe()
	if p == nil || err != nil {
		return err
	}
	defer c.leavePipe()
	return p.wait()
}

// enterPipe makes the pipe where there is none; nil after Release.
func (c *FaultRunner) enterPipe() (*pipe, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isReleased() {
		return nil, nil
	}
	if c.pipe == nil {
		p, err := newPipe()
		if err != nil {
			return nil, err
		}
		c.pipe = p
	}
	c.readers++
	return c.pipe, nil
}

// leavePipe closes the reading end behind the last reader. It must not be
// closed under one: the number could be given to another file meanwhile.
func (c *FaultRunner) leavePipe() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.readers--
	if c.readers == 0 && c.isReleased() {
		c.pipe.close()
	}
}

// hangSocket reads from a connection on which nothing ever comes. It accepts
// the other end itself, so that no goroutine but the agent's own exists. Of two
// calls at once either may accept the other's connection; both are silent.
func hangSocket(c *FaultRunner) error {
	listener, err := c.listen()
	if listener == nil || err != nil {
		return err
	}
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		return c.unlessReleased(err)
	}
	defer client.Close()
	server, err := listener.Accept()
	if err != nil {
		return c.unlessReleased(err)
	}
	if !c.keep(server) {
		return nil
	}
	_, err = client.Read(make([]byte, 1))
	return c.unlessReleased(err)
}

// listen opens the runner's listener where it is not; nil after Release.
func (c *FaultRunner) listen() (net.Listener, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isReleased() {
		return nil, nil
	}
	if c.listener == nil {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		c.listener = l
	}
	return c.listener, nil
}

// keep holds conn open until Release; after it, conn is closed and keep says false.
func (c *FaultRunner) keep(conn net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isReleased() {
		conn.Close()
		return false
	}
	c.conns = append(c.conns, conn)
	return true
}

func (c *FaultRunner) unlessReleased(err error) error {
	if c.isReleased() {
		return nil
	}
	return err
}

// leakChild starts a child, unless nothing would end it any more.
func (c *FaultRunner) leakChild() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isReleased() {
		return
	}
	c.children.Add(1)
	go leakedChild(c)
}

// closeResources ends what blocks below the runtime. c.mu is held, the release open.
func (c *FaultRunner) closeResources() {
	if c.pipe != nil {
		c.pipe.release()
		if c.readers == 0 {
			c.pipe.close()
		}
	}
	if c.listener != nil {
		c.listener.Close()
	}
	for _, conn := range c.conns {
		conn.Close()
	}
	c.conns = nil
}

//go:build unix

package host

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"syscall"
)

// supervisor is the process between this program and the service.
type supervisor struct {
	order order
	pid   int
	// mu is held while a report is written.
	mu      sync.Mutex
	reports *json.Encoder
	// ended is closed when the service's own process has ended, gone when no child of
	// this process is left.
	ended, gone chan struct{}
	// asked is closed when the parent wants the service to end, lost when it is gone.
	asked, lost chan struct{}
	// told says that a signal tells this process to end.
	told chan os.Signal
}

// supervise is the supervisor's main function.
func supervise() int {
	// The service is killed with the thread that has started it.
	runtime.LockOSThread()
	rename()
	for _, fd := range []int{reportsFile, logFile} {
		syscall.CloseOnExec(fd)
	}
	s := &supervisor{
		reports: json.NewEncoder(os.NewFile(reportsFile, "reports")),
		ended:   make(chan struct{}), gone: make(chan struct{}), asked: make(chan struct{}), lost: make(chan struct{}),
		told: make(chan os.Signal, 1),
	}
	signal.Notify(s.told, syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGHUP)
	in := bufio.NewReader(os.Stdin)
	line, err := in.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &s.order)
	}
	if err != nil {
		return 2 // the parent was killed before it could write
	}
	go s.readOrders(in)
	return s.run()
}

// readOrders reads what the parent wants, until it is gone.
func (s *supervisor) readOrders(in *bufio.Reader) {
	defer close(s.lost)
	for stopping := false; ; {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		if line == stopLine && !stopping {
			stopping = true
			close(s.asked)
		}
	}
}

// run starts the service, waits until it is to end, and ends it.
func (s *supervisor) run() int {
	defer s.clean()
	if s.order.Path == "" {
		s.report(report{Started: os.Getpid()})
		s.wait()
		s.report(report{Stopped: &stopped{}})
		return 0
	}
	if err := s.start(); err != nil {
		s.report(report{Failed: err.Error()})
		return 2
	}
	s.report(report{Started: s.pid})
	go s.reap()
	s.wait()
	s.report(report{Stopped: s.stop()})
	return 0
}

// report writes a report. The parent may be gone.
func (s *supervisor) report(r report) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.reports.Encode(r)
}

// wait waits until the service is to end. Where the parent is gone, somebody must read
// what the service writes while it ends.
func (s *supervisor) wait() {
	select {
	case <-s.asked:
	case <-s.told:
	case <-s.lost:
		go func() { _, _ = io.Copy(io.Discard, os.NewFile(logFile, "log")) }()
	}
}

// clean removes what is in the file system.
func (s *supervisor) clean() {
	if s.order.Socket != "" {
		_ = os.Remove(s.order.Socket)
	}
	if s.order.SocketDir != "" {
		_ = os.RemoveAll(s.order.SocketDir)
	}
	select {
	case <-s.lost:
		if s.order.Temp != "" {
			_ = os.RemoveAll(s.order.Temp)
		}
	default:
	}
}

// Package host builds a service, starts it, watches it, and ends it with everything that
// it has started. Nothing is left behind: no process, no socket, no folder.
//
// Between this program and the service is a supervisor, which is this program again:
//
//	this program                     supervisor                  service
//	Start --- order, on stdin -----> Main: starts it ----------> runs
//	      <-- report ---------------
//	      <-- its log, a pipe ---------------------------------- writes
//	Stop ---- "stop", on stdin ----> SIGTERM, 3 s, SIGKILL ----> ends
//	      <-- report --------------- exits
//
// The supervisor's standard input is its lifeline: the kernel closes it when this program
// ends, also after kill -9. The supervisor then ends the service, and removes Spec.Temp.
//
// # What is not promised
//
//   - Only on Linux are processes found that have left the service's process group
//     (setsid, a double fork). Elsewhere those of the group are ended.
//   - What the service has others start for it (systemd, a container engine) is not found.
//   - Should this program and the supervisor both be killed, only Linux ends the service,
//     and nothing ends the processes that it has started.
//   - A service that runs as another user cannot be ended, and its descriptors cannot be
//     counted.
//   - Outside Unix there are no process groups, and Start refuses.
package host

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// Program is a service that can be started.
type Program struct {
	// Path is the program: a path, or a name in PATH. A path is taken from Dir.
	Path string
	Args []string
	// Dir is the working folder. Empty means that of this process.
	Dir string
	// Env are variables beside those of this process, as "NAME=value". The last one of a
	// name counts. GODEBUG gets memprofilerate=4096 besides, unless that is set.
	Env []string
	// Pprof is the address of its profiles, and Transport how that is reached (nil for
	// the network), as package poll takes them.
	Pprof     string
	Transport http.RoundTripper
	// socket is where a program that Build made serves its profiles.
	socket socket
}

// Spec says how a service is started.
type Spec struct {
	Program
	// Temp is a folder that the supervisor removes should this program be killed.
	Temp string
	// Descriptors is the number of files and connections that the service may have open,
	// at least 32. Zero leaves the limit as it is.
	Descriptors int
	// Addr is where it will listen, as "host:port". Start fails where something else
	// listens there. Empty: not checked.
	Addr string
	// Ready is asked every 50 ms until it returns nil, with a second for each answer.
	// Without it the service is ready once Addr takes a connection.
	Ready func(context.Context) error
	// ReadyWithin is how long that may take. Zero means 10 s.
	ReadyWithin time.Duration
	// Grace is how long the service may take to end after SIGTERM. Zero means
	// 3 s, which is also what the processes that it has started may then take.
	Grace time.Duration
}

// Error says in a sentence why a service could not be built or started.
type Error struct {
	Sentence string
	// Log is the end of what the service wrote, or the beginning of what the go command
	// did. It may hold escapes for a terminal.
	Log []string
}

// Error implements error.
func (e *Error) Error() string { return e.Sentence }

func failed(format string, args ...any) *Error { return &Error{Sentence: fmt.Sprintf(format, args...)} }

// readyWithin is the default of Spec.ReadyWithin.
const readyWithin = 10 * time.Second

// leastDescriptors are what the supervisor itself needs.
const leastDescriptors = 32

// Start starts a service and returns once it is ready. When ctx ends before, the service
// is ended. Other errors are an *Error. Call Stop in any case once Start has succeeded.
func Start(ctx context.Context, s Spec) (*Process, error) {
	if err := s.check(ctx); err != nil {
		return nil, err
	}
	p, err := launch(ctx, s.order())
	if err != nil {
		return nil, err
	}
	if trouble := p.awaitReady(ctx, s); trouble != nil {
		end := p.Stop()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		trouble.Log = end.Log
		return nil, trouble
	}
	return p, nil
}

// Guard removes a folder should this program be killed, also while nothing is built and no
// service runs. Call release once the folder is no longer needed; that removes nothing.
func Guard(ctx context.Context, dir string) (release func(), err error) {
	p, err := launch(ctx, order{Temp: dir})
	if err != nil {
		return nil, err
	}
	return func() { p.Stop() }, nil
}

// check refuses what cannot work before anything is started.
func (s Spec) check(ctx context.Context) error {
	if s.Descriptors != 0 && s.Descriptors < leastDescriptors {
		return failed("limit of descriptors: got %d, want %d or more", s.Descriptors, leastDescriptors)
	}
	return s.checkAddr(ctx)
}

// checkAddr fails where something listens already.
func (s Spec) checkAddr(ctx context.Context) error {
	if s.Addr == "" {
		return nil
	}
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", s.Addr)
	if err == nil {
		_ = l.Close()
	}
	var bad *net.AddrError
	if errors.As(err, &bad) || err != nil && strings.Contains(err.Error(), "lookup ") {
		return failed("address %s: %v", s.Addr, err)
	}
	if isTaken(err) || accepts(ctx, s.Addr) == nil {
		return failed("port taken: another program listens on %s: end it, or choose another address", s.Addr)
	}
	return nil
}

// accepts fails where nothing takes a connection.
func accepts(ctx context.Context, addr string) error {
	conn, err := (&net.Dialer{Timeout: answerWithin}).DialContext(ctx, "tcp", addr)
	if err == nil {
		_ = conn.Close()
	}
	return err
}

// FreeAddr is a loopback address on which nothing listens. Another program may take it
// before the service does.
func FreeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().String(), nil
}

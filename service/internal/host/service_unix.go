//go:build unix

package host

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// start starts the service, without package os: reap collects every child.
func (s *supervisor) start() error {
	if s.order.SocketDir != "" {
		if err := os.Mkdir(s.order.SocketDir, 0o700); err != nil {
			return err
		}
	}
	if err := limit(s.order.Descriptors); err != nil {
		return fmt.Errorf("limit its descriptors: %w", err)
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		return err
	}
	defer null.Close()
	s.pid, err = syscall.ForkExec(s.order.Path, append([]string{s.order.Path}, s.order.Args...), &syscall.ProcAttr{
		Dir: s.order.Dir, Env: s.order.Env, Sys: attributes(),
		Files: []uintptr{null.Fd(), os.Stdout.Fd(), os.Stderr.Fd()},
	})
	return explain(err)
}

// explain says more than the system does of a program that cannot be run.
func explain(err error) error {
	switch {
	case errors.Is(err, syscall.ENOEXEC):
		return errors.New("it is no program for this system; a script needs a first line such as #!/bin/sh")
	case errors.Is(err, syscall.ENOENT):
		return errors.New("the program that its first line names (#!), or its loader, does not exist")
	case errors.Is(err, syscall.EACCES):
		return errors.New("permission denied: may this user run it, and is its file system mounted with noexec?")
	}
	return err
}

// limit lowers the limit of descriptors of this process, and so of its children: the soft
// one, and the hard one to which the Go runtime would raise that.
func limit(n int) error {
	if n == 0 {
		return nil
	}
	var now syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &now); err != nil {
		return err
	}
	lower(&now.Max, n)
	now.Cur = now.Max
	return syscall.Setrlimit(syscall.RLIMIT_NOFILE, &now)
}

func lower[T int64 | uint64](limit *T, n int) { *limit = min(*limit, T(n)) }

// reap collects children until there are none. Those whose parent has ended become
// children of this process, on Linux.
func (s *supervisor) reap() {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, 0, nil)
		switch {
		case errors.Is(err, syscall.EINTR):
		case err != nil:
			close(s.gone)
			return
		case pid == s.pid:
			s.reportEnd(status)
		}
	}
}

// reportEnd says how the service has ended, behind the last line of its log.
func (s *supervisor) reportEnd(w syscall.WaitStatus) {
	close(s.ended)
	fmt.Fprintf(os.Stdout, "\n%s\n", s.order.Mark)
	how := status{Code: w.ExitStatus()}
	if w.Signaled() {
		how.Signal = unix.SignalName(w.Signal())
	}
	s.report(report{Ended: &how})
}

// groups: there are process groups.
const groups = true

const (
	// earlyGrace is how long processes may take to end by themselves after the service's
	// own has ended by itself.
	earlyGrace = 200 * time.Millisecond
	// killWithin is how long processes may take to end that were killed.
	killWithin = 5 * time.Second
	// killEvery is the interval at which new ones are looked for.
	killEvery = 10 * time.Millisecond
)

// stop ends the service, and all that it has started.
func (s *supervisor) stop() *stopped {
	how := &stopped{}
	if isClosed(s.ended) && !s.goneWithin(earlyGrace) {
		how.Left = s.alive()
	}
	s.signal(syscall.SIGTERM)
	if s.endedIn(s.graceNow()) && s.goneWithin(standardGrace) {
		return how
	}
	if how.Ignored = !isClosed(s.ended); !how.Ignored {
		how.Left = max(how.Left, s.alive())
	}
	for end := time.Now().Add(killWithin); time.Now().Before(end); {
		s.killAll()
		if s.goneWithin(killEvery) {
			return how
		}
	}
	how.Alive = s.alive()
	return how
}

// graceNow is how long the service may take: less where nobody waits for it any more.
func (s *supervisor) graceNow() time.Duration {
	if isClosed(s.lost) {
		return min(s.order.Grace, standardGrace)
	}
	return s.order.Grace
}

// endedIn waits for the end of the service's own process.
func (s *supervisor) endedIn(d time.Duration) bool {
	select {
	case <-s.ended:
		return true
	case <-time.After(d):
		return false
	}
}

// signal sends a signal to the service's process group.
func (s *supervisor) signal(sig syscall.Signal) {
	if !isClosed(s.gone) || !reaper {
		_ = syscall.Kill(-s.pid, sig)
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup ends the process group of a service without a supervisor.
func killGroup(pid int) {
	if pid > 0 {
		_ = syscall.Kill(-pid, syscall.SIGKILL)
	}
}

func isTaken(err error) bool { return errors.Is(err, syscall.EADDRINUSE) }

//go:build !unix

package child

import (
	"os"
	"os/exec"
	"runtime"
	"time"
)

// There are no process groups here: what a child starts is not killed with it.
func ownGroup(*exec.Cmd) {}

func kill(p *os.Process) { _ = p.Kill() }

func killOwnGroup() {}

// There is no signal that asks for stacks here. The watchdog of the child writes
// them at the deadline, before the parent kills it.
func askForStacks(*os.Process) {}

// watchdog makes this process write its stacks and exit once deadline has
// passed. It is not certain to run in a process that starves its scheduler.
func watchdog(deadline time.Duration) (stop func()) {
	if deadline <= 0 {
		return func() {}
	}
	timer := time.AfterFunc(deadline, func() {
		buf := make([]byte, 1<<20)
		_, _ = os.Stderr.Write(append([]byte("SIGQUIT: quit\n\n"), buf[:runtime.Stack(buf, true)]...))
		os.Exit(goneExit)
	})
	return func() { timer.Stop() }
}

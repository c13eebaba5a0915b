//go:build !unix

package stress

import (
	"os"
	"os/exec"
	"runtime"
	"time"
)

// There are no process groups here: what a child starts is not killed with it.
func ownGroup(*exec.Cmd) {}

func kill(p *os.Process) { _ = p.Kill() }

// There is no signal that asks for stacks here: the child's own watchdog writes
// them, shortly before this process kills it.
func askForStacks(*os.Process) {}

// watchdog makes this child write its stacks and exit once deadline has passed.
// A child whose scheduler is starved may not get to it; then only the kill is left.
func watchdog(deadline time.Duration) {
	time.AfterFunc(deadline, func() {
		buf := make([]byte, 1<<20)
		_, _ = os.Stderr.Write(append([]byte("SIGQUIT: quit\n\n"), buf[:runtime.Stack(buf, true)]...))
		os.Exit(2)
	})
}

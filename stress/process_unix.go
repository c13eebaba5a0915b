//go:build unix

package stress

import (
	"os"
	"os/exec"
	"syscall"
	"time"
)

// ownGroup puts the child at the head of a process group, so that it can be
// killed with what it started, and so that a terminal's Ctrl-C reaches this
// process only, which then stops its children in order.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// kill ends the child's whole group. The child may have been reaped: its number
// stays taken while the group has members, and a group without members is not
// found, as numbers go round once before they are given out again.
func kill(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }

// askForStacks makes the Go runtime write all stacks and exit.
func askForStacks(p *os.Process) { _ = p.Signal(syscall.SIGQUIT) }

// watchdog has nothing to do where the parent can ask for stacks.
func watchdog(time.Duration) {}

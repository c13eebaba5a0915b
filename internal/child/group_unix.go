//go:build unix

package child

import (
	"os"
	"os/exec"
	"syscall"
	"time"
)

// ownGroup puts the child at the head of a process group. It can then be killed
// with everything that it starts, and Ctrl-C in a terminal reaches the parent
// only, which stops its children in order.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// kill ends the child's whole group, also where the child itself has ended. Its
// number cannot have been given to another group meanwhile: it stays taken while
// the group has members, and the kernel gives out all other numbers before it
// uses a free one again.
func kill(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }

// killOwnGroup ends this process and its group, where it is the head of one.
func killOwnGroup() {
	if pid := os.Getpid(); syscall.Getpgrp() == pid {
		_ = syscall.Kill(-pid, syscall.SIGKILL)
	}
}

// askForStacks makes the Go runtime write all stacks and exit.
func askForStacks(p *os.Process) { _ = p.Signal(syscall.SIGQUIT) }

// watchdog has nothing to do where the parent can ask for stacks.
func watchdog(time.Duration) (stop func()) { return func() {} }

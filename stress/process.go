package stress

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// killAfter is how long a child may take to write its stacks after it was
// asked to, before it is killed.
const killAfter = 5 * time.Second

// exit is how a child ended.
type exit struct {
	// state is nil where the process could not be started; err says why.
	state *os.ProcessState
	err   error
	// late says that the deadline passed, stopped that ctx ended the run.
	late, stopped bool
	output        string
	elapsed       time.Duration
}

// start is how a child begins: the program, the arguments and the environment
// that are those of this process where empty.
type start struct {
	program string
	args    []string
	env     []string
}

// self is this program with its own arguments, or program in its place.
func self(program string, env ...string) (start, error) {
	if program == "" {
		exe, err := os.Executable()
		if err != nil {
			return start{}, fmt.Errorf("stress: child: find this program: %w", err)
		}
		program = exe
	}
	return start{program: program, args: os.Args, env: append(os.Environ(), env...)}, nil
}

// spawn runs one child to its end. Its standard input is a pipe that this
// process holds and never writes to: when it closes, also because this process
// was killed, the child ends itself. At the deadline the child is asked for its
// stacks, then killed with everything that it started.
func spawn(ctx context.Context, s start, deadline time.Duration) exit {
	began := time.Now()
	var out capture
	cmd := &exec.Cmd{Path: s.program, Args: s.args, Env: s.env, Stdout: &out, Stderr: &out}
	// A grandchild that keeps the output open must not hold up Wait.
	cmd.WaitDelay = killAfter
	ownGroup(cmd)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return exit{err: err}
	}
	if err := cmd.Start(); err != nil {
		return exit{err: err}
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	e := exit{}
	timer := time.NewTimer(deadline)
	defer timer.Stop()
	select {
	case err = <-done:
	case <-ctx.Done():
		e.stopped = true
		kill(cmd.Process)
		err = <-done
	case <-timer.C:
		e.late = true
		err = endWithStacks(ctx, cmd.Process, done)
	}
	_ = stdin.Close()
	// What the child left running in its group goes with it.
	kill(cmd.Process)
	e.state, e.output, e.elapsed = cmd.ProcessState, out.String(), time.Since(began)
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) && !errors.Is(err, exec.ErrWaitDelay) {
		e.err = err
	}
	return e
}

// endWithStacks asks the child for its stacks, waits until it has written them,
// and kills it where it does not end by itself.
func endWithStacks(ctx context.Context, p *os.Process, done <-chan error) error {
	askForStacks(p)
	timer := time.NewTimer(killAfter)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	case <-timer.C:
	}
	kill(p)
	return <-done
}

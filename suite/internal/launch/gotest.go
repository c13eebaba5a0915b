package launch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"sync/atomic"
	"time"
)

// endWait is how long the go command and the tests that it runs may take to end once
// they were told to. It is longer than what their processes grant each other.
const endWait = 15 * time.Second

// GoTest is one run of the go command that builds and runs tests.
type GoTest struct {
	// Dir is the folder in which it runs, Args its arguments.
	Dir  string
	Args []string
	// Env is added to its environment.
	Env []string
	// Temp is a folder for what is needed meanwhile. Should this program be killed, it
	// is removed.
	Temp string
	// Hook is what test binaries are told. Nil starts them without a check.
	Hook *Hook
	// Stdout and Stderr get what the go command writes.
	Stdout, Stderr io.Writer
}

// Run runs the go command. When ctx ends the tests are told to end, which is no error.
// The state is nil where it could not be started.
func (g GoTest) Run(ctx context.Context) (*os.ProcessState, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find own program: %w", err)
	}
	o := order{Role: supervisor, Dir: g.Temp, Hook: g.Hook}
	cmd := exec.Command(self, append([]string{"go"}, g.Args...)...)
	cmd.Dir, cmd.Env = g.Dir, slices.Concat(os.Environ(), g.Env, []string{o.env()})
	cmd.Stdout, cmd.Stderr = g.Stdout, g.Stderr
	cmd.WaitDelay = endWait
	cmd.SysProcAttr = ownGroup() // it lives on where the driver's group is killed
	lifeline, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	defer context.AfterFunc(ctx, func() { _, _ = lifeline.Write([]byte("end")) })()
	err = cmd.Wait()
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil // a process that a test has left holds the output open
	}
	if cmd.ProcessState.ExitCode() < 0 { // the supervisor was killed
		for _, b := range running(g.Temp) {
			b.kill()
		}
	}
	return cmd.ProcessState, err
}

// supervise runs the go command until the lifeline ends.
func (o order) supervise(args []string) (int, error) {
	env := []string{"GOTMPDIR=" + o.Dir}
	if o.Hook != nil {
		o.Hook.Dir, o.Hook.GoTmpDir = o.Dir, os.Getenv("GOTMPDIR")
		env = append(env, o.Hook.env())
	}
	lifeline := &lifeline{}
	code, err := supervised{cmd: command(args, env...), dir: o.Dir}.run(lifeline)
	if lifeline.closed.Load() {
		_ = os.RemoveAll(o.Dir)
	}
	return code, err
}

// supervised is the go command, with the test binaries that it has started.
type supervised struct {
	cmd *exec.Cmd
	// dir is the folder with the files of records.
	dir string
}

// lifeline is standard input. The driver writes to it to end the go command. It is closed
// early where the driver was killed.
type lifeline struct{ closed atomic.Bool }

// Read ends when the driver wants the go command to end, or is gone.
func (l *lifeline) Read(p []byte) (int, error) {
	if _, err := os.Stdin.Read(p); err != nil {
		l.closed.Store(true)
		return 0, io.EOF
	}
	go func() { // the driver may be killed meanwhile
		_, _ = io.Copy(io.Discard, os.Stdin)
		l.closed.Store(true)
	}()
	return 0, io.EOF
}

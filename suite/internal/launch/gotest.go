package launch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/watertight-go/watertight/internal/child"
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
	// KeepAll keeps a copy of every test binary, to run it again.
	KeepAll bool
	// Stdout and Stderr get what the go command writes.
	Stdout, Stderr io.Writer
}

// Run runs the go command. When ctx ends the tests are told to end, which is no error.
// The state is nil where it could not be started.
func (g GoTest) Run(ctx context.Context) (*os.ProcessState, error) {
	self, err := program()
	if err != nil {
		return nil, err
	}
	o := order{Role: supervisor, Dir: g.Temp, KeepAll: g.KeepAll}
	args := g.Args
	if g.Hook != nil {
		o.Hook = *g.Hook
		args = append([]string{args[0], "-exec='" + self + "'"}, args[1:]...)
	}
	cmd := exec.Command(self, append([]string{"go"}, args...)...)
	cmd.Dir, cmd.Env = g.Dir, slices.Concat(os.Environ(), g.Env, []string{o.env()})
	cmd.Stdout, cmd.Stderr = g.Stdout, g.Stderr
	cmd.WaitDelay = endWait
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
	return cmd.ProcessState, err
}

// program is the path of this program, as -exec can have it.
func program() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find own program: %w", err)
	}
	if strings.ContainsAny(self, `"'`) {
		return "", fmt.Errorf("path of this program: got %s, want one without quotation marks", self)
	}
	return self, nil
}

// supervise runs the go command until the lifeline ends.
func (o order) supervise(args []string) (int, error) {
	o.Role = starter
	lifeline := &lifeline{}
	code, err := child.RunWithLifeline(command(args, o.env(), "GOTMPDIR="+o.Dir), lifeline)
	if lifeline.closed.Load() {
		_ = os.RemoveAll(o.Dir)
	}
	return code, err
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

package child

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// endWait is how long a child may take to write its stacks after it was asked
// to, before it is killed. Processes that have left its group may hold its output
// open for as long.
const endWait = 5 * time.Second

// process is a started process.
type process struct {
	cmd *exec.Cmd
	// stdin is the parent's end of the lifeline.
	stdin  io.WriteCloser
	output *output
	began  time.Time
	// ended is closed once the process and its group have ended and the output was
	// read. Then err says what went wrong with waiting.
	ended chan struct{}
	err   error
}

// start starts a process that writes to out.
func start(s Spec, out *output) (*process, error) {
	cmd, err := s.command()
	if err != nil {
		return nil, fmt.Errorf("child: find this program: %w", err)
	}
	ownGroup(cmd)
	p := &process{cmd: cmd, output: out, ended: make(chan struct{})}
	if err := p.start(); err != nil {
		return nil, fmt.Errorf("child: start %s: %w", cmd.Path, err)
	}
	return p, nil
}

func (p *process) start() error {
	// A pipe of our own: with one of package exec, Wait would not return while a
	// process of the group holds it open.
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	p.cmd.Stdout, p.cmd.Stderr = w, w
	if p.stdin, err = p.cmd.StdinPipe(); err == nil {
		p.began = time.Now()
		err = p.cmd.Start()
	}
	_ = w.Close()
	if err != nil {
		return errors.Join(err, r.Close())
	}
	read := make(chan struct{})
	go func() {
		_, _ = io.Copy(p.output, r) // until all have closed it, or wait has
		close(read)
	}()
	go p.wait(r, read)
	return nil
}

// wait waits for the end of the process, kills what it left in its group, and
// reads what is still in the pipe.
func (p *process) wait(pipe io.Closer, read <-chan struct{}) {
	p.err = p.cmd.Wait()
	kill(p.cmd.Process)
	waited, stop := after(endWait)
	defer stop()
	select {
	case <-read:
	case <-waited:
	}
	_ = pipe.Close()
	<-read
	close(p.ended)
}

// askForStacks asks the process for its stacks and waits until it has ended, for
// endWait at most. It does not kill it.
func (p *process) askForStacks(ctx context.Context) {
	askForStacks(p.cmd.Process)
	waited, stop := after(endWait)
	defer stop()
	select {
	case <-p.ended:
	case <-ctx.Done():
	case <-waited:
	}
}

// kill ends the process and its group, and waits until they are gone.
func (p *process) kill() {
	select {
	case <-p.ended:
	default:
		kill(p.cmd.Process)
		<-p.ended
	}
}

// result says how the process ended, which is killed where it has not.
func (p *process) result(end End) (Result, error) {
	p.kill()
	if p.cmd.ProcessState == nil {
		return Result{}, fmt.Errorf("child: wait for %s: %w", p.cmd.Path, p.err)
	}
	return Result{End: end, State: p.cmd.ProcessState, Elapsed: time.Since(p.began), Output: p.output.String()}, nil
}

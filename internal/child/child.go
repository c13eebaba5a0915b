// Package child runs other processes under control: this program again, another
// build of it, or any command. It bounds their time and their output, leaves
// none of them behind, and reads from their end whether they crashed and whether
// the race detector reported something.
//
// There are two ways to use it. Run starts one process for one job and waits for
// its end. StartWorker starts this program as a worker, which does many jobs one
// after the other, until it is stopped or crashes:
//
//	parent                              child
//	Run ------ starts ----------------> Lifeline: watches standard input
//	                                    does what its environment says
//	    <----- exit code, output ------ exits
//
//	StartWorker -- starts ------------> Serve: watches standard input
//	    <------- mark on stdout -------   is ready
//	Ask -------- job, a line on stdin ->  calls the handler
//	    <------- reply, in a file -----
//	    <------- mark on stdout -------   has replied
//	Stop ------- closes stdin --------->  exits
//
// The lifeline is the child's standard input, a pipe whose other end only the
// parent holds. The kernel closes it when the parent ends, also after kill -9.
// Lifeline and Serve then end the child, and on Unix everything in its process
// group.
//
// At its deadline a child is asked for the stacks of all goroutines, and killed
// when it does not end within a few seconds. On Unix the request is SIGQUIT, to
// which the Go runtime answers. Elsewhere Lifeline and Serve write the stacks
// themselves.
//
// # What is not promised
//
//   - A command that does not call Lifeline or Serve outlives a parent that was
//     killed. If the parent lives, Run and Stop end the command.
//   - Outside Unix there are no process groups: what a child has started is not
//     killed with it.
//   - Outside Unix a child that starves its scheduler, and everywhere a command
//     that is no Go program, may be killed without leaving stacks.
//   - A process that leaves its group (setsid, setpgid) is not killed with it.
//   - Output in the middle of a flood is left out, see [Result].Output.
package child

import (
	"context"
	"os"
	"os/exec"
	"time"
)

// Spec says which process to start, and its bounds.
type Spec struct {
	// Program is the path of the program, or its name in PATH. Empty means this
	// program.
	Program string
	// Args are the arguments after the program's name.
	Args []string
	// Env are variables beside those of this process, as "NAME=value". The last
	// one of a name counts.
	Env []string
	// Dir is the working folder. Empty means that of this process.
	Dir string
	// Deadline is how long the process may run, and in a worker how long one job
	// may take. Zero means no limit.
	Deadline time.Duration
	// Ready is how long a worker may take to call Serve. Zero means no limit.
	// Run ignores it.
	Ready time.Duration
}

// End says who ended a process.
type End string

const (
	// Exited: the process ended by itself, or something else killed it.
	Exited End = "exited"
	// TimedOut: it ran into its deadline and was killed.
	TimedOut End = "timed out"
	// Stopped: the caller's context ended or Stop was called, and it was killed.
	Stopped End = "stopped"
)

// Result is how a process ended.
type Result struct {
	// End says who ended it.
	End End
	// State is its exit code or signal. It is never nil.
	State *os.ProcessState
	// Elapsed is how long it ran, or in a worker how long the last job took.
	Elapsed time.Duration
	// Output is what it wrote to standard output and standard error, mixed in the
	// order of writing. Of much output the first 192 KiB and the last 64 KiB are
	// kept, and from between the first lines of crashes and the reports of data
	// races; lines say how much was left out. A worker's output is that since the
	// last job began.
	Output string
}

// Run runs a process to its end. When ctx ends it is killed, with its process
// group. At the deadline it is asked for its stacks first. The error says why it
// could not be started or waited for. What the process did is in the Result.
func Run(ctx context.Context, s Spec) (Result, error) {
	p, err := start(s, newOutput(""))
	if err != nil {
		return Result{}, err
	}
	deadline, stop := after(s.Deadline)
	defer stop()
	select {
	case <-p.ended:
		return p.result(Exited)
	case <-ctx.Done():
		return p.result(Stopped)
	case <-deadline:
		p.askForStacks(ctx)
		return p.result(TimedOut)
	}
}

// after is a channel that receives once d has passed; never where d is zero.
func after(d time.Duration) (passed <-chan time.Time, stop func()) {
	if d <= 0 {
		return nil, func() {}
	}
	timer := time.NewTimer(d)
	return timer.C, func() { timer.Stop() }
}

// raceExit is the exit code of a program in which the race detector reported
// something, as its documentation says.
const raceExit = 66

// OK says that the process ended by itself with exit code 0, or with the race
// detector's 66: its reports are in Races and are no crash.
func (r Result) OK() bool {
	return r.End == Exited && (r.State.Success() || r.State.ExitCode() == raceExit)
}

// Races are the race detector's reports, see [Races].
func (r Result) Races() []string { return Races(r.Output) }

// command prepares the process that s describes.
func (s Spec) command() (*exec.Cmd, error) {
	program := s.Program
	if program == "" {
		var err error
		if program, err = os.Executable(); err != nil {
			return nil, err
		}
	}
	cmd := exec.Command(program, s.Args...)
	cmd.Env, cmd.Dir = append(os.Environ(), s.Env...), s.Dir
	return cmd, nil
}

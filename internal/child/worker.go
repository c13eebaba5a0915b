package child

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// markVariable tells a process that it is a worker, and which mark it writes when
// it is ready or has replied: a line that no other code writes by chance.
const markVariable = "WATERTIGHT_CHILD_MARK"

// order is what a worker gets, one line of JSON for each job.
type order struct {
	Job json.RawMessage `json:"job"`
	// Reply is the file for the reply.
	Reply string `json:"reply"`
	// Deadline is that of Spec.
	Deadline time.Duration `json:"deadlineNs,omitempty"`
}

// Worker is this program in another process, in which Serve does jobs.
type Worker struct {
	p        *process
	deadline time.Duration
	// dir holds the replies. It is the worker's temporary folder as well: what
	// code in the worker leaves there goes with it.
	dir  string
	jobs int
	stop sync.Once
}

// ErrNotReady is the error of StartWorker where the process was started and did
// not call Serve.
var ErrNotReady = errors.New("the worker was not ready")

// StartWorker returns a worker that is ready for its first job. Its temporary
// folder is one of its own, which Stop removes.
func StartWorker(ctx context.Context, s Spec) (*Worker, error) {
	dir, err := os.MkdirTemp("", "worker-")
	if err != nil {
		return nil, fmt.Errorf("child: worker: %w", err)
	}
	out := newOutput("worker-" + rand.Text())
	s.Env = append([]string{"TMPDIR=" + dir, "TMP=" + dir, "TEMP=" + dir, markVariable + "=" + out.mark}, s.Env...)
	p, err := start(s, out)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	w := &Worker{p: p, deadline: s.Deadline, dir: dir}
	switch w.await(ctx, s.Ready) {
	case replied:
		return w, nil
	case late:
		err = fmt.Errorf("%w after %v", ErrNotReady, s.Ready)
	case dead:
		err = fmt.Errorf("%w when it ended, %v", ErrNotReady, p.cmd.ProcessState)
	case canceled:
		err = fmt.Errorf("%w: %w", ErrNotReady, context.Cause(ctx))
	}
	w.Stop()
	return nil, fmt.Errorf("child: %w; it wrote:\n%s", err, Cut(out.String(), 4<<10))
}

// Ask hands the worker a job, which is marshalled to JSON, and waits for the
// reply, which is unmarshalled into reply. Where the worker ends before it has
// replied, or is killed at the deadline or because ctx ended, died says how, and
// the worker can only be stopped. The error is about the job and the reply.
func (w *Worker) Ask(ctx context.Context, job, reply any) (died *Result, err error) {
	w.jobs++
	o := order{Reply: filepath.Join(w.dir, strconv.Itoa(w.jobs)+".json"), Deadline: w.deadline}
	if o.Job, err = json.Marshal(job); err != nil {
		return nil, fmt.Errorf("child: job: %w", err)
	}
	line, err := json.Marshal(o)
	if err != nil {
		return nil, fmt.Errorf("child: job: %w", err)
	}
	w.p.output.forget()
	w.p.began = time.Now()
	_, _ = w.p.stdin.Write(append(line, '\n')) // an error means that nobody reads: await sees why
	switch w.await(ctx, w.deadline) {
	case dead:
		return w.end(Exited)
	case canceled:
		return w.end(Stopped)
	case late:
		w.p.askForStacks(ctx)
		return w.end(TimedOut)
	}
	data, err := os.ReadFile(o.Reply)
	if err == nil {
		err = json.Unmarshal(data, reply)
	}
	if err != nil {
		return nil, fmt.Errorf("child: reply: %w", err)
	}
	return nil, nil
}

// Output is what the worker has written since its last job began.
func (w *Worker) Output() string { return w.p.output.String() }

// Died says how the worker ended when nothing was asked of it; nil where it
// lives.
func (w *Worker) Died() *Result {
	select {
	case <-w.p.ended:
		died, _ := w.end(Exited)
		return died
	default:
		return nil
	}
}

// Stop ends the worker and what it has started, and returns when they are gone.
// Further calls do nothing.
func (w *Worker) Stop() {
	w.stop.Do(func() {
		w.p.kill()
		_ = os.RemoveAll(w.dir)
	})
}

func (w *Worker) end(by End) (*Result, error) {
	if by == Exited {
		<-w.p.ended
	}
	r, err := w.p.result(by)
	if err != nil {
		return nil, err
	}
	return &r, nil
}

// What await came to.
type awaited int

const (
	replied awaited = iota
	dead
	late
	canceled
)

// await waits for the worker's next mark, for d at most; zero is for ever.
func (w *Worker) await(ctx context.Context, d time.Duration) awaited {
	passed, stop := after(d)
	defer stop()
	select {
	case <-w.p.output.marks:
		return replied
	case <-w.p.ended:
		select {
		case <-w.p.output.marks: // written just before the end
			return replied
		default:
			return dead
		}
	case <-passed:
		return late
	case <-ctx.Done():
		return canceled
	}
}

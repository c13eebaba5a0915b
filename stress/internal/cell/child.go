package cell

import (
	"context"
	"fmt"
	"os"
	"runtime"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/internal/loads"
)

// exitTrouble is the exit code of a child that could not write what it saw.
const exitTrouble = 2

// Main is the life of a child process: it runs the cell that text
// describes, writes the observation and returns the exit code.
func Main(text string, executors []executor.Spec) int {
	c, err := decode(text)
	if err == nil {
		// The executors' own code may start processes: they are not children of a run.
		err = os.Unsetenv(Env)
	}
	if c.Kind == KindHeap {
		// Before anything is allocated that a heap profile should explain. It
		// slows every allocation down, so nothing else is measured here.
		runtime.MemProfileRate = 1
	}
	warmUp()
	child.Lifeline(c.Deadline)
	if load, ok := loads.Find(c.Scenario); ok && err == nil && load.Mode == loads.Virtual {
		c.runVirtual(executors)
	}
	var r Result
	switch {
	case err != nil:
	case c.Kind == KindCost || c.Kind == KindTime:
		r.Bench, err = c.bench(context.Background(), executors)
	default:
		r.Observation, err = c.observe(context.Background(), executors)
	}
	return c.finish(r, err)
}

// finish writes the result and returns the exit code.
func (c Cell) finish(r Result, err error) int {
	if err != nil {
		r = Result{Trouble: err.Error()}
	}
	if err := writeResult(c.Result, r); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitTrouble
	}
	return 0
}

// warmUp makes the runtime open its poller now: it takes descriptors, which
// would look like the first cell's.
func warmUp() {
	r, w, err := os.Pipe()
	if err != nil {
		return // the cell will say what is the matter
	}
	_ = r.Close()
	_ = w.Close()
}

package cell

import (
	"context"
	"fmt"
	"os"
	"runtime"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/child"
)

// exitTrouble is the exit code of a child that could not write its result.
const exitTrouble = 2

// Main runs the cell that text describes, writes the result and returns the exit
// code of the child process. On virtual time it ends the process itself.
func Main(text string, executors []executor.Spec) int {
	c, err := decode(text)
	if err == nil {
		// Processes that executors start are no children of this run.
		err = os.Unsetenv(Env)
	}
	if c.Kind == KindHeap {
		// Set before anything is allocated that the profile should explain. It
		// makes allocations slow, so nothing else is measured in this process.
		runtime.MemProfileRate = 1
	}
	warmUp()
	child.Lifeline(c.Deadline)
	if err == nil && c.isVirtual() {
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

// warmUp makes the runtime open its network poller now. Otherwise its descriptors
// would count as left behind by the cell.
func warmUp() {
	r, w, err := os.Pipe()
	if err != nil {
		return // the cell meets the same error and reports it
	}
	_ = r.Close()
	_ = w.Close()
}

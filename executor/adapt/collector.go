package adapt

import (
	"context"
	"errors"
	"runtime/debug"
	"sync"

	"github.com/watertight-go/watertight/executor"
)

// collector stores results and errors until the call returns. Later ones are dropped.
type collector struct {
	mu        sync.Mutex
	responses []*executor.AgentResponse // by index
	errs      []error                   // in the order of time
	closed    bool
}

func newCollector(n int) *collector {
	return &collector{responses: make([]*executor.AgentResponse, n)}
}

// do runs task i and stores its result.
func (k *collector) do(ctx context.Context, i int, task Task) error {
	r, err := task(ctx)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.closed {
		k.responses[i] = r
	}
	return nil
}

// start does the same, unless ctx is done: the usual first line of a task.
func (k *collector) start(ctx context.Context, i int, task Task) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return k.do(ctx, i, task)
}

// report is start for a pool that does not report errors: it stores the error, too. A
// panic or a Goexit of the task is an error of its agent, and goes on to the pool.
func (k *collector) report(ctx context.Context, i int, id string, task Task) (err error) {
	err = &executor.AgentError{AgentID: id, Err: executor.ErrGoexit}
	defer func() {
		v := recover()
		if v != nil {
			err = &executor.AgentError{AgentID: id, Err: &executor.PanicError{Value: v, Stack: debug.Stack()}}
		}
		k.fail(err)
		if v != nil {
			panic(v)
		}
	}()
	err = k.start(ctx, i, task)
	return err
}

func (k *collector) fail(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.closed && err != nil {
		k.errs = append(k.errs, err)
	}
}

// close returns the results by index, and all errors.
func (k *collector) close() ([]*executor.AgentResponse, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.closed = true
	return k.responses, errors.Join(k.errs...)
}

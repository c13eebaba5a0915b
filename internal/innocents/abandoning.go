package innocents

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
)

// abandoning obeys the Config. It returns an error only if no task succeeded: all errors,
// the first failure first.
func abandoning(c executor.Config) executor.Spec {
	s := adapt.Tasks(func(ctx context.Context, tasks []adapt.Task) ([]*executor.AgentResponse, error) {
		most := len(tasks)
		if c.Limit > 0 {
			most = min(most, c.Limit)
		}
		call := gathered{out: make([]*executor.AgentResponse, len(tasks))}
		places := make(chan struct{}, most)
		for i, task := range tasks {
			if err := take(ctx, places); err != nil {
				call.add(i, nil, err)
				continue
			}
			call.wg.Go(func() {
				defer func() { <-places }()
				r, err := within(ctx, c, task)
				call.add(i, r, err)
			})
		}
		call.wg.Wait()
		if call.succeeded {
			return call.out, nil
		}
		return call.out, errors.Join(call.errs...)
	})
	s.Bounds.AgentTimeout = c.AgentTimeout
	return s
}

// gathered are the responses of a call by index, and its errors in the order of time.
type gathered struct {
	wg        sync.WaitGroup
	mu        sync.Mutex
	out       []*executor.AgentResponse
	errs      []error
	succeeded bool
}

func (g *gathered) add(i int, r *executor.AgentResponse, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err != nil {
		g.errs = append(g.errs, err)
		return
	}
	g.out[i], g.succeeded = r, true
}

// take waits for a free place.
func take(ctx context.Context, places chan struct{}) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case places <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		<-places
		return err
	}
	return nil
}

// within runs a task for AgentTimeout, and gives up on it after Grace.
func within(ctx context.Context, c executor.Config, task adapt.Task) (*executor.AgentResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, c.AgentTimeout)
	defer cancel()
	type answer struct {
		response *executor.AgentResponse
		err      error
	}
	answers := make(chan answer, 1)
	go func() {
		a := answer{err: errExited}
		defer func() { answers <- a }()
		a.response, a.err = task(ctx)
	}()
	select {
	case a := <-answers:
		return a.response, a.err
	case <-ctx.Done():
	}
	timer := time.NewTimer(c.Grace)
	defer timer.Stop()
	select {
	case a := <-answers:
		return a.response, a.err
	case <-timer.C:
		return nil, fmt.Errorf("no answer %v after its time: %w", c.Grace, ctx.Err())
	}
}

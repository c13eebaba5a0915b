package bench

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// crowd is a Runner whose agents report for duty and then wait.
type crowd struct {
	missing atomic.Int64
	all     chan struct{} // told when the last one is there
	release chan struct{} // ends the wait of agents that ignore their context
	answers
}

func newCrowd(n int) (*crowd, []*executor.Agent) {
	agents, answers := numbered(n)
	return &crowd{all: make(chan struct{}, 1), release: make(chan struct{}), answers: answers}, agents
}

func (c *crowd) muster() { c.missing.Store(int64(len(c.answers))) }

func (c *crowd) report() {
	if c.missing.Add(-1) == 0 {
		c.all <- struct{}{}
	}
}

// honouring agents wait for the end of their context, and answer then.
type honouring struct{ *crowd }

func (r honouring) ExecuteAgent(ctx context.Context, a *executor.Agent, _ string, _ []executor.Message) (*executor.AgentResponse, error) {
	r.report()
	<-ctx.Done()
	return r.of(a), nil
}

// CancelRounds measure the time from the caller's cancellation to the return of
// a call whose n agents all wait for the end of their context and then answer.
// Nothing else of the call is in the time. An answer may be lost: which of them
// an executor keeps is a matter of its contract, not of its speed.
func (s Subject) CancelRounds(n int) (rounds Rounds, closeSubject func(), err error) {
	c, agents := newCrowd(n)
	e, err := s.New(executor.Config{Runner: honouring{c}, AgentTimeout: time.Minute, Grace: 10 * time.Second})
	if err != nil {
		return nil, nil, fmt.Errorf("bench: %s: %w", s.Name, err)
	}
	closeSubject = func() {
		if c, ok := e.(io.Closer); ok {
			c.Close()
		}
	}
	return c.cancelled(func(ctx context.Context) { _, _ = e.ExecuteParallel(ctx, "q", agents) }), closeSubject, nil
}

// CancelFloor is the floor of CancelRounds: the agents wait for the caller's
// own context under a WaitGroup.
func CancelFloor(n int) Rounds {
	c, agents := newCrowd(n)
	return c.cancelled(func(ctx context.Context) {
		var wg sync.WaitGroup
		for _, a := range agents {
			wg.Go(func() { _, _ = honouring{c}.ExecuteAgent(ctx, a, "q", nil) })
		}
		wg.Wait()
	})
}

// cancelled runs call, cancels it when all agents are there, and takes the time
// from then on.
func (c *crowd) cancelled(call func(context.Context)) Rounds {
	return func(calls int) (took time.Duration, err error) {
		for range calls {
			c.muster()
			ctx, cancel := context.WithCancel(context.Background())
			var begun time.Time
			go func() {
				<-c.all
				begun = time.Now()
				cancel()
			}()
			call(ctx)
			<-ctx.Done() // and so begun is written, whoever came first
			took += time.Since(begun)
		}
		return took, nil
	}
}

package cell

import (
	"context"
	"fmt"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// countingRunner counts the calls whose HTTP request was written and not answered.
type countingRunner struct {
	executor.Runner
	written atomic.Int64
	// changed has a token after each change of written.
	changed chan struct{}
}

// ExecuteAgent implements executor.Runner.
func (r *countingRunner) ExecuteAgent(ctx context.Context, agent *executor.Agent, input string, history []executor.Message) (*executor.AgentResponse, error) {
	var wrote atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) {
		if wrote.CompareAndSwap(false, true) {
			r.add(1)
		}
	}})
	defer func() {
		if wrote.Load() {
			r.add(-1)
		}
	}()
	return r.Runner.ExecuteAgent(ctx, agent, input, history)
}

func (r *countingRunner) add(n int64) {
	r.written.Add(n)
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

// waiting is how many calls wait for their answer.
func (r *countingRunner) waiting() int { return int(r.written.Load()) }

// await waits until n calls wait for their answer, for at most d.
func (r *countingRunner) await(n int, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for r.waiting() < n {
		select {
		case <-r.changed:
		case <-timer.C:
			return fmt.Errorf("stress: client: got %d calls that wait for an answer after %v, want %d", r.waiting(), d, n)
		}
	}
	return nil
}

package cell

import (
	"context"
	"fmt"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// countingRunner counts the calls whose request is on the wire and unanswered.
type countingRunner struct {
	executor.Runner
	sent atomic.Int64
	// changed has a token after each change of sent.
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
	r.sent.Add(n)
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

func (r *countingRunner) waiting() int { return int(r.sent.Load()) }

// await waits until n calls hang, for at most d.
func (r *countingRunner) await(n int, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for r.waiting() < n {
		select {
		case <-r.changed:
		case <-timer.C:
			return fmt.Errorf("stress: client: got %d calls on the wire after %v, want %d", r.waiting(), d, n)
		}
	}
	return nil
}

package bench

import (
	"context"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// CancelRounds measure a call whose n agents all wait for the end of their
// context and then answer. The time is from the caller's cancellation to the
// return of the call. Answers may be lost: which answers an executor keeps is
// part of its contract, and not measured here.
func (s Subject) CancelRounds(n int) (rounds Rounds, closeSubject func(), err error) {
	w, agents := newWaiting(n)
	e, closeSubject, err := s.open(executor.Config{Runner: honouring{w}, AgentTimeout: time.Minute, Grace: 10 * time.Second})
	if err != nil {
		return nil, nil, err
	}
	return w.cancelRounds(func(ctx context.Context) { _, _ = e.ExecuteParallel(ctx, "q", agents) }), closeSubject, nil
}

// CancelFloor is the floor of CancelRounds: the agents wait for the caller's own
// context, under a sync.WaitGroup.
func CancelFloor(n int) Rounds {
	w, agents := newWaiting(n)
	return w.cancelRounds(func(ctx context.Context) {
		var wg sync.WaitGroup
		for _, a := range agents {
			wg.Go(func() { _, _ = honouring{w}.ExecuteAgent(ctx, a, "q", nil) })
		}
		wg.Wait()
	})
}

// cancelRounds cancel each call when all agents have started. The time starts
// with the cancellation.
func (w *waiting) cancelRounds(call func(context.Context)) Rounds {
	return func(calls int) (took time.Duration, err error) {
		for range calls {
			w.reset()
			ctx, cancel := context.WithCancel(context.Background())
			var begun time.Time
			go func() {
				<-w.allStarted
				begun = time.Now()
				cancel()
			}()
			call(ctx)
			<-ctx.Done() // begun is written before cancel
			took += time.Since(begun)
		}
		return took, nil
	}
}

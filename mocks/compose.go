package mocks

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"sync/atomic"

	"github.com/watertight-go/watertight/executor"
)

// FlakyEvery does bad in every n-th call of an agent and good in the others. n
// below 2 means every call.
func FlakyEvery(n int, bad, good Fault) Fault {
	n = max(n, 1)
	return choose(fmt.Sprintf("call %d, %d, ...: %s, else %s", n, 2*n, bad.Name, good.Name), bad, good,
		func(i int64) bool { return i%int64(n) == 0 })
}

// RecoverAfter does bad in the first n calls of an agent and good in all later
// ones. n below 1 means always good.
func RecoverAfter(n int, bad, good Fault) Fault {
	return choose(fmt.Sprintf("first %d calls: %s, then %s", n, bad.Name, good.Name), bad, good,
		func(i int64) bool { return i <= int64(n) })
}

// choose does bad or good. isBad gets the number of the agent's call, from 1.
func choose(name string, bad, good Fault, isBad func(int64) bool) Fault {
	f := Fault{Name: name, IgnoresContext: bad.IgnoresContext || good.IgnoresContext, Forever: bad.Forever || good.Forever}
	f.Wire = cmp.Or(bad.Wire, good.Wire) // either needs a client
	f.newAction = func() action {
		var calls atomic.Int64
		badAction, goodAction := bad.action(), good.action()
		return func(ctx context.Context, c *call) (*executor.AgentResponse, error) {
			if isBad(calls.Add(1)) {
				return badAction(ctx, c)
			}
			return goodAction(ctx, c)
		}
	}
	return f
}

// LeakChild starts a goroutine that stays until Release, and then does inner. The
// fields IgnoresContext, Forever and Wire are those of inner, because the call
// itself returns.
func LeakChild(inner Fault) Fault {
	return wrap("leak a child goroutine, then ", inner, func(next action) action {
		return func(ctx context.Context, c *call) (*executor.AgentResponse, error) {
			c.runner.leakChild()
			return next(ctx, c)
		}
	})
}

// HoldMemory allocates bytes of heap and writes to them. It holds them while
// inner runs, as a call holds the buffers of its request and response.
func HoldMemory(bytes int, inner Fault) Fault {
	bytes = max(bytes, 0)
	return wrap(fmt.Sprintf("hold %d bytes, then ", bytes), inner, func(next action) action {
		return func(ctx context.Context, c *call) (*executor.AgentResponse, error) {
			held := make([]byte, bytes)
			for i := 0; i < bytes; i += 4096 {
				held[i] = 1
			}
			defer runtime.KeepAlive(held)
			return next(ctx, c)
		}
	})
}

// wrap puts something around the action of inner.
func wrap(prefix string, inner Fault, around func(next action) action) Fault {
	f := inner
	f.Name = prefix + inner.Name
	f.newStream = nil // the whole content is one piece then
	f.newAction = func() action { return around(inner.action()) }
	return f
}

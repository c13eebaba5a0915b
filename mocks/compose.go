package mocks

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"sync/atomic"

	"github.com/watertight-go/watertight/executor"
)

// FlakyEvery does bad at every n-th call of an agent and good at the others.
// n below 2 means every call.
func FlakyEvery(n int, bad, good Fault) Fault {
	n = max(n, 1)
	return choose(fmt.Sprintf("call %d, %d, ...: %s, else %s", n, 2*n, bad.Name, good.Name), bad, good,
		func(i int64) bool { return i%int64(n) == 0 })
}

// RecoverAfter does bad at the first n calls of an agent and good from then
// on. n below 1 means always good.
func RecoverAfter(n int, bad, good Fault) Fault {
	return choose(fmt.Sprintf("first %d calls: %s, then %s", n, bad.Name, good.Name), bad, good,
		func(i int64) bool { return i <= int64(n) })
}

// choose asks isBad with the number of the agent's call, from 1.
func choose(name string, bad, good Fault, isBad func(int64) bool) Fault {
	f := Fault{Name: name, IgnoresContext: bad.IgnoresContext || good.IgnoresContext, Forever: bad.Forever || good.Forever}
	f.Wire = cmp.Or(bad.Wire, good.Wire) // a client is needed for either
	f.bind = func() act {
		var calls atomic.Int64
		badAct, goodAct := bad.act(), good.act()
		return func(ctx context.Context, c *call) (*executor.AgentResponse, error) {
			if isBad(calls.Add(1)) {
				return badAct(ctx, c)
			}
			return goodAct(ctx, c)
		}
	}
	return f
}

// LeakChild starts a goroutine of the agent's own, which stays until released,
// and then does inner. IgnoresContext, Forever and Wire are those of inner: the call itself returns.
func LeakChild(inner Fault) Fault {
	f := inner
	f.Name = "leak a child goroutine, then " + inner.Name
	f.bind = func() act {
		innerAct := inner.act()
		return func(ctx context.Context, c *call) (*executor.AgentResponse, error) {
			c.runner.leakChild()
			return innerAct(ctx, c)
		}
	}
	return f
}

// HoldMemory allocates and touches bytes of heap, and holds them for as long
// as inner runs, as a call holds its request and response buffers.
func HoldMemory(bytes int, inner Fault) Fault {
	bytes = max(bytes, 0)
	f := inner
	f.Name = fmt.Sprintf("hold %d bytes, then %s", bytes, inner.Name)
	f.bind = func() act {
		innerAct := inner.act()
		return func(ctx context.Context, c *call) (*executor.AgentResponse, error) {
			held := make([]byte, bytes)
			for i := 0; i < bytes; i += 4096 {
				held[i] = 1
			}
			defer runtime.KeepAlive(held)
			return innerAct(ctx, c)
		}
	}
	return f
}

// act binds the fault, so that the counters in it are new.
func (f Fault) act() act {
	if f.bind == nil {
		return respond
	}
	return f.bind()
}

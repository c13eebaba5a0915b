package mocks

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// Respond answers after d. When ctx is done first it returns ctx.Err(), as all
// faults with a d do, except Late and Busy. Zero or less means at once.
func Respond(d time.Duration) Fault {
	return simple("respond"+delay(d), after(d, respond))
}

// Fail returns the agent's AgentFault after d.
func Fail(d time.Duration) Fault {
	return simple("fail"+delay(d), after(d, func(_ context.Context, c *call) (*executor.AgentResponse, error) {
		return nil, c.fault()
	}))
}

// FailContext fails at once with an AgentFault that is context.DeadlineExceeded
// too, although the agent's context is not done: a client whose own time-out
// expired.
func FailContext() Fault {
	return simple("fail with a context error", after(0, func(_ context.Context, c *call) (*executor.AgentResponse, error) {
		return nil, fmt.Errorf("%w: %w", c.fault(), context.DeadlineExceeded)
	}))
}

// FailWrapped returns after d an error that holds the AgentFault two layers deep.
func FailWrapped(d time.Duration) Fault {
	return simple("fail with a wrapped error"+delay(d), after(d, func(_ context.Context, c *call) (*executor.AgentResponse, error) {
		return nil, fmt.Errorf("request failed: %w", fmt.Errorf("attempt 1: %w", c.fault()))
	}))
}

// PanicAfter panics after d, with the agent's AgentFault as the value.
func PanicAfter(d time.Duration) Fault {
	return simple("panic"+delay(d), after(d, func(_ context.Context, c *call) (*executor.AgentResponse, error) {
		c.ending, c.err = Panicked, c.fault()
		panic(c.err)
	}))
}

// GoexitAfter ends the goroutine with runtime.Goexit after d, as t.FailNow
// does when a test helper is called from an agent.
func GoexitAfter(d time.Duration) Fault {
	return simple("goexit"+delay(d), after(d, func(_ context.Context, c *call) (*executor.AgentResponse, error) {
		c.ending = Exited
		runtime.Goexit()
		return nil, nil
	}))
}

// NilResponse returns neither a response nor an error after d.
func NilResponse(d time.Duration) Fault {
	return simple("nil response"+delay(d), after(d, func(context.Context, *call) (*executor.AgentResponse, error) {
		return nil, nil
	}))
}

// WrongID answers after d under an ID that is not the agent's: "not-" and its ID.
func WrongID(d time.Duration) Fault {
	return simple("wrong ID"+delay(d), after(d, func(_ context.Context, c *call) (*executor.AgentResponse, error) {
		r := c.answer()
		r.AgentID = "not-" + r.AgentID
		return r, nil
	}))
}

// SlowDrip receives its answer in n pieces, each d after the one before, and
// looks at its context between them.
func SlowDrip(n int, d time.Duration) Fault {
	return simple(fmt.Sprintf("slow drip, %d x %v", n, d), func(ctx context.Context, c *call) (*executor.AgentResponse, error) {
		for range n {
			if err := pause(ctx, c.runner.release, d); err != nil {
				return nil, err
			}
		}
		return c.answer(), nil
	})
}

// simple is a fault that honours its context and has no counters.
func simple(name string, a act) Fault {
	return Fault{Name: name, bind: func() act { return a }}
}

func respond(_ context.Context, c *call) (*executor.AgentResponse, error) { return c.answer(), nil }

// after does then once d is over. Opening the release meanwhile gives a healthy
// answer: a process that cleans up must not be killed by a panic to come.
func after(d time.Duration, then act) act {
	return func(ctx context.Context, c *call) (*executor.AgentResponse, error) {
		if err := pause(ctx, c.runner.release, d); err != nil {
			return nil, err
		}
		if c.runner.isReleased() {
			return c.answer(), nil
		}
		return then(ctx, c)
	}
}

// pause waits for d, for ctx, whose error it returns, or for the release.
func pause(ctx context.Context, release <-chan struct{}, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-release:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

func delay(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return " after " + d.String()
}

package mocks

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// Respond answers after d. If ctx is done first, it returns ctx.Err(). So do all
// faults that have a d, except Late and Busy. Zero or less means at once.
func Respond(d time.Duration) Fault {
	return simple("respond"+delay(d), after(d, respond))
}

// Fail returns the agent's AgentFault after d.
func Fail(d time.Duration) Fault {
	return simple("fail"+delay(d), after(d, func(_ context.Context, c *call) (*executor.AgentResponse, error) {
		return nil, c.fault()
	}))
}

// FailContext fails at once with an AgentFault that also wraps
// context.DeadlineExceeded, although the agent's context is not done. It is a
// client whose own time-out expired.
func FailContext() Fault {
	return simple("fail with a context error", after(0, func(_ context.Context, c *call) (*executor.AgentResponse, error) {
		return nil, fmt.Errorf("%w: %w", c.fault(), context.DeadlineExceeded)
	}))
}

// FailWith returns err after d. It is for errors that look like another's, such as
// context.Canceled from a connection that the server has reset.
func FailWith(d time.Duration, err error) Fault {
	return simple(fmt.Sprintf("fail with %q%s", err, delay(d)), after(d, func(context.Context, *call) (*executor.AgentResponse, error) {
		return nil, err
	}))
}

// FailWrapping returns, after d, an error that wraps the AgentFault and err.
func FailWrapping(d time.Duration, err error) Fault {
	return simple(fmt.Sprintf("fail, wrapping %q%s", err, delay(d)), after(d, func(_ context.Context, c *call) (*executor.AgentResponse, error) {
		return nil, fmt.Errorf("%w: %w", c.fault(), err)
	}))
}

// FailWrapped returns, after d, an error that wraps the AgentFault twice.
func FailWrapped(d time.Duration) Fault {
	return simple("fail with a wrapped error"+delay(d), after(d, func(_ context.Context, c *call) (*executor.AgentResponse, error) {
		return nil, fmt.Errorf("request failed: %w", fmt.Errorf("attempt 1: %w", c.fault()))
	}))
}

// PanicAfter panics after d, with the agent's AgentFault as the value.
func PanicAfter(d time.Duration) Fault {
	return simple("panic"+delay(d), after(d, func(_ context.Context, c *call) (*executor.AgentResponse, error) {
		c.outcome, c.err = Panicked, c.fault()
		panic(c.err)
	}))
}

// GoexitAfter ends the goroutine with runtime.Goexit after d. In tests t.FailNow
// does that when an agent calls it.
func GoexitAfter(d time.Duration) Fault {
	return simple("goexit"+delay(d), after(d, func(_ context.Context, c *call) (*executor.AgentResponse, error) {
		c.outcome = Exited
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

// WrongID answers after d with the wrong agent ID: "not-" and the agent's ID.
func WrongID(d time.Duration) Fault {
	return simple("wrong ID"+delay(d), after(d, func(_ context.Context, c *call) (*executor.AgentResponse, error) {
		r := c.answer()
		r.AgentID = "not-" + r.AgentID
		return r, nil
	}))
}

// RespondEmpty answers after d, and leaves the optional fields of the response
// empty: its content and the name of its agent.
func RespondEmpty(d time.Duration) Fault {
	f := simple("respond without content"+delay(d), after(d, func(_ context.Context, c *call) (*executor.AgentResponse, error) {
		r := c.answer()
		r.AgentName = ""
		return r, nil
	}))
	f.content = func(string, string) string { return "" }
	return f
}

// RespondLong answers after d with a content of that many bytes or a few more.
func RespondLong(d time.Duration, bytes int) Fault {
	f := simple(fmt.Sprintf("respond with %d bytes%s", bytes, delay(d)), after(d, respond))
	f.content = func(agentID, input string) string {
		line := Content(agentID, input) + "\n"
		return strings.Repeat(line, bytes/len(line)+1)
	}
	return f
}

// SlowDrip receives its answer in n pieces, each d after the one before. It
// checks its context between them.
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
func simple(name string, a action) Fault {
	return Fault{Name: name, newAction: func() action { return a }}
}

func respond(_ context.Context, c *call) (*executor.AgentResponse, error) { return c.answer(), nil }

// after waits for d and then does then. After Release it answers instead: a
// panic must not end a process that cleans up.
func after(d time.Duration, then action) action {
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

// pause waits until d is over, release is closed, or ctx is done; then it returns
// the error of ctx.
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

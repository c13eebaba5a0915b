package mocks

import (
	"context"
	"fmt"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// Hang blocks until ctx is done and returns ctx.Err().
func Hang() Fault {
	return simple("hang", func(ctx context.Context, c *call) (*executor.AgentResponse, error) {
		if err := hang(ctx, c.runner.release); err != nil {
			return nil, err
		}
		return c.answer(), nil
	})
}

// AnswerAtEnd blocks until ctx is done, and then answers at once: it is an agent that
// returns what it has when it is told to stop.
func AnswerAtEnd() Fault {
	return simple("answer when the context is done", func(ctx context.Context, c *call) (*executor.AgentResponse, error) {
		_ = hang(ctx, c.runner.release)
		return c.answer(), nil
	})
}

// StopAfter blocks until ctx is done, and returns ctx.Err() when it has cleaned up for d.
func StopAfter(d time.Duration) Fault {
	return simple(fmt.Sprintf("hang, and take %v to stop", d), func(ctx context.Context, c *call) (*executor.AgentResponse, error) {
		err := hang(ctx, c.runner.release)
		late(c.runner.release, d)
		if err != nil {
			return nil, err
		}
		return c.answer(), nil
	})
}

// HangIgnoring blocks on a channel until Release and ignores its context.
func HangIgnoring() Fault {
	return ignoring("hang, ignoring the context", func(c *call) error {
		hangIgnoring(c.runner.release)
		return nil
	})
}

// HangForever blocks on a channel that nothing else refers to, as a call whose
// reply was lost. Nothing ends it, not even Release, so the garbage collector can
// prove that it is leaked. Call it in a process of its own. In a testing/synctest
// bubble it is a deadlock at the end of the bubble.
func HangForever() Fault {
	f := ignoring("hang for ever", func(*call) error {
		hangForever()
		return nil
	})
	f.Forever = true
	return f
}

// HangSyscall blocks in read(2) until Release. Each call holds one thread of the
// operating system. It needs real time. Where SyscallBlocks is false, it blocks
// on a channel and holds no thread. If no pipe can be made, the call fails.
func HangSyscall() Fault {
	return ignoring("hang in a system call", func(c *call) error { return hangSyscall(c.runner) })
}

// HangSocket blocks until Release in a read from a loopback connection on which
// nothing is sent. Each call holds two descriptors, because both ends are in this
// process. It needs real time. If no connection can be made, the call fails.
func HangSocket() Fault {
	return ignoring("hang on a socket", func(c *call) error { return hangSocket(c.runner) })
}

// Late answers after d and ignores its context.
func Late(d time.Duration) Fault {
	return ignoring("answer late"+delay(d), func(c *call) error {
		late(c.runner.release, d)
		return nil
	})
}

// Busy keeps a processor busy for d and ignores its context, then answers. In a
// testing/synctest bubble time stands still while anything runs; there it is busy
// for some milliseconds and then sleeps.
func Busy(d time.Duration) Fault {
	return ignoring(fmt.Sprintf("spin for %v", d), func(c *call) error {
		busy(c.runner, d)
		return nil
	})
}

// ignoring answers when block has returned without an error.
func ignoring(name string, block func(*call) error) Fault {
	a := func(_ context.Context, c *call) (*executor.AgentResponse, error) {
		if err := block(c); err != nil {
			return nil, fmt.Errorf("mocks: agent %q: %s: %w", c.agent.ID, name, err)
		}
		return c.answer(), nil
	}
	return Fault{Name: name, IgnoresContext: true, newAction: func() action { return a }}
}

func hang(ctx context.Context, release <-chan struct{}) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-release:
		return nil
	}
}

func hangIgnoring(release <-chan struct{}) { <-release }

func hangForever() { <-make(chan struct{}) }

func late(release <-chan struct{}, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-release:
	}
}

// stillReadings is how many equal readings of the clock mean that it stands
// still. A real clock moves within a few thousand readings.
const stillReadings = 1 << 20

func busy(r *FaultRunner, d time.Duration) {
	start := time.Now()
	last, still := time.Duration(0), 0
	for {
		spent := time.Since(start)
		if spent >= d || r.isReleased() {
			return
		}
		if spent != last {
			last, still = spent, 0
		} else if still++; still >= stillReadings {
			late(r.release, d-spent)
			return
		}
	}
}

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

// HangIgnoring blocks on a channel until released, whatever its context says.
func HangIgnoring() Fault {
	return ignoring("hang, ignoring the context", func(_ context.Context, c *call) error {
		hangIgnoring(c.runner.release)
		return nil
	})
}

// HangForever blocks on a channel that nobody else holds, as a call does whose
// reply was lost. Nothing ends it, FaultRunner.Release neither, so the garbage collector
// can prove that it never will: call it in a process of its own. In a
// testing/synctest bubble it would be a deadlock at the bubble's end.
func HangForever() Fault {
	f := ignoring("hang for ever", func(context.Context, *call) error {
		hangForever()
		return nil
	})
	f.Forever = true
	return f
}

// HangSyscall blocks in read(2) until released, and with it one thread of the
// operating system for each call. It needs real time. Where SyscallBlocks is
// false it blocks on a channel instead and holds no thread. A pipe that cannot
// be made is the call's error.
func HangSyscall() Fault {
	return ignoring("hang in a system call", func(_ context.Context, c *call) error {
		return hangSyscall(c.runner)
	})
}

// HangSocket blocks reading from a silent loopback connection until released.
// Each call holds two descriptors, both ends being in this process. It needs
// real time. A connection that cannot be made is the call's error.
func HangSocket() Fault {
	return ignoring("hang on a socket", func(_ context.Context, c *call) error {
		return hangSocket(c.runner)
	})
}

// Late answers after d and ignores its context meanwhile.
func Late(d time.Duration) Fault {
	return ignoring("answer late"+delay(d), func(_ context.Context, c *call) error {
		late(c.runner.release, d)
		return nil
	})
}

// Busy spins for d without looking at its context, then answers. In a
// testing/synctest bubble, where time stands still while anything runs, it
// spins for some milliseconds and then sleeps.
func Busy(d time.Duration) Fault {
	return ignoring(fmt.Sprintf("spin for %v", d), func(_ context.Context, c *call) error {
		busy(c.runner, d)
		return nil
	})
}

// ignoring answers when block has returned without an error.
func ignoring(name string, block func(context.Context, *call) error) Fault {
	a := func(ctx context.Context, c *call) (*executor.AgentResponse, error) {
		if err := block(ctx, c); err != nil {
			return nil, fmt.Errorf("mocks: agent %q: %s: %w", c.agent.ID, name, err)
		}
		return c.answer(), nil
	}
	return Fault{Name: name, IgnoresContext: true, bind: func() act { return a }}
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

// stillReadings is how often busy sees the same time before it believes that
// the clock stands still. A real clock moves within a few thousand readings.
const stillReadings = 1 << 20

func busy(c *FaultRunner, d time.Duration) {
	start := time.Now()
	last, still := time.Duration(0), 0
	for {
		spent := time.Since(start)
		if spent >= d || c.isReleased() {
			return
		}
		if spent != last {
			last, still = spent, 0
		} else if still++; still >= stillReadings {
			late(c.release, d-spent)
			return
		}
	}
}

// leakedChild is the goroutine of LeakChild.
func leakedChild(c *FaultRunner) {
	defer c.children.Done()
	<-c.release
}

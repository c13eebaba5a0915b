package mocks

import (
	"context"
	"fmt"
	"runtime"
	"runtime/pprof"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// ToolFault is what a tool does when it is called. The zero ToolFault is a
// tool without a name that answers at once.
type ToolFault struct {
	// Name is the tool's name.
	Name string
	// IgnoresContext says that the call outlives a done context, until released.
	IgnoresContext bool
	act            toolAct
}

type toolAct func(ctx context.Context, release <-chan struct{}) error

// ToolContent is what a healthy tool returns.
func ToolContent(name, args string) string { return "result of " + name + " for " + args }

// ToolOK returns ToolContent after d, or ctx.Err() when ctx is done first.
func ToolOK(name string, d time.Duration) ToolFault {
	return ToolFault{Name: name, act: func(ctx context.Context, release <-chan struct{}) error {
		return pause(ctx, release, d)
	}}
}

// ToolHang blocks until ctx is done and returns ctx.Err().
func ToolHang(name string) ToolFault { return ToolFault{Name: name, act: hang} }

// ToolHangIgnoring blocks until released.
func ToolHangIgnoring(name string) ToolFault {
	return ToolFault{Name: name, IgnoresContext: true, act: func(_ context.Context, release <-chan struct{}) error {
		hangIgnoring(release)
		return nil
	}}
}

// ToolFail returns an error that wraps ErrFault after d, or ctx.Err() when ctx
// is done first.
func ToolFail(name string, d time.Duration) ToolFault {
	return ToolFault{Name: name, act: func(ctx context.Context, release <-chan struct{}) error {
		if err := pause(ctx, release, d); err != nil {
			return err
		}
		return toolError(name)
	}}
}

// ToolPanic panics at once, with an error that wraps ErrFault as the value.
func ToolPanic(name string) ToolFault {
	return ToolFault{Name: name, act: func(context.Context, <-chan struct{}) error {
		panic(toolError(name))
	}}
}

// ToolGoexit ends the goroutine with runtime.Goexit at once.
func ToolGoexit(name string) ToolFault {
	return ToolFault{Name: name, act: func(context.Context, <-chan struct{}) error {
		runtime.Goexit()
		return nil
	}}
}

func toolError(name string) error { return fmt.Errorf("mocks: tool %q: %w", name, ErrFault) }

// handler is t as a tool of agent.
func (c *FaultRunner) handler(agent *executor.Agent, s *registration, t ToolFault) func(context.Context, string) (string, error) {
	return func(ctx context.Context, args string) (string, error) {
		return c.runTool(ctx, agent, s, t, args)
	}
}

// runTool does t. args tell the request, since the agent's response hands its
// input on, and the run is the agent's latest in it.
func (c *FaultRunner) runTool(ctx context.Context, agent *executor.Agent, s *registration, t ToolFault, args string) (string, error) {
	if hasLabels(ctx) {
		defer pprof.SetGoroutineLabels(ctx)
		ctx = pprof.WithLabels(ctx, s.labels)
		pprof.SetGoroutineLabels(ctx)
	}
	defer c.recorder.enterTool(ctx, agent, t.Name, args)()
	if t.act != nil && !c.isReleased() {
		if err := t.act(ctx, c.release); err != nil {
			return "", err
		}
	}
	return ToolContent(t.Name, args), nil
}

// enterTool writes the start of a tool call and returns what writes its end.
func (l *recorder) enterTool(ctx context.Context, agent *executor.Agent, name, input string) (leave func()) {
	if l == nil {
		return func() {}
	}
	done := ctx.Err() != nil
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.latest(agent, input)
	if e == nil {
		return func() {}
	}
	place := len(e.Tools)
	e.Tools = append(e.Tools, ToolRun{Name: name, StartAt: time.Now(), DoneAtStart: done})
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		e.Tools[place].EndAt, e.Tools[place].Ended = time.Now(), true
	}
}

// latest finds the agent's last run of a request. l.mu is held.
func (l *recorder) latest(agent *executor.Agent, input string) *entry {
	r := l.requests[input]
	if r == nil {
		return nil
	}
	for i := len(r.entries) - 1; i >= 0; i-- {
		if r.entries[i].Agent == agent {
			return r.entries[i]
		}
	}
	return nil
}

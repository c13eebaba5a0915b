package mocks

import (
	"context"
	"fmt"
	"runtime"
	"runtime/pprof"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// ToolFault is what a tool does when it is called. The zero ToolFault is a tool
// without a name that answers at once.
type ToolFault struct {
	// Name is the tool's name.
	Name string
	// IgnoresContext says that the call does not end when its context is done.
	// It ends with Release.
	IgnoresContext bool
	action         toolAction
}

// toolAction is what happens in one call of a tool. release is closed by Release.
type toolAction func(ctx context.Context, release <-chan struct{}) error

// ToolContent is the result of a healthy tool.
func ToolContent(name, args string) string { return "result of " + name + " for " + args }

// ToolOK returns ToolContent after d, or ctx.Err() if ctx is done first.
func ToolOK(name string, d time.Duration) ToolFault {
	return ToolFault{Name: name, action: func(ctx context.Context, release <-chan struct{}) error {
		return pause(ctx, release, d)
	}}
}

// ToolHang blocks until ctx is done and returns ctx.Err().
func ToolHang(name string) ToolFault { return ToolFault{Name: name, action: hang} }

// ToolHangIgnoring blocks until Release and ignores its context.
func ToolHangIgnoring(name string) ToolFault {
	return ToolFault{Name: name, IgnoresContext: true, action: func(_ context.Context, release <-chan struct{}) error {
		hangIgnoring(release)
		return nil
	}}
}

// ToolFail returns an error that wraps ErrFault after d, or ctx.Err() if ctx is
// done first.
func ToolFail(name string, d time.Duration) ToolFault {
	return ToolFault{Name: name, action: func(ctx context.Context, release <-chan struct{}) error {
		if err := pause(ctx, release, d); err != nil {
			return err
		}
		return toolError(name)
	}}
}

// ToolPanic panics at once. The value is an error that wraps ErrFault.
func ToolPanic(name string) ToolFault {
	return ToolFault{Name: name, action: func(context.Context, <-chan struct{}) error {
		panic(toolError(name))
	}}
}

// ToolGoexit ends the goroutine with runtime.Goexit at once.
func ToolGoexit(name string) ToolFault {
	return ToolFault{Name: name, action: func(context.Context, <-chan struct{}) error {
		runtime.Goexit()
		return nil
	}}
}

func toolError(name string) error { return fmt.Errorf("mocks: tool %q: %w", name, ErrFault) }

// handler is the tool's Handler.
func (r *FaultRunner) handler(agent *executor.Agent, p *plan, t ToolFault) func(context.Context, string) (string, error) {
	return func(ctx context.Context, args string) (string, error) {
		return r.runTool(ctx, agent, p, t, args)
	}
}

// runTool does the tool's action and records it. The arguments identify the
// request, because a response passes its input to its tools. The tool call is
// recorded in the agent's last call of that request.
func (r *FaultRunner) runTool(ctx context.Context, agent *executor.Agent, p *plan, t ToolFault, args string) (string, error) {
	if hasLabels(ctx) {
		defer pprof.SetGoroutineLabels(ctx)
		ctx = pprof.WithLabels(ctx, p.labels)
		pprof.SetGoroutineLabels(ctx)
	}
	defer r.recorder.beginTool(ctx, agent, t.Name, args)()
	if t.action != nil && !r.isReleased() {
		if err := t.action(ctx, r.release); err != nil {
			return "", err
		}
	}
	return ToolContent(t.Name, args), nil
}

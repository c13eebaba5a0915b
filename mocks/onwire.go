package mocks

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/executor"
)

// OnWire makes the call with a real client; see FaultRunner.Connect. The first
// request of the call gets the first fault, the first retry the next, and so on.
// When no fault is left, the last one is repeated. Without faults it is WireOK.
func OnWire(faults ...WireFault) Fault {
	return onWire("on the wire: ", faults, func(ctx context.Context) context.Context { return ctx })
}

// OnWireIgnoring is OnWire with a client that gets no context, as http.Post. It
// does not end with the agent's time. It ends with Release.
func OnWireIgnoring(faults ...WireFault) Fault {
	f := onWire("on the wire, without the context: ", faults, context.WithoutCancel)
	f.IgnoresContext = true
	return f
}

// onWire passes each context through clientContext before the client gets it.
func onWire(prefix string, faults []WireFault, clientContext func(context.Context) context.Context) Fault {
	if len(faults) == 0 {
		faults = []WireFault{WireOK}
	}
	var names []string
	for _, f := range faults {
		names = append(names, string(f))
	}
	wire := strings.Join(names, ",")
	a := func(ctx context.Context, c *call) (*executor.AgentResponse, error) {
		ctx = clientContext(ctx)
		r, err := c.overWire(ctx, wire+":"+c.agent.ID)
		switch err := c.wireError(ctx, err); {
		case err != nil:
			return nil, err
		case r == nil:
			return c.answer(), nil // released
		}
		return r, nil
	}
	return Fault{Name: prefix + strings.Join(names, ", then "), Wire: wire, newAction: func() action { return a }}
}

// overWire makes the call with the client. Release ends it.
func (c *call) overWire(ctx context.Context, model string) (*executor.AgentResponse, error) {
	client, clientCtx, err := c.client()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.WithValue(ctx, callKey{}, c))
	defer cancel()
	defer context.AfterFunc(clientCtx, cancel)() // a select would need a goroutine
	return client.Runner(model).ExecuteAgent(ctx, c.agent, c.input, c.history)
}

// client is the connected client, and the context that Release ends.
func (c *call) client() (Wire, context.Context, error) {
	c.runner.mu.Lock()
	defer c.runner.mu.Unlock()
	if c.runner.client == nil {
		return nil, nil, errors.New("mocks: got no client for the wire; call FaultRunner.Connect before the first call")
	}
	return c.runner.client, c.runner.clientCtx, nil
}

// wireError is the error of a call whose client returned err: none after Release.
func (c *call) wireError(ctx context.Context, err error) error {
	switch {
	case err == nil || c.runner.isReleased():
		return nil
	case ctx.Err() == nil: // the context did not cause it, so it is the agent's fault
		return fmt.Errorf("%w: %w", c.fault(), err)
	}
	return err
}

// callKey is the key of the call in the context that a client gets.
type callKey struct{}

// RecordAttempt records that a client sends a request now, in the Run of the call
// that ctx belongs to. If ctx belongs to no call, it does nothing.
func RecordAttempt(ctx context.Context) {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		c.runner.recorder.attempt(c)
	}
}

// Connect sets the client for the calls of OnWire. Call it before the first of
// them. The caller closes the client.
func (r *FaultRunner) Connect(client Wire) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.client = client
	r.clientCtx, r.endClient = context.WithCancel(context.Background())
}

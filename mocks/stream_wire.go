package mocks

import (
	"context"
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/executor"
)

// OnWireStream makes a streaming call with a real client; see FaultRunner.Connect. Faults
// are as for OnWire. The client closes its stream as soon as the consumer leaves it.
//
// Called for a whole answer, it streams too, and joins the pieces.
func OnWireStream(faults ...WireFault) Fault {
	return onWireStream("streamed on the wire: ", faults, func(ctx context.Context) context.Context { return ctx })
}

// OnWireStreamIgnoring is OnWireStream with a client that gets no context. It ends with
// the next piece that nobody takes, and with Release.
func OnWireStreamIgnoring(faults ...WireFault) Fault {
	f := onWireStream("streamed on the wire, without the context: ", faults, context.WithoutCancel)
	f.IgnoresContext = true
	return f
}

// onWireStream passes each context through clientContext before the client gets it.
func onWireStream(prefix string, faults []WireFault, clientContext func(context.Context) context.Context) Fault {
	f := onWire(prefix, faults, nil)
	wire := f.Wire
	stream := func(ctx context.Context, c *call, yield func(string, error) bool) {
		c.overWireStream(clientContext(ctx), wire+":"+c.agent.ID, yield)
	}
	f.newAction = func() action {
		return func(ctx context.Context, c *call) (*executor.AgentResponse, error) { return c.join(ctx, stream) }
	}
	return f
}

// join is the whole answer of a stream.
func (c *call) join(ctx context.Context, stream func(context.Context, *call, func(string, error) bool)) (*executor.AgentResponse, error) {
	var text strings.Builder
	var failure error
	stream(ctx, c, func(piece string, err error) bool {
		text.WriteString(piece)
		failure = err
		return err == nil
	})
	switch {
	case failure != nil:
		return nil, failure
	case c.runner.isReleased():
		return c.answer(), nil
	}
	return &executor.AgentResponse{AgentID: c.agent.ID, AgentName: c.agent.Name, Content: text.String()}, nil
}

// overWireStream makes the call with the client. Release ends it.
func (c *call) overWireStream(ctx context.Context, model string, yield func(string, error) bool) {
	streamer, clientCtx, err := c.streamer(model)
	if err != nil {
		yield("", err)
		return
	}
	s := &wireStream{closing: closingOf(ctx)}
	ctx, cancel := context.WithCancel(context.WithValue(context.WithValue(ctx, callKey{}, c), streamKey{}, s))
	keep := context.AfterFunc(clientCtx, cancel)
	s.end = func() { keep(); cancel() }
	defer func() {
		if !s.leftOpen {
			s.end()
		}
	}()
	for piece, err := range streamer.StreamAgent(ctx, c.agent, c.input, c.history) {
		if err != nil && c.runner.isReleased() {
			return
		}
		if err != nil && ctx.Err() == nil { // the context did not cause it, so it is the agent's fault
			err = fmt.Errorf("%w: %w", c.fault(), err)
		}
		if !yield(piece, err) || err != nil {
			return
		}
	}
}

// streamer is the client for a streaming call.
func (c *call) streamer(model string) (executor.Streamer, context.Context, error) {
	c.runner.mu.Lock()
	client, clientCtx := c.runner.client, c.runner.clientCtx
	c.runner.mu.Unlock()
	if client == nil {
		return nil, nil, errNotConnected
	}
	runner := client.Runner(model)
	streamer, ok := runner.(executor.Streamer)
	if !ok {
		return nil, nil, fmt.Errorf("mocks: got a client whose Runner is a %T, want an executor.Streamer; connect one that streams", runner)
	}
	return streamer, clientCtx, nil
}

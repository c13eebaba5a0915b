package mocks

import (
	"context"
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/executor"
)

// WireStreamPieces is how many pieces a healthy streamed answer has on the wire.
const WireStreamPieces = 5

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
	stream := func(ctx context.Context, c *call, emit emit) error {
		return c.streamOverWire(clientContext(ctx), wire+":"+c.agent.ID, emit)
	}
	f.newStream = func() streamAction { return stream }
	f.newAction = func() action {
		return func(ctx context.Context, c *call) (*executor.AgentResponse, error) { return c.join(ctx, stream) }
	}
	f.content = func(agentID, input string) (text string) {
		for i := range WireStreamPieces {
			text += f.Piece(agentID, input, i)
		}
		return text
	}
	return f
}

// join is the whole answer of a stream.
func (c *call) join(ctx context.Context, stream streamAction) (*executor.AgentResponse, error) {
	var text strings.Builder
	err := stream(ctx, c, func(piece string) bool {
		text.WriteString(piece)
		return true
	})
	switch {
	case err != nil:
		return nil, err
	case c.runner.isReleased():
		return c.answer(), nil
	}
	return &executor.AgentResponse{AgentID: c.agent.ID, AgentName: c.agent.Name, Content: text.String()}, nil
}

// streamOverWire makes the call with the client. Release ends it.
func (c *call) streamOverWire(ctx context.Context, model string, emit emit) error {
	streamer, clientCtx, err := c.streamer(model)
	if err != nil {
		return err
	}
	ctx, s := openWireStream(context.WithValue(ctx, callKey{}, c), clientCtx)
	defer s.callEnds()
	for piece, err := range streamer.StreamAgent(ctx, c.agent, c.input, c.history) {
		if err != nil {
			return c.wireError(ctx, err)
		}
		if !emit(piece) {
			return nil
		}
	}
	return nil
}

// streamer is the client for a streaming call, and the context that Release ends.
func (c *call) streamer(model string) (executor.Streamer, context.Context, error) {
	client, clientCtx, err := c.client()
	if err != nil {
		return nil, nil, err
	}
	runner := client.Runner(model)
	streamer, ok := runner.(executor.Streamer)
	if !ok {
		return nil, nil, fmt.Errorf("mocks: got a client whose Runner is a %T, want an executor.Streamer; connect one that streams", runner)
	}
	return streamer, clientCtx, nil
}

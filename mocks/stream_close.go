package mocks

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// CloseStream is for clients of OnWireStream. It closes a stream whose consumer has left:
// at once, or as ForgetClose and CloseLate say for the call that ctx belongs to.
func CloseStream(ctx context.Context, stream io.Closer) {
	s, _ := ctx.Value(streamKey{}).(*wireStream)
	switch {
	case s != nil && s.closing.forgotten:
		s.leftOpen = true
	case s != nil && s.closing.after > 0:
		s.leftOpen = true
		s.closeLate(ctx, stream)
	default:
		stream.Close()
	}
}

// ForgetClose is a fault of OnWireStream whose client does not close a stream that its
// consumer leaves. The connection stays in use until the context that the client got
// ends: with OnWireStreamIgnoring until Release.
func ForgetClose(inner Fault) Fault {
	return closeAs("forget to close, ", inner, closing{forgotten: true})
}

// CloseLate is a fault of OnWireStream whose client closes a stream d after its consumer
// has left, or when the context that the client got ends. The call returns before.
func CloseLate(d time.Duration, inner Fault) Fault {
	return closeAs(fmt.Sprintf("close %v late, ", d), inner, closing{after: d})
}

// closeAs lets the calls of inner close their streams so.
func closeAs(prefix string, inner Fault, how closing) Fault {
	with := func(ctx context.Context) context.Context { return context.WithValue(ctx, closingKey{}, how) }
	f := wrap(prefix, inner, func(next action) action {
		return func(ctx context.Context, c *call) (*executor.AgentResponse, error) { return next(with(ctx), c) }
	})
	if inner.newStream == nil {
		return f
	}
	f.newStream = func() streamAction {
		next := inner.newStream()
		return func(ctx context.Context, c *call, emit emit) error { return next(with(ctx), c, emit) }
	}
	return f
}

// closing is how a client closes a stream that its consumer has left. The zero closing is
// at once.
type closing struct {
	forgotten bool
	after     time.Duration
}

// closingKey is the key of a call's closing, streamKey that of its wireStream.
type (
	closingKey struct{}
	streamKey  struct{}
)

// wireStream is the stream of one call.
type wireStream struct {
	closing closing
	// end ends the request.
	end func()
	// leftOpen says that the stream was not closed when its consumer left.
	leftOpen bool
}

// openWireStream returns the context for the client, which ends with clientCtx too.
func openWireStream(ctx, clientCtx context.Context) (context.Context, *wireStream) {
	how, _ := ctx.Value(closingKey{}).(closing)
	s := &wireStream{closing: how}
	ctx, cancel := context.WithCancel(context.WithValue(ctx, streamKey{}, s))
	forget := context.AfterFunc(clientCtx, cancel) // a select would need a goroutine
	s.end = func() {
		forget()
		cancel()
	}
	return ctx, s
}

// callEnds ends the request, unless its stream outlives the call.
func (s *wireStream) callEnds() {
	if !s.leftOpen {
		s.end()
	}
}

// closeLate closes the stream when its time has come, or when its request has ended. No
// goroutine waits for that.
func (s *wireStream) closeLate(ctx context.Context, stream io.Closer) {
	late, stop := context.WithTimeout(ctx, s.closing.after)
	context.AfterFunc(late, func() {
		stop()
		stream.Close()
		s.end()
	})
}

package openai_test

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/openai"
)

// playing is a FaultRunner over a real client, with one agent that has that fault.
func playing(t *testing.T, fault mocks.Fault) (*openai.Server, *openai.Runner, *mocks.FaultRunner, func(context.Context) iter.Seq2[string, error]) {
	t.Helper()
	server, runner := setup(t, openai.Config{DripEvery: time.Millisecond}, 2)
	faults := mocks.NewFaultRunner(mocks.RecordAll)
	t.Cleanup(faults.Release)
	agent := &executor.Agent{ID: "a"}
	faults.Add(agent, fault)
	faults.Connect(runner)
	return server, runner, faults, func(ctx context.Context) iter.Seq2[string, error] {
		return faults.StreamAgent(ctx, agent, "in", nil)
	}
}

// breakAfter takes n pieces and leaves.
func breakAfter(t *testing.T, n int, stream iter.Seq2[string, error]) {
	t.Helper()
	for _, err := range stream {
		require.NoError(t, err)
		if n--; n == 0 {
			return
		}
	}
	t.Fatalf("the stream ended, %d pieces early", n)
}

var (
	leftOpen = mocks.WireUse{Requests: 1, Dialed: 1, Open: 1, InUse: 1, Bodies: 1}
	allGone  = mocks.WireUse{Requests: 1, Dialed: 1}
)

// noneLeft waits until client and server hold nothing.
func noneLeft(t *testing.T, server *openai.Server, runner *openai.Runner) {
	t.Helper()
	eventually(t, func() bool { return runner.Use() == allGone && server.Counts().Open == 0 })
}

// A client that closes at once holds no body when the consumer has left.
func TestStreamClosedAtOnce(t *testing.T) {
	server, runner, faults, stream := playing(t, mocks.OnWireStreamIgnoring(mocks.WireStreamEndless))
	breakAfter(t, 3, stream(t.Context()))
	require.Zero(t, runner.Use().Bodies)
	noneLeft(t, server, runner)
	run := faults.Runs("in")[0]
	require.True(t, run.Ended)
	require.Equal(t, mocks.Stopped, run.Outcome)
	require.Len(t, run.Attempts, 1)
}

// A stream that a client without a context forgets is a body and a connection in use,
// whatever becomes of the agent's context, until Release.
func TestStreamForgotten(t *testing.T) {
	server, runner, faults, stream := playing(t, mocks.ForgetClose(mocks.OnWireStreamIgnoring(mocks.WireStreamEndless)))
	ctx, cancel := context.WithCancel(t.Context())
	breakAfter(t, 3, stream(ctx))
	cancel()
	require.Equal(t, leftOpen, runner.Use())
	runner.Close() // it is not idle
	require.Equal(t, leftOpen, runner.Use())
	require.Equal(t, 1, server.Counts().Open)
	require.True(t, faults.Runs("in")[0].Ended, "the call itself is over")

	faults.Release()
	noneLeft(t, server, runner)
}

// The same with a client that has the context: the end of the context closes the
// connection, and a body without one holds nothing.
func TestStreamForgottenEndsWithItsContext(t *testing.T) {
	server, runner, _, stream := playing(t, mocks.ForgetClose(mocks.OnWireStream(mocks.WireStreamHangLast)))
	ctx, cancel := context.WithCancel(t.Context())
	breakAfter(t, 5, stream(ctx))
	require.Equal(t, leftOpen, runner.Use())
	cancel()
	noneLeft(t, server, runner)
}

// A stream is not closed either where the body of the loop panics.
func TestStreamForgottenByAPanic(t *testing.T) {
	server, runner, faults, stream := playing(t, mocks.ForgetClose(mocks.OnWireStreamIgnoring(mocks.WireStreamEndless)))
	require.PanicsWithValue(t, "loop body", func() {
		for range stream(t.Context()) {
			panic("loop body")
		}
	})
	require.Equal(t, leftOpen, runner.Use())
	faults.Release()
	noneLeft(t, server, runner)
}

// A stream that is closed late is gone then, without Release.
func TestStreamClosedLate(t *testing.T) {
	server, runner, _, stream := playing(t, mocks.CloseLate(20*time.Millisecond, mocks.OnWireStreamIgnoring(mocks.WireStreamEndless)))
	breakAfter(t, 3, stream(t.Context()))
	noneLeft(t, server, runner)
}

// A stream that is closed late is in use until then. Release does not wait for it.
func TestReleaseClosesLateStreams(t *testing.T) {
	server, runner, faults, stream := playing(t, mocks.CloseLate(time.Hour, mocks.OnWireStreamIgnoring(mocks.WireStreamEndless)))
	breakAfter(t, 3, stream(t.Context()))
	require.Equal(t, leftOpen, runner.Use())
	faults.Release()
	noneLeft(t, server, runner)
}

// Innocent: a stream that was read to its end needs no Close.
func TestStreamReadToItsEndNeedsNoClose(t *testing.T) {
	for _, fault := range []mocks.WireFault{mocks.WireOK, mocks.WireStreamTruncated, mocks.WireStreamServerError, mocks.WireStreamNoMarker} {
		t.Run(string(fault), func(t *testing.T) {
			_, runner, _, stream := playing(t, mocks.ForgetClose(mocks.OnWireStreamIgnoring(fault)))
			for range stream(t.Context()) {
			}
			require.Zero(t, runner.Use().InUse)
		})
	}
}

// Each stream that is forgotten counts.
func TestStreamsForgotten(t *testing.T) {
	server, runner, faults, stream := playing(t, mocks.ForgetClose(mocks.OnWireStreamIgnoring(mocks.WireStreamEndless)))
	for n := range 20 {
		breakAfter(t, 1, stream(t.Context()))
		require.Equal(t, n+1, runner.Use().Bodies)
		require.Equal(t, n+1, runner.Use().InUse)
	}
	faults.Release()
	eventually(t, func() bool { return runner.Use().Open == 0 && server.Counts().Open == 0 })
	require.Zero(t, runner.Use().InUse)
}

// Release ends a stream that hangs and that no context ends.
func TestReleaseEndsStreams(t *testing.T) {
	for _, fault := range []mocks.WireFault{mocks.WireHangBeforeHeaders, mocks.WireStreamHangFirst, mocks.WireStreamHangMid, mocks.WireStreamComments} {
		t.Run(string(fault), func(t *testing.T) {
			server, runner, faults, stream := playing(t, mocks.OnWireStreamIgnoring(fault))
			gone, cancel := context.WithCancel(t.Context())
			cancel()
			done := make(chan error, 1)
			go func() {
				var last error
				for _, err := range stream(gone) {
					last = err
				}
				done <- last
			}()
			eventually(t, func() bool { return server.Counts().Open == 1 })
			faults.Release()
			require.NoError(t, <-done)
			noneLeft(t, server, runner)
		})
	}
}

// Called for a whole answer, an agent joins its stream.
func TestOnWireStreamJoins(t *testing.T) {
	_, runner, faults, _ := playing(t, mocks.OnWireStream(mocks.WireTooManyRequests.For(time.Millisecond), mocks.WireStreamDrip))
	agent, broken := &executor.Agent{ID: "b", Name: "B"}, &executor.Agent{ID: "c"}
	fault := mocks.ForgetClose(mocks.OnWireStream())
	faults.Add(agent, fault)
	faults.Add(broken, mocks.OnWireStream(mocks.WireStreamReset))
	r, err := faults.ExecuteAgent(t.Context(), agent, "in", nil)
	require.NoError(t, err)
	require.Equal(t, &executor.AgentResponse{AgentID: "b", AgentName: "B", Content: fault.Content("b", "in")}, r)
	require.Equal(t, "in/b/0;in/b/1;in/b/2;in/b/3;in/b/4;", r.Content)
	_, err = faults.ExecuteAgent(t.Context(), broken, "in", nil)
	require.ErrorIs(t, err, mocks.AgentFault{AgentID: "c", Request: "in"})
	require.Zero(t, runner.Use().InUse)
}

// What the agent of a stream does is recorded, and who is to blame for its end.
func TestOnWireStreamRecords(t *testing.T) {
	_, _, faults, stream := playing(t, mocks.OnWireStream(mocks.WireTooManyRequests.For(time.Millisecond), mocks.WireStreamTooManyRequests))
	n, last := 0, error(nil)
	for _, last = range stream(t.Context()) {
		n++
	}
	require.Equal(t, 3, n, "two pieces, and the error")
	require.ErrorIs(t, last, mocks.AgentFault{AgentID: "a", Request: "in"})
	run := faults.Runs("in")[0]
	require.Equal(t, mocks.Failed, run.Outcome)
	require.Len(t, run.Attempts, 2)
	require.Equal(t, 2, run.Pieces)

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range stream(gone) {
		require.ErrorIs(t, err, context.Canceled)
		require.NotErrorIs(t, err, mocks.ErrFault, "the end of the context is not the agent's fault")
	}
	require.Empty(t, faults.Runs("in")[1].Attempts, "nothing was sent")
}

// A client that does not stream is refused, and the message says what to do.
func TestOnWireStreamNeedsAStreamer(t *testing.T) {
	_, runner, faults, stream := playing(t, mocks.OnWireStream())
	faults.Connect(wholeOnly{runner})
	for _, err := range stream(t.Context()) {
		require.ErrorContains(t, err, "want an executor.Streamer; connect one that streams")
	}
}

// wholeOnly is a client without streams.
type wholeOnly struct{ mocks.Wire }

func (w wholeOnly) Runner(model string) executor.Runner {
	return struct{ executor.Runner }{w.Wire.Runner(model)}
}

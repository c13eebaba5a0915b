package openai_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	client "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/ssestream"
	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/openai"
)

// whole are the pieces of the healthy answer of agent a.
var whole = []string{"in/a/0;", "in/a/1;", "in/a/2;", "in/a/3;", "in/a/4;"}

// streamed reads a whole stream of agent a, whose model has that fault.
func streamed(ctx context.Context, runner *openai.Runner, fault mocks.WireFault) (pieces []string, err error) {
	for piece, err := range runner.StreamAgent(ctx, &executor.Agent{ID: string(fault) + ":a"}, "in", nil) {
		if err != nil {
			return pieces, err
		}
		pieces = append(pieces, piece)
	}
	return pieces, nil
}

// broken is how a stream fails: after how many pieces at most, and with what.
type broken struct {
	pieces int
	check  func(*testing.T, error)
}

var brokenStreams = map[mocks.WireFault]broken{
	mocks.WireTooManyRequests: {0, hasStatus(http.StatusTooManyRequests)},
	mocks.WireServerError:     {0, hasStatus(http.StatusInternalServerError)},
	mocks.WireReset:           {0, wasReset},
	mocks.WireTruncatedJSON:   {2, endedEarly},
	mocks.WireWrongJSON:       {0, endedEarly},
	// The client notices neither the half event nor that the end marker is missing.
	mocks.WireStreamTruncated: {2, endedEarly},
	mocks.WireStreamReset:     {2, wasReset},
	mocks.WireStreamBadJSON: {2, func(t *testing.T, err error) {
		require.ErrorContains(t, err, "invalid character")
	}},
	mocks.WireStreamTooManyRequests: {2, isEvent("too many requests")},
	mocks.WireStreamServerError:     {2, isEvent("server error")},
}

func hasStatus(code int) func(*testing.T, error) {
	return func(t *testing.T, err error) {
		var api *client.Error
		require.ErrorAs(t, err, &api)
		require.Equal(t, code, api.StatusCode)
	}
}

func isEvent(text string) func(*testing.T, error) {
	return func(t *testing.T, err error) {
		var event *ssestream.StreamError
		require.ErrorAs(t, err, &event)
		require.ErrorContains(t, err, text)
	}
}

func endedEarly(t *testing.T, err error) { require.ErrorIs(t, err, io.ErrUnexpectedEOF) }

func wasReset(t *testing.T, err error) {
	require.True(t, errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF), err)
}

// streamHangs are the faults of streams that never end, and how many pieces come before.
var streamHangs = map[mocks.WireFault]int{
	mocks.WireHangBeforeHeaders: 0,
	mocks.WireHangInBody:        2,
	mocks.WireWhiteSpace:        0,
	mocks.WireStreamHangFirst:   0,
	mocks.WireStreamHangMid:     2,
	mocks.WireStreamHangLast:    5,
	mocks.WireStreamComments:    0,
	mocks.WireStreamEndless:     10,
}

func allFaults() []mocks.WireFault { return append(mocks.WireFaults(), mocks.WireStreamFaults()...) }

func TestStreamFaultsThroughTheClient(t *testing.T) {
	for _, fault := range allFaults() {
		if _, hangs := streamHangs[fault]; hangs {
			continue // TestStreamHangsHonourTheContext
		}
		t.Run(string(fault), func(t *testing.T) {
			server, runner := setup(t, openai.Config{DripEvery: time.Millisecond}, 0)
			pieces, err := streamed(t.Context(), runner, fault)
			require.Equal(t, 1, server.Counts().Requests)
			if want, breaks := brokenStreams[fault]; breaks {
				require.LessOrEqual(t, len(pieces), want.pieces)
				require.ErrorContains(t, err, string(fault)+":a")
				want.check(t, err)
			} else {
				require.NoError(t, err)
				require.Equal(t, whole, pieces)
			}
			eventually(t, func() bool { return runner.Use().InUse == 0 })
		})
	}
}

// A hang holds one connection with an open body, or none before the headers, until the
// context ends.
func TestStreamHangsHonourTheContext(t *testing.T) {
	for fault, want := range streamHangs {
		t.Run(string(fault), func(t *testing.T) {
			server, runner := setup(t, openai.Config{DripEvery: time.Millisecond}, 2)
			ctx, cancel := context.WithCancel(t.Context())
			var got atomic.Int64
			done := make(chan error, 1)
			go func() {
				for _, err := range runner.StreamAgent(ctx, &executor.Agent{ID: string(fault) + ":a"}, "in", nil) {
					if err != nil {
						done <- err
						return
					}
					got.Add(1)
				}
				done <- nil
			}()
			eventually(t, func() bool { return server.Counts().Open == 1 })
			if fault != mocks.WireHangBeforeHeaders {
				eventually(t, func() bool { return runner.Use().Bodies == 1 })
			}
			eventually(t, func() bool { return int(got.Load()) >= want })
			cancel()
			require.ErrorIs(t, <-done, context.Canceled)
			if fault != mocks.WireStreamEndless {
				require.EqualValues(t, want, got.Load())
			}
			eventually(t, func() bool { return server.Counts().Open == 0 && runner.Use().Open == 0 })
			require.Zero(t, runner.Use().InUse)
			require.Equal(t, 1, server.Counts().Requests, "a cancelled call is not retried")
		})
	}
}

// A consumer that breaks off closes the stream, which ends the request.
func TestStreamIsClosedWhenItsConsumerLeaves(t *testing.T) {
	server, runner := setup(t, openai.Config{DripEvery: time.Millisecond}, 0)
	agent := &executor.Agent{ID: "stream-endless:a"}
	n := 0
	for _, err := range runner.StreamAgent(t.Context(), agent, "in", nil) {
		require.NoError(t, err)
		if n++; n == 3 {
			break
		}
	}
	require.Zero(t, runner.Use().InUse)
	eventually(t, func() bool { return server.Counts().Open == 0 && runner.Use().Open == 0 })

	require.PanicsWithValue(t, "loop body", func() {
		for range runner.StreamAgent(t.Context(), agent, "in", nil) {
			panic("loop body")
		}
	})
	require.Zero(t, runner.Use().InUse)
	require.Equal(t, 2, runner.Use().Requests)
}

// The client tries again before the first event, and never after it.
func TestStreamRetries(t *testing.T) {
	server, runner := setup(t, openai.Config{}, 2)
	pieces, err := streamed(t.Context(), runner, "too-many-requests@1ms,too-many-requests@1ms,stream-drip@1ms")
	require.NoError(t, err)
	require.Equal(t, whole, pieces)
	require.Equal(t, 3, server.Counts().Requests)

	_, err = streamed(t.Context(), runner, "stream-server-error,ok")
	isEvent("server error")(t, err)
	_, err = streamed(t.Context(), runner, "stream-reset,ok")
	wasReset(t, err)
	require.Equal(t, 5, server.Counts().Requests)
}

// Tools are for clients that ask for them: the stream of a Runner has none.
func TestStreamedToolCalls(t *testing.T) {
	server, runner := setup(t, openai.Config{}, 0)
	service := client.NewChatCompletionService(option.WithBaseURL(server.URL()), option.WithAPIKey("none"), option.WithHTTPClient(runner.Client()))
	var all client.ChatCompletionAccumulator
	tool := client.ChatCompletionFunctionTool(client.FunctionDefinitionParam{Name: "search"})
	stream := service.NewStreaming(t.Context(), client.ChatCompletionNewParams{Model: "ok:a", Tools: []client.ChatCompletionToolUnionParam{tool, tool},
		Messages: []client.ChatCompletionMessageParamUnion{client.UserMessage("in")}})
	for stream.Next() {
		require.True(t, all.AddChunk(stream.Current()))
	}
	require.NoError(t, stream.Err())
	message := all.Choices[0].Message
	require.Equal(t, strings.Join(whole, ""), message.Content)
	require.Len(t, message.ToolCalls, 2)
	require.Equal(t, "call-2", message.ToolCalls[1].ID)
	require.Equal(t, "in", message.ToolCalls[1].Function.Arguments)
	require.Equal(t, "tool_calls", all.Choices[0].FinishReason)

	pieces := 0
	for _, err := range runner.StreamAgent(t.Context(), &executor.Agent{ID: "a", Tools: []executor.Tool{{Name: "search"}}}, "in", nil) {
		require.NoError(t, err)
		pieces++
	}
	require.Equal(t, 5, pieces)
}

// A fault of streams is refused where the whole answer is asked for, and says so.
func TestStreamFaultOfAWholeAnswer(t *testing.T) {
	_, runner := setup(t, openai.Config{}, 0)
	for _, fault := range mocks.WireStreamFaults() {
		_, err := call(t.Context(), runner, fault)
		var api *client.Error
		require.ErrorAs(t, err, &api)
		require.Equal(t, http.StatusBadRequest, api.StatusCode)
		require.Contains(t, api.Message, "stream: true")
		_, d, err := fault.For(time.Second).Split()
		require.NoError(t, err)
		require.Equal(t, time.Second, d)
		require.True(t, strings.HasPrefix(string(fault), "stream-"))
	}
	_, err := streamed(t.Context(), runner, "")
	require.NoError(t, err, "an unknown model streams a healthy answer")
}

// Package chat reads requests of the Chat Completions API and makes their healthy answers,
// whole or streamed.
package chat

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/internal/wirefault"
)

// Request is the part of a request that an answer depends on.
type Request struct {
	Model    string `json:"model"`
	Stream   bool   `json:"stream"`
	Messages []struct {
		Content json.RawMessage `json:"content"`
	} `json:"messages"`
	Tools []struct {
		Function struct {
			Name string `json:"name"`
		} `json:"function"`
	} `json:"tools"`
}

// Read reads the body of a request.
func Read(body []byte) (q Request, err error) {
	err = json.Unmarshal(body, &q)
	return q, err
}

// Form is the answer: streamed where the request asks for that.
func (q Request) Form() wirefault.Form {
	if q.Stream {
		return wirefault.Stream{Events: q.events(), Piece: q.piece}
	}
	return wirefault.Whole{Doc: q.completion()}
}

// completion is the healthy document. Its content is mocks.Content of the agent
// and the last message. It asks for each tool once, with that message as
// arguments.
func (q Request) completion() []byte {
	input := q.input()
	message := map[string]any{"role": "assistant", "content": mocks.Content(q.agent(), input), "refusal": nil}
	finish := "stop"
	if calls := q.toolCalls(); len(calls) > 0 {
		message["tool_calls"], finish = calls, "tool_calls"
	}
	return wirefault.Document(map[string]any{
		"id": "chatcmpl-mock", "object": "chat.completion", "created": 0, "model": q.Model,
		"choices": []any{map[string]any{"index": 0, "finish_reason": finish, "logprobs": nil, "message": message}},
		"usage":   map[string]any{"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
	})
}

// endMarker is the last event of a stream.
const endMarker = "data: [DONE]\n\n"

// events are the healthy answer in pieces: the role, the content, the tool
// calls if tools were offered, the reason why it ends, and the end marker.
func (q Request) events() [][]byte {
	events := [][]byte{q.chunk(map[string]any{"role": "assistant", "content": ""}, nil)}
	for i := range mocks.WireStreamPieces {
		events = append(events, q.piece(i))
	}
	finish := "stop"
	if calls := q.toolCalls(); len(calls) > 0 {
		finish = "tool_calls"
		for i := range calls {
			calls[i]["index"] = i // which a whole answer does not have
		}
		events = append(events, q.chunk(map[string]any{"tool_calls": calls}, nil))
	}
	return append(events, q.chunk(map[string]any{}, finish), []byte(endMarker))
}

// piece is the event with that piece of the content.
func (q Request) piece(i int) []byte {
	return q.chunk(map[string]any{"content": mocks.OnWireStream().Piece(q.agent(), q.input(), i)}, nil)
}

func (q Request) chunk(delta map[string]any, finish any) []byte {
	return wirefault.Event(map[string]any{
		"id": "chatcmpl-mock", "object": "chat.completion.chunk", "created": 0, "model": q.Model,
		"choices": []any{map[string]any{"index": 0, "delta": delta, "logprobs": nil, "finish_reason": finish}},
	})
}

// toolCalls are a call of each tool.
func (q Request) toolCalls() (calls []map[string]any) {
	for i, t := range q.Tools {
		calls = append(calls, map[string]any{
			"id": fmt.Sprintf("call-%d", i+1), "type": "function",
			"function": map[string]any{"name": t.Function.Name, "arguments": q.input()},
		})
	}
	return calls
}

// agent is the text behind the faults in the model's name, or the whole name.
func (q Request) agent() string {
	if _, id, found := strings.Cut(q.Model, ":"); found {
		return id
	}
	return q.Model
}

// input is the last message if its content is plain text, else empty.
func (q Request) input() (text string) {
	if n := len(q.Messages); n > 0 {
		json.Unmarshal(q.Messages[n-1].Content, &text)
	}
	return text
}

package openai

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"net/http"
	"time"

	"github.com/watertight-go/watertight/mocks"
)

const (
	// endMarker is the last event of a stream.
	endMarker = "data: [DONE]\n\n"
	// healthy is how many events come before a fault in mid-stream: the role, and two
	// pieces of the content.
	healthy = 3
)

// stream answers with server-sent events. The last event is the end marker.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, fault mocks.WireFault, d time.Duration, req chatRequest) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache")
	events := req.events()
	last := len(events) - 1
	half := events[healthy][:len(events[healthy])/2]
	switch fault {
	case mocks.WireOK:
		send(w, events...)
	case mocks.WireStreamHangFirst:
		send(w)
		hang(r)
	case mocks.WireStreamHangMid:
		send(w, append(events[:healthy:healthy], half)...)
		hang(r)
	case mocks.WireStreamHangLast:
		send(w, events[:last]...)
		hang(r)
	case mocks.WireStreamDrip:
		drip(w, r, cmp.Or(d, s.config.DripEvery), len(events), func(i int) []byte { return events[i] })
	case mocks.WireStreamEndless:
		drip(w, r, cmp.Or(d, s.config.DripEvery), math.MaxInt, req.piece)
	case mocks.WireStreamComments:
		drip(w, r, cmp.Or(d, s.config.DripEvery), math.MaxInt, func(int) []byte { return []byte(": keep-alive\n\n") })
	default:
		s.breakOff(w, r, fault, d, events)
	}
}

// breakOff plays the faults that end a stream early, and those of every answer.
func (s *Server) breakOff(w http.ResponseWriter, r *http.Request, fault mocks.WireFault, d time.Duration, events [][]byte) {
	before, next := events[:healthy], events[healthy]
	switch fault {
	case mocks.WireStreamTruncated:
		send(w, append(before[:healthy:healthy], next[:len(next)/2])...)
	case mocks.WireStreamBadJSON:
		send(w, append(before[:healthy:healthy], []byte("data: {\"choices\":[{]}\n\n"))...)
	case mocks.WireStreamNoMarker:
		send(w, events[:len(events)-1]...)
	case mocks.WireStreamReset:
		send(w, before...)
		reset(w)
	case mocks.WireStreamTooManyRequests:
		send(w, append(before[:healthy:healthy], event(failure("rate_limit_exceeded", "injected fault: too many requests")))...)
	case mocks.WireStreamServerError:
		send(w, append(before[:healthy:healthy], event(failure("server_error", "injected fault: server error")))...)
	default:
		s.inject(w, r, fault, d, bytes.Join(events, nil))
	}
}

// send sends the headers and each event by itself.
func send(w http.ResponseWriter, events ...[]byte) {
	flush := http.NewResponseController(w).Flush
	flush()
	for _, e := range events {
		w.Write(e)
		flush()
	}
}

// event is a document as an event of a stream.
func event(v map[string]any) []byte { return fmt.Appendf(nil, "data: %s\n\n", document(v)) }

// events are the healthy answer in pieces: the role, the content, the tool
// calls if tools were offered, the reason why it ends, and the end marker.
func (q chatRequest) events() [][]byte {
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
func (q chatRequest) piece(i int) []byte {
	return q.chunk(map[string]any{"content": mocks.OnWireStream().Piece(q.agent(), q.input(), i)}, nil)
}

func (q chatRequest) chunk(delta map[string]any, finish any) []byte {
	return event(map[string]any{
		"id": "chatcmpl-mock", "object": "chat.completion.chunk", "created": 0, "model": q.Model,
		"choices": []any{map[string]any{"index": 0, "delta": delta, "logprobs": nil, "finish_reason": finish}},
	})
}

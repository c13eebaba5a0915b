package openai

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/watertight-go/watertight/mocks"
)

// chatRequest is the part of a request that the server reads.
type chatRequest struct {
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

// complete handles one request. It reads the body to its end first: net/http
// notices only then that a client closes the connection.
func (s *Server) complete(w http.ResponseWriter, r *http.Request) {
	s.running.Add(1)
	defer s.running.Done()
	s.requests.Add(1)
	s.open.Add(1)
	defer s.open.Add(-1)
	var req chatRequest
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &req)
	}
	if err != nil {
		fail(w, http.StatusBadRequest, "invalid_request_error", err.Error())
		return
	}
	attempt, _ := strconv.Atoi(r.Header.Get("X-Stainless-Retry-Count")) // 0 for other clients
	fault, d, err := s.config.Choose(req.Model, attempt).Split()
	if err != nil {
		fail(w, http.StatusNotImplemented, "server_error", err.Error())
		return
	}
	if req.Stream {
		s.stream(w, r, fault, d, req)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	s.inject(w, r, fault, d, req.completion())
}

// inject plays the faults that every answer can have. doc is the healthy body.

func (s *Server) inject(w http.ResponseWriter, r *http.Request, fault mocks.WireFault, d time.Duration, doc []byte) {
	half := len(doc) / 2
	switch fault {
	case mocks.WireHangBeforeHeaders:
		hang(r)
	case mocks.WireHangInBody:
		w.Header().Set("Content-Length", strconv.Itoa(len(doc)))
		w.Write(doc[:half])
		http.NewResponseController(w).Flush()
		hang(r)
	case mocks.WireSlowDrip:
		const pieces = 10
		drip(w, r, cmp.Or(d, s.config.DripEvery), pieces, func(i int) []byte {
			return doc[i*len(doc)/pieces : (i+1)*len(doc)/pieces]
		})
	case mocks.WireWhiteSpace:
		drip(w, r, cmp.Or(d, s.config.DripEvery), math.MaxInt, func(int) []byte { return []byte("\n") })
	case mocks.WireTooManyRequests:
		after := cmp.Or(d, s.config.RetryAfter)
		w.Header().Set("Retry-After", strconv.FormatInt(int64((after+time.Second-1)/time.Second), 10))
		w.Header().Set("Retry-After-Ms", strconv.FormatInt(after.Milliseconds(), 10))
		fail(w, http.StatusTooManyRequests, "rate_limit_exceeded", "injected fault: too many requests")
	case mocks.WireServerError:
		fail(w, http.StatusInternalServerError, "server_error", "injected fault: server error")
	case mocks.WireReset:
		reset(w)
	case mocks.WireTruncatedJSON:
		w.Write(doc[:half])
	case mocks.WireWrongJSON:
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte(`{"object":"list","data":[]}`))
	case mocks.WireOK:
		w.Write(doc)
	default:
		fail(w, http.StatusBadRequest, "invalid_request_error", fmt.Sprintf("fault %q: got a request for a whole answer, want one with stream: true", fault))
	}
}

// hang waits until the client or Close closes the connection, which look the same
// here, and aborts the response.
func hang(r *http.Request) {
	<-r.Context().Done()
	panic(http.ErrAbortHandler)
}

// drip sends n pieces, one each d, until the client is gone.
func drip(w http.ResponseWriter, r *http.Request, d time.Duration, n int, piece func(int) []byte) {
	ticker := time.NewTicker(d)
	defer ticker.Stop()
	for i := range n {
		select {
		case <-ticker.C:
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		}
		w.Write(piece(i))
		http.NewResponseController(w).Flush()
	}
}

// reset closes the connection and discards unsent data. TCP then sends an RST.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}

func fail(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(failure(kind, message))
}

// failure is the document of an error.
func failure(kind, message string) map[string]any {
	return map[string]any{"error": map[string]any{"message": message, "type": kind, "code": kind}}
}

// completion is the healthy document. Its content is mocks.Content of the agent
// and the last message. It asks for each tool once, with that message as
// arguments.
func (q chatRequest) completion() []byte {
	input := q.input()
	message := map[string]any{"role": "assistant", "content": mocks.Content(q.agent(), input), "refusal": nil}
	finish := "stop"
	if calls := q.toolCalls(); len(calls) > 0 {
		message["tool_calls"], finish = calls, "tool_calls"
	}
	return document(map[string]any{
		"id": "chatcmpl-mock", "object": "chat.completion", "created": 0, "model": q.Model,
		"choices": []any{map[string]any{"index": 0, "finish_reason": finish, "logprobs": nil, "message": message}},
		"usage":   map[string]any{"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
	})
}

// toolCalls are a call of each tool.
func (q chatRequest) toolCalls() (calls []map[string]any) {
	for i, t := range q.Tools {
		calls = append(calls, map[string]any{
			"id": fmt.Sprintf("call-%d", i+1), "type": "function",
			"function": map[string]any{"name": t.Function.Name, "arguments": q.input()},
		})
	}
	return calls
}

func document(v map[string]any) []byte {
	doc, err := json.Marshal(v)
	if err != nil { // strings and numbers always marshal
		panic(err)
	}
	return doc
}

// agent is the text behind the faults in the model's name, or the whole name.
func (q chatRequest) agent() string {
	if _, id, found := strings.Cut(q.Model, ":"); found {
		return id
	}
	return q.Model
}

// input is the last message if its content is plain text, else empty.
func (q chatRequest) input() (text string) {
	if n := len(q.Messages); n > 0 {
		json.Unmarshal(q.Messages[n-1].Content, &text)
	}
	return text
}

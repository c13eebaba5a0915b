package upstream_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/upstream"
)

// forms are the requests whose answers have different forms.
var forms = map[string]request{"whole": plain, "events": events, "chat": chat, "chunks": chunks, "unary": unary}

// hangs are the faults that last until Release, whatever was asked for, and whether a
// header is sent before.
var hangs = map[mocks.WireFault]bool{
	mocks.WireHangBeforeHeaders: false,
	mocks.WireHangInBody:        true,
	mocks.WireWhiteSpace:        true,
	mocks.WireStreamHangFirst:   true,
	mocks.WireStreamHangMid:     true,
	mocks.WireStreamHangLast:    true,
	mocks.WireStreamEndless:     true,
	mocks.WireStreamComments:    true,
}

// Every hang hangs for every form and protocol, and Release ends it: with a healthy
// answer if nothing was sent.
func TestHangsOfEveryForm(t *testing.T) {
	for name, q := range forms {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, c *http.Client, _ string) {
				for fault, sends := range hangs {
					server := play(t, fault+"@1ms")
					got := headersOf(t, q, c, server, sends)
					select {
					case a := <-got:
						t.Fatalf("%s: got an answer, want a hang: %+v", fault, a)
					default:
					}
					require.Equal(t, 1, server.Counts().Open)
					server.Release()
					require.Zero(t, server.Counts().Connections)
					a := <-got
					if sends {
						require.Error(t, a.err, fault)
					} else {
						require.NoError(t, a.err, fault)
						require.Equal(t, http.StatusOK, a.status)
					}
				}
			})
		})
	}
}

// headersOf sends a request and returns when its headers are there, or, where none come,
// when the server handles it.
func headersOf(t *testing.T, q request, c *http.Client, server *upstream.Server, sends bool) <-chan answer {
	t.Helper()
	if !sends {
		got := q.goSend(c, server)
		eventually(t, func() bool { return server.Counts().Faults[mocks.WireHangBeforeHeaders+"@1ms"] == 1 })
		return got
	}
	r, err := http.NewRequestWithContext(t.Context(), q.method, server.URL()+q.path, strings.NewReader(q.body))
	require.NoError(t, err)
	for k, v := range q.header {
		r.Header.Set(k, v)
	}
	resp, err := c.Do(r)
	require.NoError(t, err)
	got := make(chan answer, 1)
	go func() {
		defer resp.Body.Close()
		_, err := io.Copy(io.Discard, resp.Body)
		got <- answer{err: err}
	}()
	return got
}

// The faults that end are played as the nearest one, and none is refused.
func TestFaultsOfEveryForm(t *testing.T) {
	for name, q := range forms {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, c *http.Client, protocol string) {
				for _, fault := range append(mocks.WireFaults(), mocks.WireStreamFaults()...) {
					if _, hang := hangs[fault]; hang {
						continue
					}
					server := play(t, fault+"@1ms")
					a := q.send(t.Context(), c, server)
					require.Equal(t, outcomeOf(name, fault), outcome(a, name), "%s of %s over %s: %+v", fault, name, protocol, a)
					require.NotContains(t, a.body, "cannot be played")
					c.CloseIdleConnections()
				}
			})
		})
	}
}

// outcome is what became of an answer, in a word.
func outcome(a answer, form string) string {
	switch code := a.trailer.Get("Grpc-Status"); {
	case a.err != nil:
		return "broken"
	case code != "" && code != "0":
		return "code " + code
	case a.status == http.StatusTooManyRequests || a.status == http.StatusInternalServerError:
		return http.StatusText(a.status)
	case healthy[form](a):
		return "healthy"
	}
	return "wrong"
}

// healthy tells a healthy answer of each form.
var healthy = map[string]func(answer) bool{
	"whole":  func(a answer) bool { return strings.HasSuffix(a.body, "}\n") },
	"chat":   func(a answer) bool { return json.Valid([]byte(a.body)) && strings.Contains(a.body, "chat.completion") },
	"events": func(a answer) bool { return strings.HasSuffix(a.body, "event: end\ndata: {}\n\n") },
	"chunks": func(a answer) bool { return strings.HasSuffix(a.body, "data: [DONE]\n\n") },
	"unary": func(a answer) bool {
		return a.body == "\x00\x00\x00\x00\x00" && a.trailer.Get("Grpc-Status") == "0"
	},
}

// outcomeOf is the outcome that a fault must have.
func outcomeOf(form string, fault mocks.WireFault) string {
	switch fault {
	case mocks.WireOK, mocks.WireSlowDrip, mocks.WireStreamDrip:
		return "healthy"
	case mocks.WireReset, mocks.WireStreamReset:
		return "broken"
	case mocks.WireTooManyRequests, mocks.WireStreamTooManyRequests:
		return refusal(form, fault, "code 8", http.StatusText(http.StatusTooManyRequests))
	case mocks.WireServerError, mocks.WireStreamServerError:
		return refusal(form, fault, "code 13", http.StatusText(http.StatusInternalServerError))
	}
	return "wrong"
}

func refusal(form string, fault mocks.WireFault, code, status string) string {
	streams := form == "events" || form == "chunks"
	switch {
	case form == "unary":
		return code
	case streams && strings.HasPrefix(string(fault), "stream-"):
		return "wrong" // an event within the stream
	}
	return status
}

func TestStatuses(t *testing.T) {
	c := client(t, "HTTP/2.0")
	for fault, want := range map[mocks.WireFault]struct {
		status      int
		retryAfter  string
		code, delay string
	}{
		"429":     {429, "1", "8", ""},
		"429@3s":  {429, "3", "8", "3000"},
		"503":     {503, "", "14", ""},
		"503@2ms": {503, "1", "14", "2"},
		"404":     {404, "", "5", ""},
		"401":     {401, "", "16", ""},
		"418":     {418, "", "2", ""},
		"504":     {504, "", "4", ""},
		"599":     {599, "", "2", ""},
	} {
		server := play(t, fault)
		for _, q := range []request{plain, chunks} {
			a := q.send(t.Context(), c, server)
			require.NoError(t, a.err)
			require.Equal(t, want.status, a.status, fault)
			require.Equal(t, want.retryAfter, a.header.Get("Retry-After"), fault)
			require.Contains(t, a.body, "injected fault: ")
		}
		a := unary.send(t.Context(), c, server)
		require.NoError(t, a.err)
		require.Equal(t, http.StatusOK, a.status)
		require.Equal(t, want.code, a.trailer.Get("Grpc-Status"), fault)
		require.Equal(t, want.delay, a.trailer.Get("Grpc-Retry-Pushback-Ms"), fault)
		require.Contains(t, a.trailer.Get("Grpc-Message"), "injected fault")
		server.Close()
	}
}

// A fault that nobody parsed is no healthy answer.
func TestUnknownFault(t *testing.T) {
	server := start(t)
	server.Play(upstream.Schedule{{Fault: "nosuch"}})
	a := plain.send(t.Context(), client(t, "HTTP/1.1"), server)
	require.NoError(t, a.err)
	require.Equal(t, http.StatusNotImplemented, a.status)
	require.Contains(t, a.body, `fault \"nosuch\" cannot be played`)
}

// A reset is one of the connection; of HTTP/2 it is one of the stream alone.
func TestReset(t *testing.T) {
	server := play(t, mocks.WireReset)
	a := chat.send(t.Context(), client(t, "HTTP/1.1"), server)
	require.True(t, errors.Is(a.err, syscall.ECONNRESET) || errors.Is(a.err, io.EOF), a.err)
	require.Zero(t, server.Counts().Connections)
	a = chat.send(t.Context(), client(t, "HTTP/2.0"), server)
	require.ErrorContains(t, a.err, "INTERNAL_ERROR")
	require.Equal(t, 1, server.Counts().Connections)
}

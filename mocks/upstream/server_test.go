package upstream_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/upstream"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start checks at the end of the test that the server leaves nothing behind.
func start(t *testing.T) *upstream.Server {
	t.Helper()
	server, err := upstream.New(upstream.Config{})
	require.NoError(t, err)
	t.Cleanup(func() {
		server.Close()
		server.Close()
		require.Zero(t, server.Counts().Open)
		require.Zero(t, server.Counts().Connections)
	})
	return server
}

// play starts a server that plays one fault.
func play(t *testing.T, fault mocks.WireFault) *upstream.Server {
	t.Helper()
	s, err := upstream.Parse(string(fault))
	require.NoError(t, err)
	server := start(t)
	server.Play(s)
	return server
}

// protocols are the clients that the server answers.
var protocols = map[string]func() *http.Transport{
	"HTTP/1.1": func() *http.Transport { return &http.Transport{} },
	"HTTP/2.0": func() *http.Transport {
		p := new(http.Protocols)
		p.SetUnencryptedHTTP2(true)
		// Go 1.27 closes a connection of HTTP/2 above this number whatever runs on it.
		return &http.Transport{Protocols: p, MaxIdleConnsPerHost: 1000}
	},
}

// client is one whose connections are closed at the end of the test.
func client(t *testing.T, protocol string) *http.Client {
	t.Helper()
	transport := protocols[protocol]()
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// each runs a test with a client of each protocol.
func each(t *testing.T, test func(t *testing.T, c *http.Client, protocol string)) {
	t.Helper()
	for protocol := range protocols {
		t.Run(protocol, func(t *testing.T) { test(t, client(t, protocol), protocol) })
	}
}

// request is one of the requests that the server tells apart.
type request struct {
	method, path, body string
	header             map[string]string
}

var (
	plain  = request{method: "PUT", path: "/a/b?c=d", body: "x"}
	events = request{method: "GET", path: "/events", header: map[string]string{"Accept": "text/html, text/event-stream"}}
	asked  = request{method: "POST", path: "/v1/messages", body: `{"stream": true}`}
	chat   = request{method: "POST", path: "/openai/v1/chat/completions", body: `{"model":"m","messages":[{"content":"in"}]}`}
	chunks = request{method: "POST", path: "/chat/completions", body: `{"model":"m","stream":true,"messages":[{"content":"in"}]}`}
	unary  = request{method: "POST", path: "/shop.Cart/Get", body: "\x00\x00\x00\x00\x00", header: map[string]string{"Content-Type": "application/grpc+proto", "TE": "trailers"}}
)

// answer is what a client gets.
type answer struct {
	status  int
	header  http.Header
	body    string
	trailer http.Header
	err     error // of the request, or of reading the body
}

func (q request) send(ctx context.Context, c *http.Client, server *upstream.Server) answer {
	r, err := http.NewRequestWithContext(ctx, q.method, server.URL()+q.path, strings.NewReader(q.body))
	if err != nil {
		return answer{err: err}
	}
	for k, v := range q.header {
		r.Header.Set(k, v)
	}
	resp, err := c.Do(r)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(body), resp.Trailer, err}
}

// goSend sends a request and returns where its answer comes.
func (q request) goSend(c *http.Client, server *upstream.Server) <-chan answer {
	got := make(chan answer, 1)
	go func() { got <- q.send(context.Background(), c, server) }()
	return got
}

func eventually(t *testing.T, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !cond(); time.Sleep(time.Millisecond) {
		require.True(t, time.Now().Before(deadline))
	}
}

func TestHealthyAnswers(t *testing.T) {
	each(t, func(t *testing.T, c *http.Client, protocol string) {
		server := start(t)
		get := func(q request) answer {
			a := q.send(t.Context(), c, server)
			require.NoError(t, a.err)
			require.Equal(t, http.StatusOK, a.status)
			return a
		}
		a := get(plain)
		require.JSONEq(t, `{"upstream":"ok","method":"PUT","path":"/a/b"}`, a.body)
		require.Equal(t, "application/json", a.header.Get("Content-Type"))
		for _, q := range []request{events, asked} {
			a = get(q)
			require.Equal(t, "text/event-stream", a.header.Get("Content-Type"))
			require.Contains(t, a.body, `data: {"event":4,"method":"`+q.method)
			require.True(t, strings.HasSuffix(a.body, "event: end\ndata: {}\n\n"), a.body)
		}
		require.Contains(t, get(chat).body, mocks.Content("m", "in"))
		require.Contains(t, get(chunks).body, "in/m/4;")
		require.True(t, strings.HasSuffix(get(chunks).body, "data: [DONE]\n\n"))
		a = get(unary)
		require.Equal(t, "\x00\x00\x00\x00\x00", a.body)
		require.Equal(t, "0", a.trailer.Get("Grpc-Status"))
		require.Equal(t, "application/grpc", a.header.Get("Content-Type"))
		require.Equal(t, map[mocks.WireFault]int{mocks.WireOK: 7}, server.Counts().Faults)
	})
}

// Requests that only look like another kind get an answer, too.
func TestRequestsOfNoKind(t *testing.T) {
	server := start(t)
	c := client(t, "HTTP/1.1")
	for _, q := range []request{
		{method: "POST", path: "/chat/completions", body: "{"},
		{method: "GET", path: "/chat/completions"},
		{method: "POST", path: "//a/../b", body: `{"stream": "yes"}`},
		{method: "POST", path: "/x", body: "x", header: map[string]string{"Content-Type": "application/grpc-web"}},
		{method: "DELETE", path: ""},
	} {
		a := q.send(t.Context(), c, server)
		require.NoError(t, a.err)
		require.Equal(t, http.StatusOK, a.status, q)
		require.Contains(t, a.body, `"upstream":"ok"`)
	}
	a := request{method: "HEAD", path: "/"}.send(t.Context(), c, server)
	require.NoError(t, a.err)
	require.Equal(t, http.StatusOK, a.status)
}

package load

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// raw is a service that does something with each connection, after the head of the first
// request where there is one.
func raw(t *testing.T, do func(*net.TCPConn)) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer conn.Close()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					do(conn.(*net.TCPConn))
				}
			})
		}
	})
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	return "http://" + l.Addr().String()
}

// refusing is an address on which nobody listens or can listen: the local one of another
// connection.
func refusing(t *testing.T) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	conn, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return "http://" + conn.LocalAddr().String()
}

// writes sends a text and no more. It reads what still comes: the system resets a connection
// that is closed before.
func writes(text string) func(*net.TCPConn) {
	return func(c *net.TCPConn) {
		_, _ = io.WriteString(c, text)
		_ = c.CloseWrite()
		_, _ = io.Copy(io.Discard, c)
	}
}

// resets sends a reset: what was not read is lost.
func resets(c *net.TCPConn) { _ = c.SetLinger(0) }

// aborts sends a part of an answer and breaks it off.
func aborts(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, "begun")
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

func TestFailuresInWords(t *testing.T) {
	refuses := refusing(t)
	abortsAtOnce := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	for _, c := range []struct {
		name    string
		request Request
		want    string
	}{
		{"nobody listens", Request{URL: refuses}, "connection refused"},
		{"nobody listens, h2c", Request{URL: refuses, Protocol: H2C}, "connection refused"},
		{"nobody listens, gRPC", Request{URL: refuses, Protocol: GRPC}, "connection refused"},
		{"reset", Request{URL: raw(t, resets)}, "connection reset"},
		{"closed without an answer", Request{URL: raw(t, writes(""))}, "connection closed by the service"},
		{"closed in the headers", Request{URL: raw(t, writes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n"))}, "connection closed by the service"},
		{"closed in the body", Request{URL: raw(t, writes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"))}, "connection closed by the service in the middle of the answer"},
		{"closed in a chunk", Request{URL: raw(t, writes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc"))}, "connection closed by the service in the middle of the answer"},
		{"closed between chunks", Request{URL: raw(t, writes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"))}, "connection closed by the service in the middle of the answer"},
		{"another protocol", Request{URL: raw(t, writes("SSH-2.0-OpenSSH_9.9\r\n"))}, "the answer is not of this protocol"},
		{"no status", Request{URL: raw(t, writes("HTTP/1.1 abc\r\n\r\n"))}, "the answer is not of this protocol"},
		{"handler panics", Request{URL: serve(t, abortsAtOnce)}, "connection closed by the service"},
		{"handler panics, h2c", Request{URL: serve(t, abortsAtOnce), Protocol: H2C}, "HTTP/2 stream ended with INTERNAL_ERROR"},
		{"handler panics, gRPC", Request{URL: serve(t, abortsAtOnce), Protocol: GRPC}, "HTTP/2 stream ended with INTERNAL_ERROR"},
		{"handler panics in the body", Request{URL: serve(t, aborts)}, "connection closed by the service in the middle of the answer"},
		{"handler panics in the body, h2c", Request{URL: serve(t, aborts), Protocol: H2C}, "HTTP/2 stream ended with INTERNAL_ERROR in the middle of the answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := run(t, t.Context(), Options{Rate: 1000, Most: 3, Request: c.request})
			assert.Equal(t, map[string]int{c.want: 3}, r.Clients[0].Failed)
			assert.Zero(t, r.Clients[0].Latency, "failures are no latencies")
		})
	}
}

// A request may wait for the connection of another, and learns only that there was none.
func TestServiceWithoutHTTP2(t *testing.T) {
	url := raw(t, writes("HTTP/1.1 400 Bad Request\r\n\r\n"))
	for _, p := range []Protocol{H2C, GRPC} {
		r := run(t, t.Context(), Options{Rate: 1000, Most: 3, Request: Request{URL: url, Protocol: p}})
		failed := r.Clients[0].Failed
		assert.Equal(t, 3, failed["the answer is not of this protocol"]+failed["no HTTP/2 connection could be made"], "%v", failed)
	}
}

// Errors that cannot be had on a loopback interface, or not at will.
func TestReasons(t *testing.T) {
	inCall := func(err error) error {
		return fmt.Errorf("RoundTrip: %w", &net.OpError{Op: "dial", Net: "tcp", Err: err})
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{inCall(os.NewSyscallError("socket", syscall.EMFILE)), "too many open files in the load's own process"},
		{inCall(os.NewSyscallError("connect", syscall.EADDRNOTAVAIL)), "no free local port"},
		{inCall(os.NewSyscallError("connect", syscall.EHOSTUNREACH)), "host not reachable"},
		{inCall(os.NewSyscallError("connect", syscall.ENETUNREACH)), "network not reachable"},
		{inCall(os.NewSyscallError("connect", syscall.ETIMEDOUT)), "connection timed out"},
		{inCall(os.NewSyscallError("write", syscall.EPIPE)), "connection closed by the service"},
		{inCall(os.ErrDeadlineExceeded), "connection timed out"},
		{inCall(&net.DNSError{Err: "no such host", Name: "host.example"}), "no such host"},
		{errors.New("http2: server sent GOAWAY and closed the connection; LastStreamID=5, ErrCode=ENHANCE_YOUR_CALM, debug=\"\""), "HTTP/2 connection ended with ENHANCE_YOUR_CALM"},
		{inCall(errors.New("tcp 127.0.0.1:4711: something 12 new")), "tcp N.N.N.N:N: something N new"},
	} {
		assert.Equal(t, c.want, reason(c.err), "%v", c.err)
	}
}

// A service that gives each failure another text gets no endless list, and none is lost.
func TestManyKindsOfFailures(t *testing.T) {
	var n atomic.Int64
	failing := fake(func(*http.Request) (*http.Response, error) {
		i := n.Add(1) % 50
		return nil, errors.New("trouble " + string(rune('a'+i)))
	})
	r := run(t, t.Context(), Options{Rate: 1e6, Most: 500, Request: request, Transport: failing})
	assert.Len(t, r.Clients[0].Failed, mostFailures+1)
	assert.Equal(t, 500, r.Clients[0].Sent)
	assert.Equal(t, 200, r.Clients[0].Failed[moreFailures])
}

// net/http would send the second request of a connection that breaks again, unasked, on
// every idle connection.
func TestNoRequestIsSentTwice(t *testing.T) {
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "POST"} {
		for _, body := range []string{"", "x"} {
			t.Run(method+" "+body, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newNetwork(t, func(w http.ResponseWriter, r *http.Request) {
						if requestOf(r) == 2 {
							panic(http.ErrAbortHandler)
						}
					})
					r := run(t, t.Context(), Options{Rate: 200, Most: 20, Request: Request{URL: "http://service/", Method: method, Body: body}, dial: n.dial})
					assert.Equal(t, int64(20), n.requests.Load(), "requests that the service got")
					assert.Equal(t, map[string]int{"connection closed by the service": 10}, r.Clients[0].Failed)
				})
			})
		}
	}
}

package taxonomy

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"
)

var httpLeaks = []Case{
	{Name: "body-unclosed", Shows: "a response whose body nobody closed", Want: "readLoop", Before: startServer, Run: func(t testing.TB) {
		resp, err := http.Get(server.URL + "/long")
		must(t, err)
		keep(resp)
	}},
	{Name: "body-unclosed-half", Shows: "read in part, and not closed", Want: "readLoop", Before: startServer, Run: func(t testing.TB) {
		resp, err := http.Get(server.URL + "/long")
		must(t, err)
		_, _ = io.ReadFull(resp.Body, make([]byte, 100))
	}},
	{Name: "body-of-error-unclosed", Shows: "only the good answers' bodies are closed", Want: "readLoop", Before: startServer, Run: func(t testing.TB) {
		resp, err := http.Get(server.URL + "/error")
		must(t, err)
		if resp.StatusCode == http.StatusOK {
			resp.Body.Close()
		}
	}},
	{Name: "request-hangs", Shows: "http.Get without a timeout, the server is silent", Want: "net/http.(*persistConn).roundTrip", Before: startServer, Run: func(testing.TB) {
		go func() { _, _ = http.Get(server.URL + "/silent") }()
		<-arrived
	}},
	{Name: "stream-never-left", Shows: "reads server-sent events for ever", Want: "taxonomy", Before: startServer, Run: func(t testing.TB) {
		resp, err := http.Get(server.URL + "/events")
		must(t, err)
		go func() { _, _ = io.Copy(io.Discard, resp.Body) }()
	}},
	{Name: "upload-hangs", Shows: "a request whose body never ends", Want: "net/http", Before: startServer, Run: func(testing.TB) {
		r, w := io.Pipe()
		keep(w)
		go func() { _, _ = http.Post(server.URL+"/drain", "text/plain", r) }()
		_, _ = w.Write([]byte("begin"))
	}},
	{Name: "request-half-sent", Shows: "the client stops within the header, the server has no timeout", Want: "net/http.(*conn).serve", Before: startServer, Run: func(t testing.TB) {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		must(t, err)
		for _, part := range []string{"GET /ok HTTP/1.1\r\nHost: x\r\n\r\n", "GET /ok HTTP/1.1\r\nHost: x\r\n"} {
			_, err = io.WriteString(keep(conn), part)
			must(t, err)
			if strings.HasSuffix(part, "\r\n\r\n") {
				_, err = conn.Read(make([]byte, 1<<10)) // so the server serves it now
				must(t, err)
			}
		}
	}},
	{Name: "handler-hangs", Shows: "the client gave up, the handler does not look", Want: "taxonomy", Run: func(t testing.TB) {
		never := keep(make(chan int))
		ctx, cancel := context.WithCancel(context.Background())
		s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			cancel()
			<-never
		}))
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL, nil)
		must(t, err)
		_, _ = http.DefaultClient.Do(req)
		_ = s.Listener.Close()
	}},
	{Name: "handler-child", Shows: "a handler leaves a goroutine behind", Want: "taxonomy", Run: func(t testing.TB) {
		s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			go func() { <-make(chan int) }()
		}))
		defer s.Close()
		get(t, http.DefaultClient, s.URL)
	}},
	{Name: "timeout-handler", Shows: "http.TimeoutHandler answers, and the handler goes on", Want: "taxonomy", Run: func(t testing.TB) {
		never := keep(make(chan int))
		slow := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-never })
		s := httptest.NewServer(http.TimeoutHandler(slow, 20*time.Millisecond, "late"))
		defer s.Close()
		get(t, http.DefaultClient, s.URL)
	}},
	{Name: "test-server-unclosed", Shows: "httptest.Server without its Close", Want: "httptest", Run: func(testing.TB) {
		keep(httptest.NewServer(http.NotFoundHandler()))
	}},
	{Name: "server-unclosed", Shows: "http.Server that serves for ever", Want: "Accept", Run: func(t testing.TB) {
		s, listener := &http.Server{Handler: http.NotFoundHandler()}, listen(t)
		go func() { _ = s.Serve(keep(listener)) }()
	}},
	{Name: "shutdown-waits", Shows: "Shutdown without a deadline waits for a hung request", Want: "Shutdown", Run: func(t testing.TB) {
		never, in := keep(make(chan int)), make(chan int)
		s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { close(in); <-never }))
		go func() { _, _ = http.Get(s.URL) }()
		<-in
		go func() { _ = s.Config.Shutdown(context.Background()) }()
	}},
	{Name: "proxy-stream", Shows: "a reverse proxy whose client stays on a silent stream", Want: "net/http", Before: startServer, Run: func(t testing.TB) {
		target, err := url.Parse(server.URL)
		must(t, err)
		proxy := keep(httptest.NewServer(httputil.NewSingleHostReverseProxy(target)))
		resp, err := http.Get(proxy.URL + "/events")
		must(t, err)
		go func() { _, _ = io.Copy(io.Discard, resp.Body) }()
	}},
}

var http2Leaks = []Case{
	{Name: "h2-request-hangs", Shows: "HTTP/2, the server is silent", Want: "taxonomy", Before: startServer2, Run: func(testing.TB) {
		go func() { _, _ = server2.Client().Get(server2.URL + "/silent") }()
		<-arrived
	}},
	{Name: "h2-body-unclosed", Shows: "HTTP/2, a stream whose body nobody closed", Want: "http2", Before: startServer2, Run: func(t testing.TB) {
		resp, err := server2.Client().Get(server2.URL + "/events")
		must(t, err)
		keep(resp)
	}},
	{Name: "h2-stream-never-left", Shows: "HTTP/2, reads server-sent events for ever", Want: "taxonomy", Before: startServer2, Run: func(t testing.TB) {
		resp, err := server2.Client().Get(server2.URL + "/events")
		must(t, err)
		go func() { _, _ = io.Copy(io.Discard, resp.Body) }()
	}},
}

// server and server2 are started before the test. arrived gets a value for each
// request that the server does not answer.
var (
	server, server2 *httptest.Server
	arrived         = make(chan struct{}, 8)
)

func startServer(testing.TB) { server = httptest.NewServer(handler()) }

func startServer2(testing.TB) {
	server2 = httptest.NewUnstartedServer(handler())
	server2.EnableHTTP2 = true
	server2.StartTLS()
}

func handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })
	mux.HandleFunc("/long", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 1<<20)) })
	mux.HandleFunc("/error", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, string(make([]byte, 1<<20)), 500) })
	mux.HandleFunc("/silent", func(_ http.ResponseWriter, r *http.Request) { arrived <- struct{}{}; <-r.Context().Done() })
	mux.HandleFunc("/drain", func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
	mux.HandleFunc("/events", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "data: 1\n\n")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	return mux
}

// get makes a request and is done with it.
func get(t testing.TB, client *http.Client, url string) {
	t.Helper()
	resp, err := client.Get(url)
	must(t, err)
	_, _ = io.Copy(io.Discard, resp.Body)
	must(t, resp.Body.Close())
}

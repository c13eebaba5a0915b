package load

import (
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// serve starts a service on a loopback port that speaks HTTP/1.1 and HTTP/2 without TLS.
func serve(t *testing.T, h http.HandlerFunc) (url string) {
	t.Helper()
	s := newServer(h)
	s.Start()
	t.Cleanup(s.Close)
	return s.URL
}

func newServer(h http.HandlerFunc) *httptest.Server {
	s := httptest.NewUnstartedServer(h)
	s.Config.Protocols = new(http.Protocols)
	s.Config.Protocols.SetHTTP1(true)
	s.Config.Protocols.SetUnencryptedHTTP2(true)
	return s
}

// got are the requests that a service saw.
type got struct {
	mu   sync.Mutex
	rows []string
}

func (g *got) add(format string, args ...any) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rows = append(g.rows, fmt.Sprintf(format, args...))
}

func (g *got) sorted() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	slices.Sort(g.rows)
	return g.rows
}

// What arrives at the service: the protocol, the method, the number in the address and in
// the body, headers.
func TestRequestsOnTheWire(t *testing.T) {
	for _, c := range []struct {
		name    string
		request Request
		want    []string
	}{
		{"HTTP/1.1", Request{URL: "/a?n={n}"}, []string{"HTTP/1.1 GET /a?n=7 0 ", "HTTP/1.1 GET /a?n=8 0 "}},
		{"HTTP/1.1 with a body", Request{URL: "/", Body: "n {n}"}, []string{"HTTP/1.1 POST / 3 n 7", "HTTP/1.1 POST / 3 n 8"}},
		{"HTTP/1.1 with a body and a method", Request{URL: "/{n}/{n}", Method: "PUT", Body: "x"}, []string{"HTTP/1.1 PUT /7/7 1 x", "HTTP/1.1 PUT /8/8 1 x"}},
		{"HTTP/1.1, GET with a body", Request{URL: "/", Method: "GET", Body: "x"}, []string{"HTTP/1.1 GET / 1 x", "HTTP/1.1 GET / 1 x"}},
		{"HTTP/1.1, POST without a body", Request{URL: "/", Method: "POST"}, []string{"HTTP/1.1 POST / 0 ", "HTTP/1.1 POST / 0 "}},
		{"h2c", Request{URL: "/{n}", Protocol: H2C}, []string{"HTTP/2.0 GET /7 0 ", "HTTP/2.0 GET /8 0 "}},
		{"h2c with a body", Request{URL: "/", Body: "{n}", Protocol: H2C}, []string{"HTTP/2.0 POST / 1 7", "HTTP/2.0 POST / 1 8"}},
		{"gRPC", Request{URL: "/p.S/M", Body: "{n}", Protocol: GRPC}, []string{"HTTP/2.0 POST /p.S/M 6 \x00\x00\x00\x00\x017", "HTTP/2.0 POST /p.S/M 6 \x00\x00\x00\x00\x018"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var seen got
			url := serve(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				seen.add("%s %s %s %d %s", r.Proto, r.Method, r.RequestURI, r.ContentLength, body)
				if c.request.Protocol == GRPC {
					w.Header().Set("Grpc-Status", "5")
				}
				assert.Equal(t, []string{"b", "host.example"}, []string{r.Header.Get("A"), r.Host})
			})
			c.request.URL = url + c.request.URL
			c.request.Header = http.Header{"A": {"b"}, "Host": {"host.example"}}
			r := run(t, t.Context(), Options{Rate: 1000, Most: 2, First: 7, Request: c.request})
			assert.Equal(t, 2, r.Clients[0].Answered, "%+v", r.Clients[0])
			assert.Equal(t, c.want, seen.sorted())
		})
	}
}

// call is the answer of a gRPC service.
type call struct {
	status   int
	headers  map[string]string
	messages []string
	trailer  string
}

func (c call) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/grpc")
	for name, value := range c.headers {
		w.Header().Set(name, value)
	}
	if c.status != 0 {
		w.WriteHeader(c.status)
	}
	for _, m := range c.messages {
		_, _ = io.WriteString(w, m)
		_ = http.NewResponseController(w).Flush()
	}
	if c.trailer != "" {
		w.Header().Set(http.TrailerPrefix+"Grpc-Status", c.trailer)
	}
}

func TestStatusOfGRPC(t *testing.T) {
	long := frame(string(make([]byte, 100_000)))
	for _, c := range []struct {
		name   string
		call   call
		status string
		failed string
	}{
		{"OK", call{messages: []string{frame("hello")}, trailer: "0"}, "OK", ""},
		{"OK and empty", call{messages: []string{frame("")}, trailer: "0"}, "OK", ""},
		{"OK and long", call{messages: []string{long[:70_000], long[70_000:]}, trailer: "0"}, "OK", ""},
		{"an error after a message", call{messages: []string{frame("x")}, trailer: "14"}, "UNAVAILABLE", ""},
		{"an error without a message", call{headers: map[string]string{"Grpc-Status": "4"}}, "DEADLINE_EXCEEDED", ""},
		{"an error in the trailers", call{messages: []string{""}, trailer: "13"}, "INTERNAL", ""},
		{"a code of one's own", call{headers: map[string]string{"Grpc-Status": "77"}}, "code 77", ""},
		{"no gRPC at all", call{status: 502}, "HTTP 502", ""},
		{"no status", call{messages: []string{frame("x")}}, "", "gRPC answer without a status"},
		{"OK without a message", call{messages: []string{""}, trailer: "0"}, "", "gRPC status OK with 0 messages in place of 1"},
		{"OK with two messages", call{messages: []string{frame("x"), frame("y")}, trailer: "0"}, "", "gRPC status OK with 2 messages in place of 1"},
		{"half a message", call{messages: []string{frame("hello")[:7]}, trailer: "0"}, "", "gRPC answer that ends in the middle of a message"},
		{"half a head", call{messages: []string{frame("hello")[:3]}, trailer: "0"}, "", "gRPC answer that ends in the middle of a message"},
		{"a head alone", call{messages: []string{frame("hello")[:5]}, trailer: "0"}, "", "gRPC answer that ends in the middle of a message"},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := serve(t, func(w http.ResponseWriter, r *http.Request) {
				assert.Equal(t, []string{"application/grpc", "trailers"}, []string{r.Header.Get("Content-Type"), r.Header.Get("Te")})
				c.call.ServeHTTP(w, r)
			})
			r := run(t, t.Context(), Options{Rate: 1000, Most: 3, Request: Request{URL: url + "/p.S/M", Body: "hi", Protocol: GRPC}})
			status, failed := map[string]int{}, map[string]int{}
			if c.status != "" {
				status[c.status] = 3
			} else {
				failed[c.failed] = 3
			}
			assert.Equal(t, status, r.Clients[0].Status)
			assert.Equal(t, failed, r.Clients[0].Failed)
		})
	}
}

func TestFrame(t *testing.T) {
	got := frame("hello")
	assert.Equal(t, uint32(5), binary.BigEndian.Uint32([]byte(got)[1:5]))
	assert.Equal(t, "\x00", got[:1])
	assert.Equal(t, "hello", got[5:])
}

// Statuses of HTTP are counted as they are; redirects are not followed.
func TestStatusOfHTTP(t *testing.T) {
	for _, p := range []Protocol{HTTP1, H2C} {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/1":
				http.Redirect(w, r, "/0", http.StatusFound)
			case "/2":
				http.Error(w, "trouble", http.StatusInternalServerError)
			}
		})
		r := run(t, t.Context(), Options{Rate: 1000, Most: 3, Request: Request{URL: url + "/{n}", Protocol: p}})
		assert.Equal(t, map[string]int{"200": 1, "302": 1, "500": 1}, r.Clients[0].Status, p)
	}
}

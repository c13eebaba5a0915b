package load

import (
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// Each bad option is named, with what is wanted.
func TestBadOptions(t *testing.T) {
	good := Options{Rate: 10, Most: 1, Request: Request{URL: "http://127.0.0.1:1/"}}
	for _, c := range []struct {
		name string
		bad  func(*Options)
		want string
	}{
		{"no rate", func(o *Options) { o.Rate = 0 }, "load: rate: got 0 requests a second, want more than 0 and at most 1e+06"},
		{"negative rate", func(o *Options) { o.Rate = -1 }, "load: rate: got -1 requests a second, want more than 0 and at most 1e+06"},
		{"rate is no number", func(o *Options) { o.Rate = math.NaN() }, "load: rate: got NaN requests a second, want more than 0 and at most 1e+06"},
		{"rate without end", func(o *Options) { o.Rate = math.Inf(1) }, "load: rate: got +Inf requests a second, want more than 0 and at most 1e+06"},
		{"no end", func(o *Options) { o.Most = 0 }, "load: got neither how long nor how many requests, want one of them"},
		{"negative time", func(o *Options) { o.For = -time.Second }, "load: how long: got -1s, want 0 or more"},
		{"negative number", func(o *Options) { o.Most = -1 }, "load: how many requests: got -1, want 0 or more"},
		{"negative place", func(o *Options) { o.MostInFlight = -1 }, "load: requests in flight: got -1, want 0 or more"},
		{"negative first", func(o *Options) { o.First = -1 }, "load: number of the first request: got -1, want 0 or more"},
		{"no address", func(o *Options) { o.Request.URL = "" }, `load: address: got "", want an address such as http://127.0.0.1:8080/path`},
		{"no scheme", func(o *Options) { o.Request.URL = "127.0.0.1:80/" }, `load: address: parse "127.0.0.1:80/": first path segment in URL cannot contain colon, want an address such as http://127.0.0.1:8080/path`},
		{"another scheme", func(o *Options) { o.Request.URL = "ftp://host/" }, `load: address: got "ftp://host/", want an address such as http://127.0.0.1:8080/path`},
		{"TLS with h2c", func(o *Options) { o.Request.URL, o.Request.Protocol = "https://host/", H2C }, `load: address: got "https://host/", want http://: h2c is without TLS`},
		{"method", func(o *Options) { o.Request.Method = "GET /" }, `load: method: got "GET /", want a name such as GET`},
		{"method of gRPC", func(o *Options) { o.Request.Method, o.Request.Protocol = "GET", GRPC }, `load: method: got "GET", want POST: it is a gRPC call`},
		{"protocol", func(o *Options) { o.Request.Protocol = "http3" }, `load: protocol: got "http3", want http1, h2c or grpc`},
		{"name of a header", func(o *Options) { o.Request.Header = http.Header{"a b": {"c"}} }, `load: header: got "a b": ["c"], want a name and values of one line`},
		{"value of a header", func(o *Options) { o.Request.Header = http.Header{"A": {"b\nc"}} }, `load: header: got "A": ["b\nc"], want a name and values of one line`},
		{"no name", func(o *Options) { o.Clients = []Client{{}} }, "load: client 1 (): got no name"},
		{"same name", func(o *Options) { o.Clients = []Client{{Name: "a"}, {Name: "a"}} }, `load: client 2: the name "a" is taken by another`},
		{"weight", func(o *Options) { o.Clients = []Client{{Name: "a", Weight: -1}} }, "load: client 1 (a): weight: got -1, want 0 or more"},
		{"patience", func(o *Options) { o.Clients = []Client{{Name: "a", Patience: -1}} }, "load: client 1 (a): patience: got -1ns, want 0 or more"},
		{"leaves", func(o *Options) { o.Clients = []Client{{Name: "a", LeaveAfter: -1}} }, "load: client 1 (a): leaves after: got -1ns, want 0 or more"},
		{"never leaves", func(o *Options) {
			o.Clients = []Client{{Name: "a", LeaveAfter: 2 * time.Second, Patience: time.Second}}
		}, "load: client 1 (a): it never leaves, because it gives up before (got 2s to leave, 1s of patience)"},
		{"events", func(o *Options) { o.Clients = []Client{{Name: "a", Events: -1}} }, "load: client 1 (a): events: got -1, want 0 or more"},
		{"events of gRPC", func(o *Options) { o.Request.Protocol = GRPC; o.Clients = []Client{{Name: "a", Events: 3}} }, "load: client 1 (a): got 3 events of a gRPC call, want none: only unary calls are made"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := good
			c.bad(&o)
			r, err := Run(t.Context(), o)
			assert.EqualError(t, err, c.want)
			assert.Zero(t, r)
		})
	}
	assert.NoError(t, good.Check())
}

func TestAllBadOptionsAreNamedAtOnce(t *testing.T) {
	_, err := Run(t.Context(), Options{Request: Request{URL: "x"}, Clients: []Client{{Name: "a", Weight: -1}, {Name: "b", Events: -2}}})
	assert.EqualError(t, err, `load: rate: got 0 requests a second, want more than 0 and at most 1e+06
load: got neither how long nor how many requests, want one of them
load: address: got "x", want an address such as http://127.0.0.1:8080/path
load: client 1 (a): weight: got -1, want 0 or more
load: client 2 (b): events: got -2, want 0 or more`)
}

// The caller's options are not changed.
func TestDefaultsAreNotWrittenBack(t *testing.T) {
	clients := []Client{{Name: "a"}, {Name: "b", LeaveAfter: 3 * time.Second}}
	o := Options{Clients: clients}.withDefaults()
	assert.Equal(t, []Client{{Name: "a"}, {Name: "b", LeaveAfter: 3 * time.Second}}, clients)
	assert.Equal(t, DefaultPatience, o.Clients[0].Patience)
	assert.Equal(t, Request{Method: "GET", Protocol: HTTP1}, o.Request)
	assert.Equal(t, "POST", Request{Body: "x"}.withDefaults().Method)
	assert.Equal(t, "POST", Request{Protocol: GRPC}.withDefaults().Method)
}

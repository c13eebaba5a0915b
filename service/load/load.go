// Package load sends requests to a service at a fixed rate, whatever the service does:
// an open loop. Latencies count from the moment at which a request was to start, so a
// service that freezes is seen as its users would see it.
//
// The clients differ: some are patient, some give up, some disconnect, some read a part of a
// stream and leave. Nothing is left to chance: requests are dealt to the clients by
// weight, in a fixed order.
//
// It follows no redirects, keeps no cookies and uses no proxy. It sends no request again that
// the service may have seen.
package load

import (
	"context"
	"net"
	"net/http"
	"time"
)

// Protocol is how a service is spoken to.
type Protocol string

const (
	// HTTP1 is HTTP/1.1, with connections that are kept alive. It is the default.
	HTTP1 Protocol = "http1"
	// H2C is HTTP/2 without TLS, with prior knowledge.
	H2C Protocol = "h2c"
	// GRPC is a unary call over H2C. The body is the encoded message. The deadline of a
	// client is not told to the service, unless Header has a grpc-timeout.
	GRPC Protocol = "grpc"
)

// DefaultPatience is how long a client waits that says nothing else.
const DefaultPatience = 1500 * time.Millisecond

// Request is what is sent. In URL and Body, {n} stands for the number of the request.
type Request struct {
	// Method is GET where it is empty, or POST where there is a body.
	Method string
	URL    string
	Header http.Header
	Body   string
	// Protocol is HTTP1 where it is empty.
	Protocol Protocol
}

// Client is one kind of client.
type Client struct {
	// Name is that of its results.
	Name string
	// Weight is its share of the requests, by the sum of all weights. Zero means 1.
	Weight int
	// Patience is how long it waits for the end of the answer, from the start of its
	// request, before it gives up and disconnects. Zero means DefaultPatience.
	Patience time.Duration
	// LeaveAfter is when it disconnects, from the start of its request, whatever it got.
	// Zero means never.
	LeaveAfter time.Duration
	// Events is how many events of a text/event-stream it reads before it disconnects; it
	// asks for such a stream. Zero means that it reads the whole answer.
	Events int
}

// Options say what is sent, and how often.
type Options struct {
	// Rate is how many requests start in a second.
	Rate float64
	// For is how long requests start, Most how many do at most. Zero means no bound; one of
	// the two is needed.
	For  time.Duration
	Most int
	// Request is what all clients send.
	Request Request
	// Clients share the requests. None means one that is patient.
	Clients []Client
	// First is the number of the first request.
	First int
	// MostInFlight is how many requests may be under way at once. A request for which there
	// is no place is skipped, not delayed. Zero means no bound.
	MostInFlight int
	// Transport makes the requests, and is closed by its owner. Nil means connections of
	// the load's own, as many as are needed.
	Transport http.RoundTripper
	// dial makes the load's own connections in tests.
	dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Run sends the requests. When it returns, each of them has ended and all connections of
// its own are closed.
//
// The error is about options alone, one line for each problem. When ctx ends, no further
// request starts and those under way are cut off: they count as failed, and the result is
// what was seen so far, without an error.
func Run(ctx context.Context, o Options) (Result, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return Result{}, err
	}
	r := newRunner(o)
	began := time.Now()
	pace(ctx, began, o.Rate, o.starts(), func(i int, intended time.Time) { r.start(ctx, i, intended) })
	r.underWay.Wait()
	took := time.Since(began)
	r.close()
	return r.result(took), nil
}

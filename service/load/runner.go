package load

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// runner sends the requests of one run.
type runner struct {
	o         Options
	transport http.RoundTripper
	// connections are the load's own; nil where the caller makes the requests.
	connections *connections
	dealer      *dealer
	clients     []*client
	underWay    sync.WaitGroup
	inFlight    atomic.Int64
	skipped     int
	late        latest
}

// client is one kind of client, with what it saw.
type client struct {
	Client
	header http.Header
	counts
}

func newRunner(o Options) *runner {
	r := &runner{o: o, transport: o.Transport, dealer: newDealer(o.Clients)}
	for _, c := range o.Clients {
		r.clients = append(r.clients, &client{Client: c, header: o.Request.headerFor(c), counts: newCounts()})
	}
	if r.transport == nil {
		r.connections = newConnections(o.dial)
		r.transport = r.connections.transport(o.Request.Protocol)
	}
	return r
}

// start starts request i, unless too many are under way. It does not wait.
func (r *runner) start(ctx context.Context, i int, intended time.Time) {
	c := r.clients[r.dealer.next()]
	if most := int64(r.o.MostInFlight); most > 0 && r.inFlight.Load() >= most {
		r.skipped++
		return
	}
	r.inFlight.Add(1)
	r.underWay.Go(func() {
		defer r.inFlight.Add(-1)
		r.late.note(time.Since(intended))
		ended := r.send(ctx, c, r.o.First+i)
		c.note(ended, time.Since(intended))
	})
}

// Why a client ends its request.
var (
	errGaveUp = errors.New("the client gave up")
	errLeft   = errors.New("the client left")
	// errEnough: it has read as many events as it wanted.
	errEnough = errors.New("the client has read enough")
)

// send makes one request and reads the answer.
func (r *runner) send(ctx context.Context, c *client, n int) ending {
	ctx, cancel := c.limit(ctx)
	defer cancel()
	request, err := r.o.Request.number(ctx, n, c.header)
	if err != nil {
		return failed(err.Error())
	}
	response, err := r.transport.RoundTrip(request)
	if err != nil {
		return broken(ctx, reason(err))
	}
	status, err := c.read(response, r.o.Request.Protocol)
	ended := answered(status)
	if err != nil && !errors.Is(err, errEnough) {
		ended = broken(ctx, inAnswer(err))
	}
	r.leave(response, err, cancel)
	return ended
}

// leave ends an answer. One that was not read to its end is canceled before its body is
// closed: closing alone waits for the rest of it for a while, and keeps the connection where it
// comes. Even so HTTP/1.1 decides by chance which of the two it sees first, so there the
// body of a stream stays open: its connection ends with the request.
func (r *runner) leave(response *http.Response, read error, cancel context.CancelFunc) {
	if read != nil {
		cancel()
	}
	if errors.Is(read, errEnough) && r.connections != nil && r.o.Request.Protocol == HTTP1 {
		return
	}
	_ = response.Body.Close()
}

// limit bounds the time that a client stays.
func (c *client) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	if c.LeaveAfter > 0 {
		return context.WithTimeoutCause(ctx, c.LeaveAfter, errLeft)
	}
	return context.WithTimeoutCause(ctx, c.Patience, errGaveUp)
}

// close closes the load's own connections.
func (r *runner) close() {
	if r.connections != nil {
		r.connections.close()
	}
}

// result is what was seen. All requests have ended.
func (r *runner) result(took time.Duration) Result {
	out := Result{Skipped: r.skipped, Took: took, Late: r.late.get()}
	for _, c := range r.clients {
		seen := c.result(c.Name)
		out.Sent += seen.Sent
		out.Clients = append(out.Clients, seen)
	}
	return out
}

// latest keeps the largest of some times.
type latest struct{ nanoseconds atomic.Int64 }

func (l *latest) note(d time.Duration) {
	for {
		old := l.nanoseconds.Load()
		if int64(d) <= old || l.nanoseconds.CompareAndSwap(old, int64(d)) {
			return
		}
	}
}

func (l *latest) get() time.Duration { return time.Duration(l.nanoseconds.Load()) }

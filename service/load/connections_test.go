package load

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// answersAfter answers after some time, or when its client has gone.
func answersAfter(d time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(d):
			_, _ = io.WriteString(w, "done")
		case <-r.Context().Done():
		}
	}
}

// endless begins a stream and goes on until its client has gone.
func endless(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", eventStream)
	for {
		_, _ = io.WriteString(w, "data: x\n\n")
		_ = http.NewResponseController(w).Flush()
		select {
		case <-time.After(10 * ms):
		case <-r.Context().Done():
			return
		}
	}
}

// However requests end, their connections are closed when Run returns. The bubble makes
// sure that all goroutines end as well.
func TestConnectionsAreClosed(t *testing.T) {
	mixed := []Client{{Name: "patient", Weight: 3}, {Name: "impatient", Patience: 150 * ms}, {Name: "leaving", LeaveAfter: 30 * ms}, {Name: "reading", Events: 3}}
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
		for_    time.Duration // until the context ends; zero is never
		dialed  map[Protocol]int64
	}{
		{"answered at once", answersAfter(0), 0, map[Protocol]int64{HTTP1: 1, H2C: 1}},
		{"answered, some too late", answersAfter(200 * ms), 0, nil},
		{"never answered", answersAfter(time.Hour), 0, nil},
		{"endless", endless, 0, nil},
		{"never answered, and the load ends", answersAfter(time.Hour), 505 * ms, nil},
		{"endless, and the load ends", endless, 505 * ms, nil},
	} {
		for _, p := range []Protocol{HTTP1, H2C} {
			t.Run(c.name+", "+string(p), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					ctx := t.Context()
					if c.for_ > 0 {
						var cancel context.CancelFunc
						ctx, cancel = context.WithTimeout(ctx, c.for_)
						defer cancel()
					}
					n := newNetwork(t, c.handler)
					r := run(t, ctx, Options{Rate: 100, For: time.Second, Request: Request{URL: "http://service/", Protocol: p}, Clients: mixed, dial: n.dial})
					assert.Zero(t, n.open.Load(), "connections of %d that are open", n.dialed.Load())
					assert.Equal(t, int64(r.Sent), n.requests.Load(), "requests that the service got: %+v", r)
					if c.dialed != nil {
						assert.Equal(t, c.dialed[p], n.dialed.Load(), "connections in all")
					}
				})
			})
		}
	}
}

// A client that has read enough disconnects at once. net/http alone would read on for a
// while, and keep the connection where the stream ends in that time.
func TestClientsThatHaveReadEnoughDisconnect(t *testing.T) {
	ends := func(after time.Duration) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", eventStream)
			for range 3 {
				_, _ = io.WriteString(w, "data: x\n\n")
				_ = http.NewResponseController(w).Flush()
			}
			time.Sleep(after)
		}
	}
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
		latency time.Duration
	}{{"endless", endless, 20 * ms}, {"ends soon", ends(5 * ms), 0}, {"ends at once", ends(0), 0}} {
		for _, p := range []Protocol{HTTP1, H2C} {
			t.Run(c.name+", "+string(p), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newNetwork(t, c.handler)
					r := run(t, t.Context(), Options{Rate: 100, Most: 10, Request: Request{URL: "http://service/", Protocol: p}, Clients: []Client{{Name: "reads", Events: 3}}, dial: n.dial})
					assert.Equal(t, c.latency, r.Clients[0].Latency.Max)
					assert.Equal(t, 90*ms+c.latency, r.Took)
					if p == HTTP1 {
						assert.Equal(t, int64(10), n.dialed.Load(), "connections in all")
					}
				})
			})
		}
	}
}

// Connections that are still being made when their clients have gone.
func TestDialsEnd(t *testing.T) {
	for _, c := range []struct {
		name string
		dial func(context.Context, *network) (net.Conn, error)
		took time.Duration
	}{
		{"never made", func(ctx context.Context, _ *network) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, 1500 * ms},
		{"made late, whatever the context says", func(_ context.Context, n *network) (net.Conn, error) {
			time.Sleep(3 * time.Second)
			return n.dial(context.Background(), "", "")
		}, 1500 * ms},
	} {
		for _, p := range []Protocol{HTTP1, H2C} {
			t.Run(c.name+", "+string(p), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newNetwork(t, answersAfter(0))
					r := run(t, t.Context(), Options{
						Rate: 1000, Most: 3, Request: Request{URL: "http://service/", Protocol: p},
						dial: func(ctx context.Context, _, _ string) (net.Conn, error) { return c.dial(ctx, n) },
					})
					assert.Equal(t, 3, r.Clients[0].GaveUp, "%+v", r.Clients[0])
					assert.Zero(t, n.open.Load(), "connections of %d that are open", n.dialed.Load())
					assert.Equal(t, c.took+2*ms, r.Took)
				})
			})
		}
	}
}

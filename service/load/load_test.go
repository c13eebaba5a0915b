package load

import (
	"context"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const ms = time.Millisecond

// fake answers requests without a connection.
type fake func(*http.Request) (*http.Response, error)

func (f fake) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// taking answers after some time, unless the request is canceled before.
func taking(d func() time.Duration) fake {
	return func(r *http.Request) (*http.Response, error) {
		select {
		case <-time.After(d()):
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader("done"))}, nil
		case <-r.Context().Done():
			return nil, context.Cause(r.Context())
		}
	}
}

func always(d time.Duration) func() time.Duration { return func() time.Duration { return d } }

// run runs a load and checks the sums of the result.
func run(t *testing.T, ctx context.Context, o Options) Result {
	t.Helper()
	r, err := Run(ctx, o)
	require.NoError(t, err)
	sent := 0
	for _, c := range r.Clients {
		sent += c.Sent
		ended, status := c.Answered+c.GaveUp+c.Left, 0
		for _, n := range c.Failed {
			ended += n
		}
		for _, n := range c.Status {
			status += n
		}
		assert.Equal(t, c.Sent, ended, "requests of %s that were sent, and that ended: %+v", c.Client, c)
		assert.Equal(t, c.Answered, status, "answers of %s, and their statuses: %+v", c.Client, c)
		assert.Equal(t, int64(c.Answered+c.GaveUp), c.Latency.Count, "latencies of %s", c.Client)
	}
	assert.Equal(t, r.Sent, sent, "requests of all clients")
	return r
}

var request = Request{URL: "http://service/"}

// What becomes of 20 requests, by the client and by the time that the service takes.
func TestClientsStayAsLongAsTheyAre(t *testing.T) {
	impatient, leaving := Client{Name: "c", Patience: 150 * ms}, Client{Name: "c", LeaveAfter: 100 * ms}
	for _, c := range []struct {
		name                   string
		client                 Client
		takes                  time.Duration
		answered, gaveUp, left int
		latency                time.Duration
	}{
		{"patient and answered", Client{Name: "c"}, 1499 * ms, 20, 0, 0, 1499 * ms},
		{"patient and not answered", Client{Name: "c"}, time.Hour, 0, 20, 0, 1500 * ms},
		{"impatient and answered", impatient, 149 * ms, 20, 0, 0, 149 * ms},
		{"impatient and not answered", impatient, 200 * ms, 0, 20, 0, 150 * ms},
		{"leaves before the answer", leaving, 101 * ms, 0, 0, 20, 0},
		{"is answered before it leaves", leaving, 99 * ms, 20, 0, 0, 99 * ms},
		{"leaves late", Client{Name: "c", LeaveAfter: 5 * time.Second}, time.Hour, 0, 0, 20, 0},
		{"leaves before its patience ends", Client{Name: "c", LeaveAfter: 100 * ms, Patience: 150 * ms}, time.Hour, 0, 0, 20, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := run(t, t.Context(), Options{Rate: 100, Most: 20, Request: request, Clients: []Client{c.client}, Transport: taking(always(c.takes))})
				got := r.Clients[0]
				assert.Equal(t, []int{20, c.answered, c.gaveUp, c.left}, []int{got.Sent, got.Answered, got.GaveUp, got.Left})
				assert.Empty(t, got.Failed)
				assert.Equal(t, []time.Duration{c.latency, c.latency}, []time.Duration{got.Latency.P50, got.Latency.Max})
				assert.Equal(t, int64(c.gaveUp), got.Latency.Bounded)
			})
		})
	}
}

func TestRequestsOfEachClientAreCountedApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, t.Context(), Options{Rate: 100, For: time.Second, Request: request, Transport: taking(always(200 * ms)), Clients: []Client{
			{Name: "patient", Weight: 7}, {Name: "impatient", Weight: 2, Patience: 150 * ms}, {Name: "leaving", LeaveAfter: 50 * ms},
		}})
		var got []int
		for _, c := range r.Clients {
			got = append(got, c.Sent, c.Answered, c.GaveUp, c.Left)
		}
		assert.Equal(t, []int{70, 70, 0, 0, 20, 0, 20, 0, 10, 0, 0, 10}, got)
		assert.Equal(t, 100, r.Sent)
		assert.Zero(t, r.Late)
		assert.Equal(t, 1190*ms, r.Took, "until the last answer")
	})
}

// Each percentile of a service that freezes for one second in five, from the intended
// starts, against the exact ones.
func TestPercentilesOfAFreeze(t *testing.T) {
	for _, rate := range []float64{50, 200, 1000} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			takes := func(at time.Duration) time.Duration { // at is since the beginning
				if at >= 2*time.Second && at < 3*time.Second {
					return 3*time.Second - at + 20*ms
				}
				return 20 * ms
			}
			r := run(t, t.Context(), Options{Rate: rate, For: 5 * time.Second, Request: request, Transport: taking(func() time.Duration { return takes(time.Since(began)) })})
			var all []time.Duration
			for i := range int(5 * rate) {
				all = append(all, takes(time.Duration(float64(i)/rate*float64(time.Second))))
			}
			slices.Sort(all)
			got := r.Clients[0].Latency
			for _, p := range []struct {
				percentile float64
				got        time.Duration
			}{{50, got.P50}, {90, got.P90}, {95, got.P95}, {99, got.P99}, {99.9, got.P999}} {
				want := all[int(math.Floor(p.percentile/100*float64(len(all))+0.5))-1]
				assert.InEpsilon(t, want, p.got, 0.001, "p%g at %g a second", p.percentile, rate)
			}
			assert.Equal(t, all[len(all)-1], got.Max)
		})
	}
}

func TestRequestsWithoutAPlaceAreSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := run(t, t.Context(), Options{Rate: 100, For: time.Second, MostInFlight: 5, Request: request, Transport: taking(always(495 * ms))})
		assert.Equal(t, []int{10, 90}, []int{r.Sent, r.Skipped}) // five at once, twice
	})
}

// When the context ends, the requests under way are cut off and none is lost.
func TestTheEndOfTheContextCutsRequestsOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 455*ms)
		defer cancel()
		r := run(t, ctx, Options{Rate: 100, For: time.Hour, Request: request, Transport: taking(always(101 * ms))})
		c := r.Clients[0]
		assert.Equal(t, []int{46, 36, 10}, []int{c.Sent, c.Answered, c.Failed[cutOff]})
		assert.Equal(t, 455*ms, r.Took)
	})
}

func TestTheNumberOfRequests(t *testing.T) {
	for _, c := range []struct {
		o    Options
		want int
	}{
		{Options{Rate: 100, For: 3 * time.Second}, 300},
		{Options{Rate: 1000, For: 2 * time.Second, Most: 500}, 500},
		{Options{Rate: 1000, Most: 7}, 7},
		{Options{Rate: 3, For: time.Second / 3}, 1},
		{Options{Rate: 0.1, For: time.Second}, 1},
		{Options{Rate: 10, For: 250 * ms}, 3},
	} {
		assert.Equal(t, c.want, c.o.starts(), "%+v", c.o)
	}
}

// A request that starts late has waited already.
func TestLatenciesCountFromIntendedStarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := Options{Rate: 1, Most: 3, Request: request, Clients: []Client{{Name: "c", Patience: 150 * ms}}, Transport: taking(always(140 * ms))}
		r := newRunner(o.withDefaults())
		for i, late := range []time.Duration{0, 300 * ms, 5 * ms} {
			r.start(t.Context(), i, time.Now().Add(-late))
		}
		r.underWay.Wait()
		got := r.result(0)
		assert.Equal(t, 300*ms, got.Late)
		assert.Equal(t, 440*ms, got.Clients[0].Latency.Max)
		assert.Equal(t, 3, got.Clients[0].Answered, "patience counts from the start")
	})
}

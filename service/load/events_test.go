package load

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestReadEvents(t *testing.T) {
	trouble := errors.New("trouble")
	for _, c := range []struct {
		name, stream string
		want         int
		err          error
		rest         string
	}{
		{"as many as wanted", "data: 1\n\ndata: 2\n\ndata: 3\n\n", 2, errEnough, "data: 3\n\n"},
		{"line ends of HTTP", "data: 1\r\n\r\ndata: 2\r\n\r\n", 2, errEnough, ""},
		{"several lines are one event", "event: a\ndata: 1\ndata: 2\nid: 7\n\ndata: 3\n\nx", 2, errEnough, "x"},
		{"data without a value", "data\n\nx", 1, errEnough, "x"},
		{"comments are no events", ": ping\n\n: ping\n\ndata: 1\n\nx", 1, errEnough, "x"},
		{"events without data are none", "event: a\n\nretry: 10\n\ndata: 1\n\nx", 1, errEnough, "x"},
		{"another field", "database: 1\n\ndata: 1\n\nx", 1, errEnough, "x"},
		{"a long line", "data: " + strings.Repeat("data:\n"[:5], 5000) + "\n\nx", 1, errEnough, "x"},
		{"a stream that ends before", "data: 1\n\n", 2, nil, ""},
		{"a stream that ends in an event", "data: 1\n\ndata: 2\n", 2, nil, ""},
		{"an empty stream", "", 1, nil, ""},
		{"an error", "data: 1\n\n", 2, trouble, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := io.Reader(strings.NewReader(c.stream))
			if errors.Is(c.err, trouble) {
				body = io.MultiReader(body, iotest.ErrReader(trouble))
			}
			// one byte at a time, so that what is not needed is not read
			one := iotest.OneByteReader(body)
			assert.Equal(t, c.err, readEvents(one, c.want))
			rest, _ := io.ReadAll(one)
			assert.Equal(t, c.rest, string(rest))
		})
	}
}

// Clients that read a part of an endless stream are gone for the service: its handler's
// context ends. Their latency is that of the last event they read.
func TestClientsReadEventsAndLeave(t *testing.T) {
	for _, p := range []Protocol{HTTP1, H2C} {
		t.Run(string(p), func(t *testing.T) {
			gone := make(chan int, 3)
			url := serve(t, func(w http.ResponseWriter, r *http.Request) {
				assert.Equal(t, eventStream, r.Header.Get("Accept"))
				w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
				for range 5 {
					_, _ = io.WriteString(w, "data: x\n\n")
					_ = http.NewResponseController(w).Flush()
				}
				<-r.Context().Done()
				gone <- 1
			})
			r := run(t, t.Context(), Options{Rate: 1000, Most: 3, Request: Request{URL: url, Protocol: p}, Clients: []Client{{Name: "reads", Events: 4, Patience: time.Minute}}})
			assert.Equal(t, map[string]int{"200": 3}, r.Clients[0].Status, "%+v", r.Clients[0])
			for range 3 {
				<-gone
			}
		})
	}
}

// Where there is no stream, the whole answer is read.
func TestAnswersThatAreNoStreamAreReadToTheEnd(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, "data: 1\n\ndata: 2\n\n")
	})
	r := run(t, t.Context(), Options{Rate: 1000, Most: 3, Request: Request{URL: url}, Clients: []Client{{Name: "reads", Events: 1}}})
	assert.Equal(t, map[string]int{"429": 3}, r.Clients[0].Status)
}

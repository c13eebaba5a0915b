package load_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/watertight-go/watertight/service/load"
)

// Forty requests of three kinds of clients to a service that takes half a second.
func ExampleRun() {
	service := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(500 * time.Millisecond):
		case <-r.Context().Done():
		}
	}))
	defer service.Close()
	result, err := load.Run(context.Background(), load.Options{
		Rate: 200, Most: 40,
		Request: load.Request{URL: service.URL + "/items/{n}"},
		Clients: []load.Client{
			{Name: "patient", Weight: 2, Patience: time.Minute},
			{Name: "impatient", Patience: 50 * time.Millisecond},
			{Name: "leaving", LeaveAfter: 20 * time.Millisecond},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range result.Clients {
		fmt.Printf("%s: sent %d, answered %d, gave up %d, left %d\n", c.Client, c.Sent, c.Answered, c.GaveUp, c.Left)
	}
	// Output:
	// patient: sent 20, answered 20, gave up 0, left 0
	// impatient: sent 10, answered 0, gave up 10, left 0
	// leaving: sent 10, answered 0, gave up 0, left 10
}

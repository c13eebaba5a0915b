package upstream_test

import (
	"fmt"
	"net/http"
	"time"

	"github.com/watertight-go/watertight/mocks/upstream"
)

// A client with a time-out meets an upstream that hangs, and then one that is well again.
func Example() {
	server, err := upstream.New(upstream.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	schedule, err := upstream.Parse("hang:1m,503@5s")
	if err != nil {
		fmt.Println(err)
		return
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: 500 * time.Millisecond}

	server.Play(schedule)
	_, err = client.Get(server.URL() + "/orders/17")
	fmt.Println("hung:", err != nil)

	server.Release()
	client.Timeout = time.Minute
	resp, err := client.Get(server.URL() + "/orders/17")
	if err != nil {
		fmt.Println(err)
		return
	}
	resp.Body.Close()
	fmt.Println(resp.Status, server.Counts().Faults)
	// Output:
	// hung: true
	// 200 OK map[hang-before-headers:1 ok:1]
}

package observe

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// overHTTP serves the stream over loopback HTTP to a client that closes its connection
// after some events. It returns when the handler has returned. Where the client reaches no
// handler, nothing could be observed.
func (u *consumer) overHTTP() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		u.cell.cannotObserve(err)
		return
	}
	begun, handled := make(chan struct{}), make(chan any, 1)
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			close(begun)
			u.handle(w, r, handled)
		}),
		BaseContext: func(net.Listener) context.Context { return u.caller.ctx },
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener)
	}()
	u.cell.atRelease(func() { _ = server.Close() })
	err = u.disconnect("http://" + listener.Addr().String())
	var v any
	select {
	case <-begun:
		v = <-handled
	default:
		u.cell.cannotObserve(err)
	}
	_ = server.Close()
	<-served
	if v != nil {
		panic(v)
	}
}

// handle ranges over the stream and writes a line for each event. A panic goes to the
// consumer's goroutine.
func (u *consumer) handle(w http.ResponseWriter, r *http.Request, handled chan<- any) {
	defer func() { handled <- recover() }()
	flush := http.NewResponseController(w)
	u.stream(r.Context())(func(ev executor.Event, err error) bool {
		u.mu.Lock()
		if u.left {
			u.seen.AfterLeaving++
		} else {
			u.note(ev, err)
		}
		u.mu.Unlock()
		_, failed := fmt.Fprintf(w, "%s: %s\n", ev.AgentID, ev.Delta)
		if failed == nil {
			failed = flush.Flush()
		}
		if failed == nil && r.Context().Err() == nil {
			return true
		}
		u.mu.Lock()
		defer u.mu.Unlock()
		u.left = true
		return false
	})
}

// disconnect reads lines, and closes the connection after Consumer.After of them. The error
// says why there was no answer to read.
func (u *consumer) disconnect(url string) error {
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	ctx, hangUp := context.WithCancel(context.Background()) // closing the body would wait for what still comes
	defer hangUp()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(resp.Body)
	for n := 0; n < u.does.After && lines.Scan(); n++ {
	}
	u.mu.Lock()
	u.seen.LeftAt = time.Since(u.cell.start)
	u.mu.Unlock()
	hangUp()
	_ = resp.Body.Close()
	return nil
}

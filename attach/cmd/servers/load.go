package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// client sends requests.
type client struct {
	http *http.Client
}

func (c *client) get(url string) error {
	response, err := c.http.Get(url)
	return ended(response, err)
}

func (c *client) post(url, body string) error {
	response, err := c.http.Post(url, "application/json", strings.NewReader(body))
	return ended(response, err)
}

func ended(response *http.Response, err error) error {
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

// publish subscribes at a NATS server, publishes a message and waits for it, on a
// connection of its own.
func (c *client) publish(port int) error {
	conn, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), 5*time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.WriteString(conn, "CONNECT {\"verbose\":false}\r\nSUB a 1\r\nPUB a 5\r\nhello\r\n"); err != nil {
		return err
	}
	for r := bufio.NewReader(conn); ; {
		line, err := r.ReadString('\n')
		if err != nil || strings.HasPrefix(line, "MSG a ") {
			return err
		}
	}
}

// load sends so many requests a second from four goroutines, until ctx is done. It
// returns how many were answered.
func load(ctx context.Context, s server, ports [2]int, perSecond float64) (answered int) {
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	c := &client{&http.Client{Transport: transport, Timeout: 10 * time.Second}}
	const workers = 4
	counts := [workers]int{}
	var all sync.WaitGroup
	for i := range workers {
		all.Go(func() {
			t := time.NewTicker(time.Duration(workers / perSecond * float64(time.Second)))
			defer t.Stop()
			for {
				select {
				case <-t.C:
					if s.Load(c, ports) == nil {
						counts[i]++
					}
				case <-ctx.Done():
					return
				}
			}
		})
	}
	all.Wait()
	for _, n := range counts {
		answered += n
	}
	return answered
}

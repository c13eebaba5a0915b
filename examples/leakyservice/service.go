package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// service has the handlers.
type service struct {
	client   *http.Client
	hanging  net.Listener
	file     string
	sessions sessions
	calls    atomic.Int64
	requests atomic.Int64
	started  time.Time

	mu      sync.Mutex
	open    []*os.File
	garbage []byte
}

// newService has an upstream that accepts connections and never answers.
func newService(dir string) (*service, error) {
	hanging, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	go hold(hanging)
	file := filepath.Join(dir, "leakyservice.txt")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		return nil, err
	}
	return &service{client: &http.Client{}, hanging: hanging, file: file, started: time.Now(), sessions: sessions{all: map[int][]byte{}}}, nil
}

// hold accepts connections, keeps them open and says nothing.
func hold(l net.Listener) {
	var all []net.Conn
	for {
		c, err := l.Accept()
		if err != nil {
			for _, c := range all {
				_ = c.Close()
			}
			return
		}
		all = append(all, c)
	}
}

func (s *service) mux() http.Handler {
	m := http.NewServeMux()
	for path, h := range map[string]http.HandlerFunc{
		"/blocked": s.blockedSend, "/fifty": s.oneInFifty, "/upstream": s.hangingUpstream, "/session": s.session,
		"/file": s.openFile, "/poll": s.longPoll, "/burst": s.burst,
	} {
		m.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			s.requests.Add(1)
			h(w, r)
		})
	}
	m.HandleFunc("/metrics", s.metrics)
	m.Handle("/debug/pprof/", http.DefaultServeMux)
	return m
}

// metrics are counters in the text format of Prometheus.
func (s *service) metrics(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintf(w, "http_requests_total{service=\"leaky\"} %d\n", s.requests.Load())
	fmt.Fprintf(w, "process_start_time_seconds %.2f\n", float64(s.started.UnixMilli())/1000)
	if open, err := os.ReadDir("/proc/self/fd"); err == nil {
		fmt.Fprintf(w, "process_open_fds %d\n", len(open))
	}
}

// load sends requests to each handler at a steady rate.
func (s *service) load(ctx context.Context, base string, rate float64) {
	paths := map[string]float64{"/blocked": rate, "/fifty": 5 * rate, "/upstream": rate / 10, "/session": rate, "/file": rate / 10, "/poll": rate, "/burst": rate}
	for path, r := range paths {
		go send(ctx, base+path, time.Duration(float64(time.Second)/r))
	}
}

func send(ctx context.Context, url string, every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			go get(ctx, url)
		case <-ctx.Done():
			return
		}
	}
}

func get(ctx context.Context, url string) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return
	}
	if response, err := http.DefaultClient.Do(request); err == nil {
		_ = response.Body.Close()
	}
}

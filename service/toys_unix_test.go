//go:build unix

package service

import (
	"context"
	"fmt"
	"io"
	"net/http"
	_ "net/http/pprof" // as services have it that are started by a command
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/internal/child/childtest"
)

const (
	// toyVariable makes this test binary a service of that name.
	toyVariable = "SERVICE_TEST_TOY"
	// pidVariable names the file in which a service notes its process.
	pidVariable = "SERVICE_TEST_PID"
)

// TestMain is the main function of the supervisor and of the services as well.
func TestMain(m *testing.M) {
	Supervise()
	if toy, ok := os.LookupEnv(toyVariable); ok {
		if err := serveToy(toys[toy]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	goleak.VerifyTestMain(tidy{m})
}

// tidy are tests that fail where they leave anything in the temporary folder.
type tidy struct{ m *testing.M }

func (t tidy) Run() int {
	temp, err := os.MkdirTemp("", "")
	if err == nil {
		err = os.Setenv("TMPDIR", temp)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := t.m.Run()
	if left, _ := filepath.Glob(filepath.Join(temp, "*")); len(left) > 0 {
		fmt.Fprintln(os.Stderr, "left behind:", left)
		code = 1
	}
	_ = os.RemoveAll(temp)
	return code
}

// toys are the handlers of services.
var toys = map[string]http.HandlerFunc{
	"fan-out":       fanOut,
	"fan-out-fixed": fanOutFixed,
	"ticker":        startTicker,
	"grpc":          callTicker,
	"kept":          keptOnce,
	"panics":        panicsUnderFaults,
	"exits":         func(http.ResponseWriter, *http.Request) { fmt.Println("no such table"); os.Exit(3) },
}

func serveToy(h http.HandlerFunc) error {
	if file := os.Getenv(pidVariable); file != "" {
		if err := childtest.Note(file, os.Getpid()); err != nil {
			return err
		}
	}
	http.DefaultTransport.(*http.Transport).MaxIdleConnsPerHost = 100
	http.HandleFunc("/", h)
	server := http.Server{Addr: os.Getenv("ADDR"), Protocols: new(http.Protocols)}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	return server.ListenAndServe()
}

// askUpstream is a call that ends with ctx.
func askUpstream(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, os.Getenv("UPSTREAM_URL"), nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

// fanOut asks twice, and does not hear that its client has gone.
func fanOut(_ http.ResponseWriter, r *http.Request) {
	ask(context.WithoutCancel(r.Context()))
}

// fanOutFixed asks twice, for as long as its client waits.
func fanOutFixed(_ http.ResponseWriter, r *http.Request) { ask(r.Context()) }

func ask(ctx context.Context) {
	answers := make(chan error, 2)
	for range 2 {
		go func() { answers <- askUpstream(ctx) }() // leak: fan-out
	}
	<-answers
	<-answers
}

// startTicker starts a goroutine for each request, which never ends.
func startTicker(http.ResponseWriter, *http.Request) {
	go tick() // leak: ticker
}

// callTicker is a unary call of gRPC.
func callTicker(w http.ResponseWriter, r *http.Request) {
	startTicker(w, r)
	w.Header().Set("Content-Type", "application/grpc")
	w.Header().Set("Trailer", "Grpc-Status")
	_, _ = w.Write(make([]byte, 5)) // an empty message
	w.Header().Set("Grpc-Status", "0")
}

func tick() {
	for range time.Tick(time.Hour) {
	}
}

// pool holds a number of requests, with a worker for each that is never ended.
var pool = make(chan func(), 16)

// keptOnce starts workers as they are needed, up to a number, and keeps them: no leak.
func keptOnce(_ http.ResponseWriter, r *http.Request) {
	done := make(chan struct{})
	select {
	case pool <- func() { _ = askUpstream(r.Context()); close(done) }:
		startWorker()
		select {
		case <-done:
		case <-r.Context().Done():
		}
	case <-r.Context().Done():
	}
}

var workers = make(chan struct{}, 16)

func startWorker() {
	select {
	case workers <- struct{}{}:
		go func() {
			for work := range pool {
				work()
			}
		}()
	default:
	}
}

// panicsUnderFaults ends the process once its upstream has hung for a second.
func panicsUnderFaults(http.ResponseWriter, *http.Request) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if askUpstream(ctx) != nil && ctx.Err() != nil {
		go panic("no answer from the upstream")
	}
}

// Package agentservice is a small service that asks five agents for each request, each of
// which asks an upstream over HTTP. It is the service of docs/case.md: package main in the
// folder before has the executor that leaked there, in the folder after the one that mends
// it. `stress service` compares the two.
package agentservice

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/watertight-go/watertight/executor"
)

// Service answers /ask with what its agents say, and /healthz with ok.
type Service struct {
	// Executor runs the agents.
	Executor executor.ParallelExecutor
	// Context is what the agents of a request get.
	Context func(*http.Request) context.Context
}

var agents = []*executor.Agent{{ID: "research"}, {ID: "summary"}, {ID: "critic"}, {ID: "facts"}, {ID: "style"}}

// Handler serves the paths.
func (s Service) Handler() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("/ask", s.ask)
	m.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	return m
}

func (s Service) ask(w http.ResponseWriter, r *http.Request) {
	answers, err := s.Executor.ExecuteParallel(s.Context(r), cmp.Or(r.FormValue("q"), "hello"), agents)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	for _, a := range agents {
		if answer := answers[a.ID]; answer != nil {
			fmt.Fprintf(w, "%s: %d bytes\n", a.ID, len(answer.Content))
		}
	}
}

// Main serves what build makes of an upstream, until SIGTERM or an interrupt. The addresses
// are flags, or the environment variables ADDR (or PORT) and UPSTREAM_URL.
func Main(build func(upstream string) (Service, error)) {
	addr := flag.String("addr", cmp.Or(os.Getenv("ADDR"), "127.0.0.1:"+cmp.Or(os.Getenv("PORT"), "8080")), "where to listen; default: ADDR, or PORT of the loopback interface")
	upstream := flag.String("upstream", os.Getenv("UPSTREAM_URL"), "what the agents ask; default: UPSTREAM_URL")
	flag.Parse()
	if err := serve(*addr, *upstream, build); err != nil {
		fmt.Fprintf(os.Stderr, "agentservice: %v\n", err)
		os.Exit(1)
	}
}

func serve(addr, upstream string, build func(string) (Service, error)) error {
	if !strings.HasPrefix(upstream, "http") {
		return fmt.Errorf("upstream: got %q, want its address, as -upstream or UPSTREAM_URL", upstream)
	}
	s, err := build(upstream)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	fmt.Printf("agentservice listens at http://%s\n", l.Addr())
	server := &http.Server{Handler: s.Handler()}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(l); ctx.Err() == nil {
		return err
	}
	return nil
}

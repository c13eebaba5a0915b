// Command toys is a service with one fault, or a healthy one, to test `stress service` on.
//
// The environment variable FAULT or the flag -fault names it; ADDR is where it listens,
// UPSTREAM_URL what it asks. Every path is the same, but /healthz. In the code of a fault
// the guilty line ends with a comment "leak:" and the name of the fault.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// toys makes the services, given the address of their upstream.
var toys = map[string]func(upstream string) http.Handler{
	"body":            newBody,
	"ticker":          newTicker,
	"map":             newSessions,
	"sse":             newEvents,
	"fifty":           newFifty,
	"fifty-by-chance": newFiftyByChance,
	"fd":              newFiles,
	"healthy":         newHealthy,
	"healthy-slow":    newSlow,
	"retry":           newRetry,
}

func main() {
	fault := flag.String("fault", os.Getenv("FAULT"), "which service: "+strings.Join(slices.Sorted(maps.Keys(toys)), ", "))
	addr := flag.String("addr", cmp.Or(os.Getenv("ADDR"), "127.0.0.1:8080"), "where to listen")
	upstream := flag.String("upstream", os.Getenv("UPSTREAM_URL"), "what the service asks")
	flag.Parse()
	if err := serve(*fault, *addr, *upstream); err != nil {
		fmt.Fprintf(os.Stderr, "toys: %v\n", err)
		os.Exit(1)
	}
}

// serve serves until SIGTERM or an interrupt.
func serve(fault, addr, upstream string) error {
	h, err := handler(fault, upstream)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	server := &http.Server{Handler: h}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(l); ctx.Err() == nil {
		return err
	}
	return nil
}

// handler is the service of a name. The toy is not wrapped: its own function is the
// outermost one of this program in each stack.
func handler(fault, upstream string) (http.Handler, error) {
	make := toys[fault]
	if make == nil {
		return nil, fmt.Errorf("fault: got %q, want one of %s", fault, strings.Join(slices.Sorted(maps.Keys(toys)), ", "))
	}
	m := http.NewServeMux()
	m.Handle("/", make(upstream))
	m.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	return m, nil
}

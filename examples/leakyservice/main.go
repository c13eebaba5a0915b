// Command leakyservice is a service that leaks, to try `stress attach` on. It serves
// net/http/pprof and counters on one port of the loopback interface, and sends itself
// requests.
//
// Among handlers that are in order there are six faults: see faults.go. Lookalikes that
// are in order are in innocents.go.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"os/signal"
	"runtime"
	"time"
)

func main() {
	// The heap is small: more samples than one in 512 KiB make its growth exact.
	runtime.MemProfileRate = 16 << 10
	addr := flag.String("addr", "127.0.0.1:6060", "where to listen")
	rate := flag.Float64("rate", 10, "requests a second of each handler")
	dir := flag.String("dir", os.TempDir(), "folder of the file that is opened and not closed")
	length := flag.Duration("for", time.Hour, "how long to run")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, *length)
	defer cancel()
	if err := run(ctx, *addr, *rate, *dir); err != nil {
		fmt.Fprintf(os.Stderr, "leakyservice: %v\n", err)
		os.Exit(1)
	}
}

// run serves until ctx is done.
func run(ctx context.Context, addr string, rate float64, dir string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	s, err := newService(dir)
	if err != nil {
		return err
	}
	defer s.hanging.Close()
	fmt.Printf("leakyservice listens at http://%s\n", l.Addr())
	server := &http.Server{Handler: s.mux()}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	go s.load(ctx, "http://"+l.Addr().String(), rate)
	go s.warmUp(ctx, 40)
	go s.cron(ctx, 20*time.Second)
	if err := server.Serve(l); ctx.Err() == nil {
		return err
	}
	return nil
}

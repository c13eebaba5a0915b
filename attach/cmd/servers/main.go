// Command servers watches real servers as `stress attach` does: nats-server, nsqd, etcd,
// Caddy and Prometheus, built from their modules, idle and under load, in windows of 120 s. It
// prints how many windows accused anything, and what. None should: the servers are in
// order. It needs the module proxy for the first build, and listens on the loopback
// interface only.
//
// It exits with 1 where something was accused, and with 2 where a server could not be
// watched.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"sync"
	"time"

	"github.com/watertight-go/watertight/attach"
)

func main() {
	windows := flag.Int("windows", 7, "windows of each server, idle and under load")
	length := flag.Duration("window", 2*time.Minute, "how long a window is")
	rate := flag.Float64("rate", 20, "requests a second under load")
	only := flag.String("only", "", "only servers that match this regular expression")
	dir := flag.String("dir", filepath.Join(os.TempDir(), "watertight-servers"), "folder of the programs and their data")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	code, err := run(ctx, options{*windows, *length, *rate, *only, *dir})
	if err != nil {
		fmt.Fprintf(os.Stderr, "servers: %v\n", err)
	}
	os.Exit(code)
}

// options are the flags.
type options struct {
	windows int
	length  time.Duration
	rate    float64
	only    string
	dir     string
}

// row is what the windows of one server showed.
type row struct {
	server   string
	windows  int
	accused  int
	unknown  int
	answered int
	findings []string
	err      error
}

// run builds the servers one after another, and watches them all at once: each twice,
// idle and under load.
func run(ctx context.Context, o options) (int, error) {
	match, err := regexp.Compile(o.only)
	if err != nil {
		return 2, fmt.Errorf("-only: %w", err)
	}
	var chosen []server
	for _, s := range servers {
		if match.MatchString(s.Name) {
			fmt.Fprintf(os.Stderr, "building %s %s\n", s.Name, s.Version)
			if err := build(ctx, s, o.dir); err != nil {
				return 2, fmt.Errorf("%s: %w", s.Name, err)
			}
			chosen = append(chosen, s)
		}
	}
	rates := []float64{0, o.rate}
	rows := make([]row, len(chosen)*len(rates))
	var all sync.WaitGroup
	for i, s := range chosen {
		for j, rate := range rates {
			all.Go(func() { rows[len(rates)*i+j] = watch(ctx, s, o, rate) })
		}
	}
	all.Wait()
	fmt.Printf("%-14s %-10s %8s %8s %8s %9s\n", "server", "load", "windows", "accused", "unknown", "answered")
	code := 0
	for i, r := range rows {
		code = max(code, show(r, rates[i%len(rates)]))
	}
	return code, nil
}

// show prints a row. It returns 1 where something was accused, 2 where nothing was seen.
func show(r row, rate float64) int {
	fmt.Printf("%-14s %-10s %8d %8d %8d %9d\n", r.server, fmt.Sprintf("%.0f/s", rate), r.windows, r.accused, r.unknown, r.answered)
	for _, f := range r.findings {
		fmt.Printf("    %s\n", f)
	}
	switch {
	case r.err != nil:
		fmt.Printf("    %v\n", r.err)
		return 2
	case r.accused > 0:
		return 1
	}
	return 0
}

// watch starts a server and watches it in windows.
func watch(ctx context.Context, s server, o options, rate float64) (r row) {
	r.server = s.Name
	data, err := os.MkdirTemp(o.dir, "data-")
	if err != nil {
		r.err = err
		return r
	}
	defer os.RemoveAll(data)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ports, stop, err := start(ctx, s, o, data)
	if err != nil {
		r.err = err
		return r
	}
	defer stop()
	var loading sync.WaitGroup
	defer loading.Wait()
	defer cancel()
	if rate > 0 {
		loading.Go(func() { r.answered = load(ctx, s, ports, rate) })
	}
	if !sleep(ctx, 20*time.Second) { // the start is no steady state
		return r
	}
	for range o.windows {
		if r.err = r.window(ctx, s, o, ports); r.err != nil || ctx.Err() != nil {
			break
		}
	}
	cancel()
	loading.Wait()
	return r
}

// window is one watch.
func (r *row) window(ctx context.Context, s server, o options, ports [2]int) error {
	seen, err := attach.Watch(ctx, attach.Options{For: o.length, Every: time.Second, Targets: []attach.Target{{URL: fmt.Sprintf("127.0.0.1:%d", ports[0]), Name: s.Name}}}, nil)
	if err != nil {
		return err
	}
	result := attach.Judge(seen)
	fmt.Fprintf(os.Stderr, "%s: %d profiles, %d findings %v\n", s.Name, result.Instances[0].Polls, len(result.Findings), result.Notes)
	if result.Instances[0].Polls == 0 {
		return errors.New(fmt.Sprint(result.Notes))
	}
	r.windows++
	if len(result.Notes) > 0 {
		r.unknown++
	}
	if len(result.Findings) > 0 {
		r.accused++
	}
	for _, f := range result.Findings {
		r.findings = append(r.findings, fmt.Sprintf("%s %s %s: %.3f a second", f.Verdict, f.Kind, f.Function, f.PerSecond))
	}
	return nil
}

package attach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/watertight-go/watertight/internal/poll"
)

// Target is a service that is watched.
type Target struct {
	// URL is where net/http/pprof is, with or without /debug/pprof.
	URL string
	// Metrics is where counters are, those of Prometheus or expvar; may be empty.
	Metrics string
	// Name is shown in place of URL.
	Name string
}

// Options say what is watched.
type Options struct {
	Targets []Target
	// For is how long. Zero means 4 min.
	For time.Duration
	// Every is the interval of the polls; zero means 2 s. It becomes longer where answers
	// take more than a hundredth of it.
	Every time.Duration
	// Counter is the name of the counter of requests. Empty means that it is guessed.
	Counter string
	// Transport makes the requests; nil means connections of the watch's own.
	Transport http.RoundTripper
}

// The defaults of a watch.
const (
	DefaultFor   = 4 * time.Minute
	DefaultEvery = 2 * time.Second
	// The interval of each kind of answer is so many times the time that one takes: all of
	// them cost 1 % of a processor at most.
	shareOfGoroutines = 200 // 0.5 %
	shareOfHeap       = 334 // 0.3 %
	shareOfMetrics    = 500 // 0.2 %
	// patience is how long a service may be silent before it is given up.
	patience = time.Minute
)

// Watch polls the targets, all at once, until the time is over or ctx is done. The error
// is about options; what a service does wrong is a problem of its instance. Progress is
// one line for each poll.
func Watch(ctx context.Context, o Options, progress io.Writer) (Observation, error) {
	if o.For <= 0 {
		o.For = DefaultFor
	}
	if o.Every <= 0 {
		o.Every = DefaultEvery
	}
	began := time.Now()
	watchers, err := newWatchers(o, began, &lines{w: progress})
	if err != nil {
		return Observation{}, err
	}
	var all sync.WaitGroup
	for _, w := range watchers {
		all.Go(func() { w.run(ctx) })
	}
	all.Wait()
	out := Observation{Began: began, Took: time.Since(began), Asked: o.For}
	if ctx.Err() != nil {
		out.Partial = "interrupted"
	}
	for _, w := range watchers {
		w.server.Close()
		out.Instances = append(out.Instances, w.instance)
	}
	return out, nil
}

func newWatchers(o Options, began time.Time, progress *lines) (all []*watcher, err error) {
	var errs []error
	if len(o.Targets) == 0 {
		errs = append(errs, errors.New("got no address of a service, want one or more"))
	}
	for _, t := range o.Targets {
		w := &watcher{o: o, began: began, progress: progress}
		if w.server, err = poll.New(t.URL, o.Transport); err != nil {
			errs = append(errs, err)
			continue
		}
		w.instance.Name = w.server.Name()
		if t.Name != "" {
			w.instance.Name = t.Name
		}
		if t.Metrics != "" {
			if w.metrics, err = poll.NewMetrics(t.Metrics, o.Counter, o.Transport); err != nil {
				errs = append(errs, fmt.Errorf("metrics: %w", err))
			}
		}
		all = append(all, w)
	}
	return all, errors.Join(errs...)
}

// lines writes progress from several goroutines.
type lines struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lines) printf(format string, args ...any) {
	if l.w == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(l.w, format+"\n", args...)
}

package attach

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/pprof/profile"
)

// fake is a service that answers from functions of the time. Under testing/synctest
// hours pass in milliseconds.
type fake struct {
	began time.Time
	// goroutines are the numbers by stack, leaf first, "function file:line" parted by ";".
	goroutines func(t float64) map[string]int64
	// heap are the bytes by stack; nil means that there is no heap profile.
	heap func(t float64) map[string]int64
	// leaked are proven goroutines; nil means 404.
	leaked map[string]int64
	// metrics is a text; empty means 404.
	metrics func(t float64) string
	// build is the build ID at a time.
	build func(t float64) string
	// takes is how long an answer takes.
	takes time.Duration
	// refuse is an error in place of an answer.
	refuse func(t float64) error
	// answers are bodies by path, in place of profiles.
	answers map[string]string

	mu    sync.Mutex
	asked []asked
}

// asked is a request that was made.
type asked struct {
	at   time.Duration
	what string
}

func (f *fake) RoundTrip(r *http.Request) (*http.Response, error) {
	at := time.Since(f.began)
	f.mu.Lock()
	f.asked = append(f.asked, asked{at, r.URL.RequestURI()})
	f.mu.Unlock()
	if f.takes > 0 {
		select {
		case <-time.After(f.takes):
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	if f.refuse != nil {
		if err := f.refuse(at.Seconds()); err != nil {
			return nil, err
		}
	}
	body, ok := f.answer(r.URL.Path, at.Seconds())
	if !ok {
		return response(http.StatusNotFound, "404 page not found"), nil
	}
	return response(http.StatusOK, body), nil
}

func response(code int, body string) *http.Response {
	return &http.Response{StatusCode: code, Status: fmt.Sprintf("%d %s", code, http.StatusText(code)), Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{}}
}

func (f *fake) answer(path string, t float64) (string, bool) {
	if body, ok := f.answers[path]; ok {
		return body, true
	}
	build := "b1"
	if f.build != nil {
		build = f.build(t)
	}
	at := f.began.Add(time.Duration(t * float64(time.Second)))
	switch path {
	case "/debug/pprof/goroutine":
		return encoded("goroutine", build, at, f.goroutines(t)), true
	case "/debug/pprof/goroutineleak":
		return encoded("goroutineleak", build, at, f.leaked), f.leaked != nil
	case "/debug/pprof/heap":
		if f.heap == nil {
			return "", false
		}
		return encoded("heap", build, at, f.heap(t)), true
	case "/metrics":
		if f.metrics == nil {
			return "", false
		}
		return f.metrics(t), true
	}
	return "", false
}

// encoded is a profile as runtime/pprof writes it.
func encoded(kind, build string, at time.Time, counts map[string]int64) string {
	p := &profile.Profile{
		SampleType: []*profile.ValueType{{Type: kind, Unit: "count"}}, PeriodType: &profile.ValueType{Type: kind, Unit: "count"}, Period: 1,
		TimeNanos: at.UnixNano(), Mapping: []*profile.Mapping{{ID: 1, BuildID: build}},
	}
	if kind == "heap" {
		p.SampleType = nil
		for _, t := range []string{"alloc_objects", "alloc_space", "inuse_objects", "inuse_space"} {
			p.SampleType = append(p.SampleType, &profile.ValueType{Type: t, Unit: "bytes"})
		}
		p.PeriodType, p.Period, p.DefaultSampleType = &profile.ValueType{Type: "space", Unit: "bytes"}, 512<<10, "inuse_space"
	}
	for _, stack := range slices.Sorted(maps.Keys(counts)) {
		s := &profile.Sample{Value: []int64{counts[stack]}}
		if kind == "heap" {
			s.Value = []int64{counts[stack], 2 * counts[stack], counts[stack], counts[stack]}
		}
		for _, f := range strings.Split(stack, ";") {
			if f != "" {
				s.Location = append(s.Location, location(p, f))
			}
		}
		p.Sample = append(p.Sample, s)
	}
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		panic(err)
	}
	return b.String()
}

// location adds "function file:line" to a profile.
func location(p *profile.Profile, text string) *profile.Location {
	name, place, _ := strings.Cut(text, " ")
	file, number, _ := strings.Cut(place, ":")
	var line int64
	fmt.Sscan(number, &line)
	f := &profile.Function{ID: uint64(len(p.Function) + 1), Name: name, SystemName: name, Filename: file}
	l := &profile.Location{ID: uint64(len(p.Location) + 1), Mapping: p.Mapping[0], Address: uint64(len(p.Location) + 1), Line: []profile.Line{{Function: f, Line: line}}}
	p.Function, p.Location = append(p.Function, f), append(p.Location, l)
	return l
}

// Stacks of the fake service.
const (
	leakStack    = "runtime.gopark /go/src/runtime/proc.go:1;runtime.chansend1 /go/src/runtime/chan.go:2;main.work /srv/work.go:31;main.handle.func1 /srv/handle.go:12"
	queueStack   = "runtime.gopark /go/src/runtime/proc.go:1;main.serve /srv/serve.go:9;net/http.(*conn).serve /go/src/net/http/server.go:5"
	readStack    = "internal/poll.runtime_pollWait /go/src/runtime/netpoll.go:3;net/http.(*persistConn).readLoop /go/src/net/http/transport.go:7"
	writeStack   = "runtime.selectgo /go/src/runtime/select.go:3;net/http.(*persistConn).writeLoop /go/src/net/http/transport.go:8"
	pollerStack  = "runtime/pprof.writeGoroutine /go/src/runtime/pprof/pprof.go:4;net/http/pprof.Index /go/src/net/http/pprof/pprof.go:4;net/http.(*conn).serve /go/src/net/http/server.go:5"
	sessionStack = "main.(*store).put /srv/store.go:44;main.login /srv/login.go:3;net/http.(*conn).serve /go/src/net/http/server.go:5"
)

// watch watches fake services, and judges what it saw, with what confirms it.
func watch(t *testing.T, o Options, fakes ...*fake) (Observation, Result) {
	t.Helper()
	for _, f := range fakes {
		f.began = time.Now()
	}
	if len(fakes) == 1 {
		o.Transport = fakes[0]
	}
	if o.Targets == nil {
		o.Targets = []Target{{URL: "http://service:6060"}}
	}
	seen, err := Watch(t.Context(), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := Confirm(t.Context(), &seen, o, nil); err != nil {
		t.Fatal(err)
	}
	return seen, Judge(seen)
}

package forms

import (
	"strings"
	"testing"

	"github.com/watertight-go/watertight/service"
)

// The answer comes first.
func TestHeadlines(t *testing.T) {
	for name, want := range map[string]string{
		"fixed":    "fixed: 15.0 goroutines a request before, 0 after, while the upstream hangs",
		"broken":   "BROKEN: 0 goroutines a request before, 2.0 after, left for good (and 1 more measure); agents/waitgroup.go:37",
		"better":   "better, still leaking: 1.0 goroutines a request before, 0.02 after, left for good; agents/waitgroup.go:41",
		"one":      "FAILS: 8.2 KiB of heap a request, left for good; agents/waitgroup.go:41",
		"troubled": "could not tell: after: it exits at once with code 3",
		"died":     "BROKEN: after ended under load: exited with code 2 (panic: too many)",
		"partial":  "could not tell: partial: interrupted",
		"innocent": "in order before and after: nothing is left of 1200 requests in 2 rounds",
		"nothing":  "in order: nothing is left of 0 requests in 0 rounds",
	} {
		if got := headline(results[name]("")); got != want {
			t.Errorf("%s: got  %q\nwant %q", name, got, want)
		}
	}
}

// The whole of the text, for a fix and for a version alone.
func TestText(t *testing.T) {
	const wantFixed = `fixed: 15.0 goroutines a request before, 0 after, while the upstream hangs
  before: ./examples/agentservice/before at v1 (abcdef012345); 600 requests, 3000 to its upstream
  after: ./examples/agentservice/after at v1 (abcdef012345); 600 requests, 3000 to its upstream

MEASURE                                      BEFORE    AFTER   VERDICT
goroutines left while it hangs, per request  15.0      0       fixed
goroutines left for good, per request        0         0       same
99th percentile of patient clients           > 1.50 s  1.02 s  changed
survives the faults                          yes       yes     same

1 agents/waitgroup.go:37: fixed
   before: 15.0 goroutines a request left while the upstream hangs, 9000 in all rounds
   started by agents.(*waitGroup).ExecuteParallel
   runs agents.(*waitGroup).ExecuteParallel.func1 agents/waitgroup.go:41
   waits in http.(*persistConn).roundTrip
   left together with http.(*persistConn).readLoop

an HTTP/2 upstream hides descriptors
`
	if got := render(t, "terminal", fixed("")); got != wantFixed {
		t.Errorf("got:\n%s\nwant:\n%s", got, wantFixed)
	}
	const wantOne = `
MEASURE                                VALUE    VERDICT
heap left for good, per request        8.2 KiB  FAILS
goroutines left for good, per request  0        ok

1 agents/waitgroup.go:41: FAILS
   8.2 KiB of heap a request left for good, 4.8 MiB in all rounds
   allocated in agents.(*waitGroup).ExecuteParallel.func1 agents/waitgroup.go:41

an HTTP/2 upstream hides descriptors

Next: read the code at agents/waitgroup.go:41. docs/service.md explains the words.
`
	if got := render(t, "terminal", one("")); !strings.HasSuffix(got, wantOne) {
		t.Errorf("got:\n%s\nwant at the end:\n%s", got, wantOne)
	}
}

// A version that could not be judged says why, with the end of its log.
func TestTextOfTrouble(t *testing.T) {
	const want = `
after: it exits at once with code 3
    listen tcp 127.0.0.1:80: permission denied
    goodbye
`
	got := render(t, "terminal", troubled(""))
	if !strings.Contains(got, want) || strings.Count(got, "exits at once") != 2 {
		t.Errorf("got:\n%s\nwant the answer, and once:\n%s", got, want)
	}
	if !strings.Contains(got, "Next: mend what the log") {
		t.Errorf("got no next step:\n%s", got)
	}
}

// Of a handler, the line that waits is the one to read, and not that of a middleware. What
// a go statement of the user's starts is named by that.
func TestLineToOpen(t *testing.T) {
	var (
		park    = service.Frame{Function: "runtime.gopark", File: "/go/src/runtime/proc.go", Line: 1}
		take    = service.Frame{Function: "example.com/shop/pool.Take", File: "/srv/pool.go", Line: 137}
		logging = service.Frame{Function: "example.com/shop.logging.func1", File: "/srv/main.go", Line: 43}
		chi     = service.Frame{Function: "github.com/go-chi/chi.(*Mux).ServeHTTP", File: "/home/u/go/pkg/mod/github.com/go-chi/chi@v1.5.5/mux.go", Line: 5}
		serve   = service.Frame{Function: "net/http.(*conn).serve", File: "/go/src/net/http/server.go", Line: 2}
		timeout = service.Frame{Function: "net/http.(*timeoutHandler).ServeHTTP.func1", File: "/go/src/net/http/server.go", Line: 3}
		group   = service.Frame{Function: "golang.org/x/sync/errgroup.(*Group).Go.func1", File: "/home/u/go/pkg/mod/golang.org/x/sync@v0.1.0/errgroup.go", Line: 3}
		created = &service.Frame{Function: "example.com/shop.recoverer", File: "/srv/fan.go", Line: 7}
	)
	for _, tt := range []struct {
		stack   []service.Frame
		creator *service.Frame
		want    string
	}{
		{[]service.Frame{park, take, logging, chi, serve}, nil, "srv/pool.go:137"},
		{[]service.Frame{park, take, logging, chi, timeout}, created, "srv/pool.go:137"},
		{[]service.Frame{park, take, logging, group}, created, "srv/fan.go:7"},
		{[]service.Frame{park, take, logging}, nil, "srv/main.go:43"},
		{[]service.Frame{park, serve}, created, "srv/fan.go:7"},
	} {
		f := service.Finding{Kind: service.Goroutines, Stack: tt.stack, Creator: tt.creator}
		f.Function, f.File, f.Line = logging.Function, logging.File, logging.Line
		if got := at(f); got != tt.want {
			t.Errorf("got %s, want %s for the stack %v", got, tt.want, tt.stack)
		}
	}
}

package leak_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// worker stands for a type whose methods are started as goroutines.
type worker struct{ stop chan bool }

func (w *worker) run()  { <-w.stop }
func (w worker) value() { <-w.stop }

func receive[T any](from chan T) { <-from }

// start starts any function, as helpers of tests do.
func start(f func()) { go f() }

// shapes start a goroutine that ends when stop is closed.
var shapes = map[string]func(t *testing.T, stop chan bool){
	"closure":             func(_ *testing.T, stop chan bool) { go func() { <-stop }() },
	"closure in closures": func(_ *testing.T, stop chan bool) { func() { func() { go func() { <-stop }() }() }() },
	"method":              func(_ *testing.T, stop chan bool) { go (&worker{stop}).run() },
	"method of a value":   func(_ *testing.T, stop chan bool) { go worker{stop}.value() },
	"method value":        func(_ *testing.T, stop chan bool) { f := (&worker{stop}).run; go f() },
	"generic function":    func(_ *testing.T, stop chan bool) { go receive(stop) },
	"closure in a generic function": func(_ *testing.T, stop chan bool) {
		inGeneric(stop)
	},
	"helper":         func(_ *testing.T, stop chan bool) { start(func() { <-stop }) },
	"sync.WaitGroup": func(_ *testing.T, stop chan bool) { inGroup(func() { <-stop }) },
	"timer": func(_ *testing.T, stop chan bool) {
		fired := make(chan bool)
		time.AfterFunc(0, func() { close(fired); <-stop })
		<-fired
	},
	"context.AfterFunc": func(_ *testing.T, stop chan bool) {
		ctx, cancel := context.WithCancel(context.Background())
		context.AfterFunc(ctx, func() { <-stop })
		cancel()
	},
	"standard library": func(t *testing.T, stop chan bool) {
		response := fetch(t, servers(t).one, "/stream")
		go func() { <-stop; response.Body.Close() }()
	},
	"only the standard library": func(t *testing.T, stop chan bool) {
		ctx, cancel := context.WithCancel(context.Background())
		request, _ := http.NewRequestWithContext(ctx, "GET", servers(t).two.URL+"/stream", nil)
		response, err := servers(t).two.Client().Do(request)
		require.NoError(t, err)
		start(func() { <-stop; cancel(); response.Body.Close() })
	},
	"labels": func(_ *testing.T, stop chan bool) {
		for _, name := range []string{"one", "a \"second\""} {
			pprof.Do(context.Background(), pprof.Labels("agent", name), func(context.Context) { go func() { <-stop }() })
		}
	},
	"two of one function": func(_ *testing.T, stop chan bool) {
		go func() { <-stop }()
		go func() { <-stop }()
	},
}

func inGeneric[T any](stop chan T) { go func() { <-stop }() }

// TestAllowOfFinding: each finding's entry, put into the options, allows its goroutines
// and no others.
func TestAllowOfFinding(t *testing.T) {
	if !apart(t) {
		return
	}
	servers(t)
	for name, start := range shapes {
		t.Run(name, func(t *testing.T) {
			base, stop := leak.Take(), make(chan bool)
			defer func() {
				close(stop)
				find(t, base, leak.Options{})
			}()
			start(t, stop)
			r := settled(t, base)
			for _, f := range r.Findings {
				after := find(t, base, leak.Options{Settle: brief, Allow: []leak.Allow{f.Allow()}})
				require.Equal(t, r.Goroutines-f.Count, after.Goroutines, "%s\nallowed: %+v\n%s", r, f.Allow(), after)
				require.Equal(t, []leak.Allowed{{Reason: "...", Count: f.Count}}, ours(after))
				require.True(t, strings.HasSuffix(f.String(), `Reason: "..."}`), f.String())
			}
		})
	}
}

// settled is what is left once the goroutines of the server have begun, too.
func settled(t *testing.T, base *leak.Snapshot) leak.Report {
	r := find(t, base, leak.Options{Settle: brief})
	require.NotZero(t, r.Goroutines)
	return r
}

// ours are the allowed ones without idle connections.
func ours(r leak.Report) (all []leak.Allowed) {
	for _, a := range r.Allowed {
		if a.Reason == "..." {
			all = append(all, a)
		}
	}
	return all
}

// inGroup starts a function with sync.WaitGroup.Go, which there is since Go 1.25.
func inGroup(f func()) {
	if g, ok := any(new(sync.WaitGroup)).(interface{ Go(func()) }); ok {
		g.Go(f)
		return
	}
	go f()
}

// TestAllowAsPrinted: what the report shows of a goroutine that a library started can be
// written into Allow.
func TestAllowAsPrinted(t *testing.T) {
	base, stop := leak.Take(), make(chan bool)
	defer close(stop)
	inGroup(func() { <-stop })
	r := find(t, base, leak.Options{Settle: brief})
	f := r.Findings[0]
	printed := []leak.Allow{
		{CreatedBy: f.CreatedBy},
		{At: fmt.Sprintf("%s:%d", f.File, f.Line)},
		{CreatedBy: f.CreatedBy, At: "leak/suggest_test.go"},
	}
	if f.Runs != "" { // with WaitGroup.Go, since Go 1.25
		printed = append(printed, leak.Allow{CreatedBy: f.Runs}, leak.Allow{At: fmt.Sprintf("%s:%d", f.RunsFile, f.RunsLine)})
	}
	for _, a := range printed {
		a.Reason = "printed"
		require.Zero(t, find(t, base, leak.Options{Settle: brief, Allow: []leak.Allow{a}}).Goroutines, "%+v", a)
	}
}

// TestReportLabels: a label that all findings have is printed once.
func TestReportLabels(t *testing.T) {
	if !dump.LabelsPossible() {
		t.Skip("this Go prints no labels")
	}
	base, stop, never := leak.Take(), make(chan bool), make(chan bool)
	defer func() { close(stop); <-never }()
	pprof.Do(context.Background(), pprof.Labels("all", "a"), func(ctx context.Context) {
		go func() { <-stop }()
		pprof.Do(ctx, pprof.Labels("one", "o"), func(context.Context) { go func() { never <- true }() })
	})
	r := find(t, base, leak.Options{Settle: brief})
	require.Len(t, r.Findings, 2, "%s", r)
	require.Equal(t, 1, strings.Count(r.String(), "label all: a"), "%s", r)
	require.Equal(t, 1, strings.Count(r.String(), "    label one: o"), "%s", r)
	require.Regexp(t, `^2 goroutines left behind: [^\n]*\nlabel all: a\n`, r.String())
}

// TestReportUsersFirst: the user's own line begins its finding, and comes before those
// of libraries.
func TestReportUsersFirst(t *testing.T) {
	if !apart(t) {
		return
	}
	base, stop := leak.Take(), make(chan bool)
	_, cancel := context.WithCancel(foreign{context.Background(), make(chan struct{})})
	_, cancel2 := context.WithCancel(foreign{context.Background(), make(chan struct{})})
	go func() { <-stop }()
	defer func() { cancel(); cancel2(); close(stop) }()
	r := find(t, base, leak.Options{Settle: brief, NoProof: true})
	require.Len(t, r.Findings, 2, "%s", r)
	require.Equal(t, 1, r.Findings[0].Count)
	line := regexp.MustCompile(`(?m)^(/\S+|[A-Z]:\S+):\d+: `).FindStringSubmatch(r.Findings[0].String())
	require.Len(t, line, 2, r.Findings[0].String())
	_, err := os.Stat(line[1])
	require.NoError(t, err)
	require.True(t, strings.HasSuffix(line[1], "leak/suggest_test.go"), line[1])
}

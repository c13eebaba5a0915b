package sites

import (
	"bytes"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"

	"github.com/watertight-go/watertight/profiles"
)

// captured is the goroutine profile of this process as a service shows it.
func captured(t *testing.T) []Group {
	t.Helper()
	p, err := profiles.Capture(profiles.Goroutine)
	if err != nil {
		t.Fatal(err)
	}
	return Goroutines(p)
}

func waitFor(started *sync.WaitGroup, end <-chan struct{}) {
	started.Done()
	<-end
}

// spawn starts goroutines of several shapes, and returns when all wait.
func spawn(t *testing.T, n int) {
	end := make(chan struct{})
	var started, ended sync.WaitGroup
	for range n {
		started.Add(3)
		ended.Add(2)
		go func() { defer ended.Done(); waitFor(&started, end) }()
		go func() { defer ended.Done(); deep(200, &started, end) }()
		ended.Go(func() { waitFor(&started, end) })
	}
	started.Wait()
	t.Cleanup(func() { close(end); ended.Wait() })
}

// deep waits with more frames than a profile holds.
//
//go:noinline
func deep(n int, started *sync.WaitGroup, end <-chan struct{}) {
	if n == 0 {
		waitFor(started, end)
		return
	}
	deep(n-1, started, end)
}

func TestGoroutinesAreGroupedByTheUsersCode(t *testing.T) {
	spawn(t, 5)
	got := map[string]Group{}
	for _, g := range captured(t) {
		got[g.Function[strings.LastIndex(g.Function, "/")+1:]] = g
		if g.Value == 0 || len(g.Stacks) == 0 {
			t.Errorf("%s: got no goroutines", g.Function)
		}
	}
	// A closure of this package, also under WaitGroup.Go; and stacks that are cut.
	for name, cut := range map[string]bool{"sites.spawn.func1": false, "sites.spawn.func3": false, "sites.deep": true} {
		if g := got[name]; g.Value != 5 || g.Owner != Own || g.Cut != cut {
			t.Errorf("%s: got %.0f goroutines, owner %s, cut %t, want 5 of the user's own, cut %t", name, g.Value, g.Owner, g.Cut, cut)
		}
	}
	for name := range got {
		if strings.HasPrefix(name, "pprof.") {
			t.Errorf("got the goroutine of package pprof: %s", name)
		}
	}
}

func frame(function, file string) profiles.Frame {
	return profiles.Frame{Function: function, File: file, Line: 7}
}

func TestOwners(t *testing.T) {
	var (
		serve    = frame("net/http.(*conn).serve", "/go/src/net/http/server.go")
		chi      = frame("github.com/go-chi/chi.(*Mux).ServeHTTP", "/home/u/go/pkg/mod/github.com/go-chi/chi@v1.5.5/mux.go")
		vendored = frame("example.com/x.Do", "/srv/vendor/example.com/x/x.go")
		own      = frame("main.handle", "/srv/main.go")
		park     = frame("runtime.gopark", "/go/src/runtime/proc.go")
	)
	for _, tc := range []struct {
		stack        []profiles.Frame
		outer, inner string
		owner        Owner
	}{
		{[]profiles.Frame{park, own, chi, serve}, "main.handle", "main.handle", Own},
		{[]profiles.Frame{park, chi, serve}, chi.Function, chi.Function, Dependency},
		{[]profiles.Frame{park, vendored, serve}, vendored.Function, vendored.Function, Dependency},
		{[]profiles.Frame{park, serve}, serve.Function, park.Function, Standard},
		{[]profiles.Frame{park, frame("main.leaf", "/srv/a.go"), chi, own, serve}, "main.handle", "main.leaf", Own},
	} {
		s := profiles.Sample{Stack: tc.stack}
		if got := outermost(s); got.Function != tc.outer || got.Owner != tc.owner {
			t.Errorf("outermost of %v: got %s (%s), want %s (%s)", tc.stack, got.Function, got.Owner, tc.outer, tc.owner)
		}
		if got := innermost(s); got.Function != tc.inner {
			t.Errorf("innermost of %v: got %s, want %s", tc.stack, got.Function, tc.inner)
		}
	}
}

// A dump of stacks leaves out the types of generic functions, and a profile does not.
func TestKeyOfGenericFunctions(t *testing.T) {
	for profile, dump := range map[string]string{
		"main.hang[go.shape.string]":                        "main.hang[...]",
		"main.(*Pool[go.shape.[]uint8]).run.func1":          "main.(*Pool[...]).run.func1",
		"main.each[go.shape.map[string]int,go.shape.int].F": "main.each[...].F",
		"main.plain": "main.plain",
	} {
		if got, want := KeyOf([]profiles.Frame{frame(profile, "/a.go")}), KeyOf([]profiles.Frame{frame(dump, "/a.go")}); got != want {
			t.Errorf("%s: got the key %q, want %q as of %s", profile, got, want, dump)
		}
	}
}

// A heap profile is grouped by the line of the user's code that allocates.
func TestHeap(t *testing.T) {
	var b bytes.Buffer
	if err := pprof.Lookup("heap").WriteTo(&b, 0); err != nil {
		t.Fatal(err)
	}
	p, err := profiles.Parse(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range Heap(p) {
		if g.Value <= 0 || g.Function == "" {
			t.Errorf("got %+v, want a place with bytes", g.Site)
		}
	}
	if got := Heap(nil); got != nil {
		t.Errorf("got %v of no profile, want none", got)
	}
}

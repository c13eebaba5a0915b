package attach

import (
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// hosts sends requests to services by their host.
type hosts map[string]*fake

func (h hosts) RoundTrip(r *http.Request) (*http.Response, error) {
	return h[r.URL.Hostname()].RoundTrip(r)
}

// instances are watched at once.
func instances(t *testing.T, h hosts, names ...string) Result {
	t.Helper()
	o := Options{Transport: h}
	for _, n := range names {
		h[n].began = time.Now()
		o.Targets = append(o.Targets, Target{URL: n})
	}
	seen, err := Watch(t.Context(), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := Confirm(t.Context(), &seen, o, nil); err != nil {
		t.Fatal(err)
	}
	return Judge(seen)
}

func growing(slope float64, stack string) func(float64) map[string]int64 {
	return func(t float64) map[string]int64 { return map[string]int64{stack: int64(slope * t), queueStack: 5} }
}

// Instances of one build are one finding; slopes add up.
func TestInstancesOfOneBuild(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := instances(t, hosts{
			"a": {goroutines: growing(3, leakStack)}, "b": {goroutines: growing(4, leakStack)}, "c": {goroutines: growing(0, leakStack)},
		}, "a", "b", "c")
		if len(r.Findings) != 1 || len(r.Findings[0].Processes) != 2 || math.Abs(r.Findings[0].PerSecond-7) > 0.35 || len(r.Instances) != 3 {
			t.Errorf("got %+v, want one leak of 7 a second in two of three instances", r.Findings)
		}
	})
}

// Findings that are proven come first, then certain ones, then steep ones. Two builds
// are compared.
func TestRanksAndBuilds(t *testing.T) {
	steep := strings.ReplaceAll(leakStack, "main.handle", "main.steep")
	build := func(name string) func(float64) string { return func(float64) string { return name } }
	synctest.Test(t, func(t *testing.T) {
		r := instances(t, hosts{
			"a": {goroutines: growing(50, steep), build: build("one")},
			"b": {goroutines: growing(3, leakStack), build: build("two"), leaked: map[string]int64{leakStack: 500}},
		}, "a", "b")
		var got []string
		for _, f := range r.Findings {
			got = append(got, fmt.Sprintf("%s %s %d %s", f.Function, f.Build, f.Proven, f.Change))
		}
		if want := "[main.handle.func1 two 500 BROKEN main.steep.func1 one 0 fixed]"; fmt.Sprint(got) != want {
			t.Errorf("got %v, want %s", got, want)
		}
	})
}

// At most three instances are asked for proofs, with a pause between them.
func TestFewInstancesAreAskedForProofs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hosts{}
		var names []string
		for i := range 5 {
			names = append(names, fmt.Sprintf("h%d", i))
			h[names[i]] = &fake{goroutines: growing(float64(10+i), leakStack), leaked: map[string]int64{leakStack: 9}}
		}
		instances(t, h, names...)
		var times []time.Duration
		for i := 4; i >= 0; i-- {
			for _, a := range h[names[i]].asked {
				if strings.Contains(a.what, "goroutineleak") {
					times = append(times, a.at)
				}
			}
		}
		if len(times) != 3 || times[1]-times[0] < coolDown || times[2]-times[1] < coolDown {
			t.Errorf("got proofs at %v, want three of the steepest, %s apart", times, coolDown)
		}
	})
}

// Stacks as text are asked for below 2,000 goroutines alone.
func TestStacksAreWrittenOfSmallServices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		h := hosts{"small": {goroutines: growing(1, leakStack)}, "big": {goroutines: func(float64) map[string]int64 { return map[string]int64{queueStack: 2000} }}}
		o := Options{Transport: h, For: 10 * time.Second, Targets: []Target{{URL: "small"}, {URL: "big"}}}
		h["small"].began, h["big"].began = time.Now(), time.Now()
		seen, err := Watch(t.Context(), o, nil)
		if err == nil {
			err = WriteStacks(t.Context(), &seen, o, dir)
		}
		if err != nil {
			t.Fatal(err)
		}
		if files, _ := filepath.Glob(filepath.Join(dir, "*")); len(files) != 1 || filepath.Base(files[0]) != "stacks-1.txt" {
			t.Errorf("got the files %q, want those of the small service", files)
		}
		if text, _ := os.ReadFile(filepath.Join(dir, "stacks-1.txt")); len(text) == 0 {
			t.Error("got an empty file")
		}
		for _, a := range h["big"].asked {
			if strings.Contains(a.what, "debug=2") {
				t.Error("the big service was asked for stacks as text")
			}
		}
	})
}

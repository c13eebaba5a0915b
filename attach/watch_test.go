package attach

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// counted is a text of counters: requests at a rate, and descriptors.
func counted(rate float64, fds func(float64) float64) func(float64) string {
	return func(t float64) string {
		return fmt.Sprintf("# TYPE http_requests_total counter\nhttp_requests_total{code=\"200\"} %d\nprocess_open_fds %d\nprocess_start_time_seconds 5\nsecret{token=\"hunter2\"} 1\n",
			int(rate*t), int(fds(t)))
	}
}

// grows is a service in which a request at each tenth of a second leaks one goroutine.
func grows(t float64) map[string]int64 {
	n := int64(10 * t)
	return map[string]int64{leakStack: n, queueStack: 20 + int64(5*math.Sin(t)), readStack: n + 2, writeStack: n + 2, pollerStack: 1, "": 1}
}

func TestLeakIsFoundWithItsSlope(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{goroutines: grows, metrics: counted(10, func(float64) float64 { return 7 }), leaked: map[string]int64{leakStack: 1200, "": 1}}
		_, r := watch(t, Options{Targets: []Target{{URL: "service:6060", Metrics: "http://service:6060"}}}, f)
		if len(r.Findings) != 1 || r.ExitCode() != 1 {
			t.Fatalf("got %d findings and exit code %d, want 1 and 1: %+v", len(r.Findings), r.ExitCode(), r.Findings)
		}
		got := r.Findings[0]
		if got.Verdict != Leak || got.Function != "main.handle.func1" || got.Proven != 1200 {
			t.Errorf("got %s at %s, %d proven, want leak at main.handle.func1, 1200 proven", got.Verdict, got.Function, got.Proven)
		}
		if math.Abs(got.PerSecond-10) > 0.5 || got.Low > 10 || got.High < 10 || math.Abs(got.PerRequest-1) > 0.05 {
			t.Errorf("got %.2f a second (%.2f to %.2f) and %.2f a request, want 10 and 1 within 5 %%", got.PerSecond, got.Low, got.High, got.PerRequest)
		}
		if want := []string{"net/http.(*persistConn).readLoop", "net/http.(*persistConn).writeLoop"}; !slices.Equal(slices.Sorted(slices.Values(got.With)), want) {
			t.Errorf("rises together with %q, want %q", got.With, want)
		}
		if got.Stack[2].Function != "main.work" {
			t.Errorf("got the stack %v, want the one that grew", got.Stack)
		}
	})
}

// A watch of two minutes has one inspection.
func TestTwoMinutesMakeASuspicion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, r := watch(t, Options{For: 2 * time.Minute}, &fake{goroutines: grows})
		if len(r.Findings) != 1 || r.Findings[0].Verdict != Suspected || r.ExitCode() != 2 {
			t.Errorf("got %+v and exit code %d, want one suspected leak and 2", r.Findings, r.ExitCode())
		}
		if !slices.ContainsFunc(r.Instances[0].Problems, func(p string) bool { return strings.Contains(p, "needs Go 1.27") }) {
			t.Errorf("got the problems %q, want one that says why nothing is proven", r.Instances[0].Problems)
		}
	})
}

func TestInnocentsAreNotAccused(t *testing.T) {
	for name, at := range map[string]func(float64) float64{
		"bursts":  func(t float64) float64 { return 10 + 200*math.Max(0, math.Sin(t/7)) },
		"warm-up": func(t float64) float64 { return 300 * (1 - math.Exp(-t/30)) },
		"steps":   func(t float64) float64 { return 100 + 50*math.Floor(t/200) },
		"falls":   func(t float64) float64 { return 5000 - 10*t },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, r := watch(t, Options{}, &fake{goroutines: func(s float64) map[string]int64 { return map[string]int64{leakStack: int64(at(s)), queueStack: 3} }})
				if len(r.Findings) > 0 || r.ExitCode() != 0 {
					t.Errorf("got %+v and exit code %d, want nothing and 0", r.Findings, r.ExitCode())
				}
			})
		})
	}
}

// The load doubles within the watch: more goroutines are no leak.
func TestRisingLoadIsUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{goroutines: grows, metrics: func(t float64) string { return fmt.Sprintf("http_requests_total %d\n", int(10*t+t*t/20)) }}
		_, r := watch(t, Options{Targets: []Target{{URL: "service:6060", Metrics: "service:6060/metrics"}}}, f)
		if len(r.Findings) != 1 || r.Findings[0].Verdict != Unknown || r.ExitCode() != 2 || !strings.Contains(r.Findings[0].Why, "request rate rose") {
			t.Errorf("got %+v and exit code %d, want unknown, since the rate rose, and 2", r.Findings, r.ExitCode())
		}
	})
}

func TestHeapAndDescriptors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{
			goroutines: func(float64) map[string]int64 { return map[string]int64{queueStack: 20} },
			heap: func(t float64) map[string]int64 {
				return map[string]int64{sessionStack: int64(t * (200 << 10)), leakStack: 9 << 20}
			},
			metrics: counted(10, func(t float64) float64 { return 20 + t/2 }),
		}
		_, r := watch(t, Options{Targets: []Target{{URL: "service:6060", Metrics: "service:6060/metrics"}}}, f)
		if len(r.Findings) != 2 {
			t.Fatalf("got %+v, want descriptors and memory", r.Findings)
		}
		d, h := r.Findings[0], r.Findings[1]
		if d.Kind != Descriptors || d.Verdict != Leak || math.Abs(d.PerSecond-0.5) > 0.025 {
			t.Errorf("got %s %s, %.3f a second, want a leak of 0.5 descriptors a second", d.Verdict, d.Kind, d.PerSecond)
		}
		if h.Kind != Heap || h.Verdict != Leak || h.Function != "main.(*store).put" || h.Line != 44 || math.Abs(h.PerSecond/(200<<10)-1) > 0.05 {
			t.Errorf("got %s %s at %s:%d, %.0f a second, want a leak of 200 KiB a second at main.(*store).put:44", h.Verdict, h.Kind, h.Function, h.Line, h.PerSecond)
		}
	})
}

// After a restart the numbers start anew; two builds are compared.
func TestRestartAndBuilds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{
			goroutines: func(t float64) map[string]int64 {
				if t < 300 {
					return map[string]int64{leakStack: int64(5 * t), queueStack: 9}
				}
				return map[string]int64{queueStack: 9}
			},
			build: func(t float64) string { return map[bool]string{true: "old", false: "new"}[t < 300] },
			refuse: func(t float64) error {
				if t > 295 && t < 305 {
					return errors.New("connection refused")
				}
				return nil
			},
		}
		_, r := watch(t, Options{For: 10 * time.Minute}, f)
		if len(r.Findings) != 1 || r.Findings[0].Change != "fixed" || r.Findings[0].Build != "old" {
			t.Fatalf("got %+v, want one leak of the old build, fixed in the new one", r.Findings)
		}
		if s := r.Instances[0]; s.Restarts != 1 || len(s.Builds) != 2 {
			t.Errorf("got %d restarts and the builds %q, want 1 and two", s.Restarts, s.Builds)
		}
	})
}

// Descriptors name the goroutines that may hold them, and stay a finding: others may leak.
func TestDescriptorsNameTheGoroutinesThatHoldThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{
			goroutines: func(t float64) map[string]int64 {
				return map[string]int64{upstreamStack: int64(3 * t), readStack: int64(3 * t), writeStack: int64(3 * t), leakStack: int64(9 * t)}
			},
			metrics: counted(10, func(t float64) float64 { return 20 + 6*t }),
		}
		_, r := watch(t, Options{Targets: []Target{{URL: "service:6060", Metrics: "service:6060/metrics"}}}, f)
		i := slices.IndexFunc(r.Findings, func(f Finding) bool { return f.Kind == Descriptors })
		if len(r.Findings) != 3 || i < 0 || fmt.Sprint(r.Findings[i].With) != "[main.upstream]" {
			t.Errorf("got %+v, want two leaks of goroutines, and descriptors that name main.upstream", r.Findings)
		}
	})
}

// Goroutines of a library without code of the user's are a finding by themselves: one.
func TestConnectionsWithoutTheUsersCode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, r := watch(t, Options{}, &fake{goroutines: func(t float64) map[string]int64 {
			return map[string]int64{readStack: int64(3 * t), writeStack: int64(3 * t), queueStack: 4}
		}})
		if len(r.Findings) != 1 || r.Findings[0].Verdict != Leak || len(r.Findings[0].With) != 1 {
			t.Errorf("got %+v, want one leak of the connections' two goroutines", r.Findings)
		}
	})
}

// What started a goroutine says nothing about memory that was allocated below it.
func TestMemoryHasNoGoStatement(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{goroutines: grows, heap: func(t float64) map[string]int64 { return map[string]int64{sessionStack: int64(t * (200 << 10))} }}
		seen, _ := watch(t, Options{}, f)
		run := &seen.Instances[0].Runs[0]
		run.Creators = map[string]Frame{"net/http.(*conn).serve": {Function: "main.run"}, "main.handle.func1": {Function: "main.start"}}
		for _, x := range Judge(seen).Findings {
			if got := x.Creator != nil; got != (x.Kind == Goroutines) {
				t.Errorf("%s of %s: got the go statement %v", x.Kind, x.Function, x.Creator)
			}
		}
	})
}

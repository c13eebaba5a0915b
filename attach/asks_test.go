package attach

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Nothing but the allowed endpoints is asked for, and answers take 1 % of the time at most.
func TestEndpointsAndIntervals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{goroutines: grows, heap: func(float64) map[string]int64 { return nil }, metrics: counted(10, func(float64) float64 { return 7 }), leaked: map[string]int64{}, takes: 20 * time.Millisecond}
		watch(t, Options{For: 10 * time.Minute, Targets: []Target{{URL: "service:6060", Metrics: "service:6060/metrics"}}}, f)
		counts := map[string]int{}
		var polls []time.Duration
		for _, a := range f.asked {
			counts[a.what]++
			if a.what == "/debug/pprof/goroutine" {
				polls = append(polls, a.at)
			}
		}
		want := []string{"/debug/pprof/goroutine", "/debug/pprof/goroutineleak", "/debug/pprof/heap", "/debug/pprof/trace?seconds=5", "/metrics"}
		if got := slices.Sorted(maps.Keys(counts)); !slices.Equal(got, want) {
			t.Errorf("asked for %q, want %q", got, want)
		}
		if counts["/debug/pprof/goroutineleak"] != 1 || counts["/debug/pprof/trace?seconds=5"] != 1 {
			t.Errorf("got %v, want one profile of leaked goroutines and one trace", counts)
		}
		for i := 1; i < len(polls); i++ {
			if d := polls[i] - polls[i-1]; d != shareOfGoroutines*f.takes {
				t.Fatalf("poll %d came %s after the one before, want %s: answers take 20 ms", i, d, shareOfGoroutines*f.takes)
			}
		}
		took := time.Duration(counts["/debug/pprof/goroutine"]+counts["/debug/pprof/heap"]+counts["/metrics"]) * f.takes
		if most := 10*time.Minute/100 + 3*f.takes; took > most {
			t.Errorf("the answers took %s of 10 min, want %s at most: 1 %%", took, most)
		}
	})
}

// Where nothing rises, nothing but the polls is asked for.
func TestNothingIsConfirmedWithoutARise(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{goroutines: func(float64) map[string]int64 { return map[string]int64{queueStack: 9} }, leaked: map[string]int64{}}
		watch(t, Options{}, f)
		for _, a := range f.asked {
			if a.what != "/debug/pprof/goroutine" && a.what != "/debug/pprof/heap" {
				t.Errorf("asked for %s, want goroutine and heap alone", a.what)
			}
		}
	})
}

func TestForeignSchedulersAreNotAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{leaked: map[string]int64{}, goroutines: func(t float64) map[string]int64 {
			all := grows(t)
			all["gvisor.dev/gvisor/pkg/sentry/kernel.(*Task).run /go/pkg/mod/gvisor.dev/gvisor@v0/task.go:3"] = 4
			return all
		}}
		_, r := watch(t, Options{}, f)
		for _, a := range f.asked {
			if strings.Contains(a.what, "goroutineleak") {
				t.Error("the profile of leaked goroutines was asked for, want none beside gVisor")
			}
		}
		if !slices.ContainsFunc(r.Instances[0].Problems, func(p string) bool { return strings.Contains(p, "gVisor") }) {
			t.Errorf("got the problems %q, want one that names gVisor", r.Instances[0].Problems)
		}
	})
}

// What is wrong with a service is one sentence, and what was seen is judged.
func TestTroubleIsOneSentence(t *testing.T) {
	whole := encoded("goroutine", "b", time.Unix(9, 0), map[string]int64{leakStack: 3})
	for name, tc := range map[string]struct {
		answer, want string
	}{
		"HTML":           {"<html>login</html>", "HTML"},
		"cut gzip":       {whole[:len(whole)/2], "cut short"},
		"another kind":   {encoded("heap", "b", time.Unix(9, 0), map[string]int64{sessionStack: 3}), "kind heap, want goroutine"},
		"text":           {"goroutine profile: total 7\n", "debug=1"},
		"nothing at all": {"", "0 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, r := watch(t, Options{}, &fake{answers: map[string]string{"/debug/pprof/goroutine": tc.answer}})
				if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], tc.want) || strings.Contains(r.Notes[0], "\n") || r.ExitCode() != 2 {
					t.Errorf("got the notes %q and exit code %d, want one sentence with %q, and 2", r.Notes, r.ExitCode(), tc.want)
				}
			})
		})
	}
}

func TestNotFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, r := watch(t, Options{Targets: []Target{{URL: "http://u:hunter2@service:1/x/y?token=hunter2"}}}, &fake{})
		if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "there is no net/http/pprof") || r.ExitCode() != 2 || strings.Contains(r.Notes[0], "hunter2") {
			t.Errorf("got %q, want one sentence that says what is missing, without the password", r.Notes)
		}
	})
}

// A service that stops answering: what was seen until then is reported.
func TestServiceThatStopsAnswering(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{goroutines: grows, refuse: func(t float64) error {
			if t > 245 {
				return errors.New("connection refused")
			}
			return nil
		}}
		seen, r := watch(t, Options{For: 20 * time.Minute}, f)
		if len(r.Findings) != 1 || r.Findings[0].Verdict != Leak || r.ExitCode() != 1 {
			t.Errorf("got %+v, want the leak that was seen before", r.Findings)
		}
		if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "stopped answering after 4m") || seen.Took > 6*time.Minute {
			t.Errorf("got the notes %q after %s, want one about the time, within 6m", r.Notes, seen.Took)
		}
	})
}

// A service that hangs is given up too.
func TestServiceThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, r := watch(t, Options{}, &fake{goroutines: grows, takes: time.Hour})
		if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "no answer within 15s") || r.ExitCode() != 2 {
			t.Errorf("got %q, want one sentence about the time", r.Notes)
		}
	})
}

func TestInterruptedWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
		defer cancel()
		o := Options{Transport: &fake{goroutines: grows, began: time.Now()}, Targets: []Target{{URL: "service:1"}}}
		seen, err := Watch(ctx, o, nil)
		if r := Judge(seen); err != nil || seen.Partial != "interrupted" || len(r.Findings) != 1 || r.ExitCode() != 2 {
			t.Errorf("got %+v, %v and %+v, want a partial watch with a suspicion", seen.Partial, err, r.Findings)
		}
	})
}

func TestWrongOptions(t *testing.T) {
	for _, url := range []string{"ftp://x", "http://", "http://u:hunter2@[::1"} {
		if _, err := Watch(t.Context(), Options{Targets: []Target{{URL: url}}}, nil); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v, want an error without the password", url, err)
		}
	}
	if _, err := Watch(t.Context(), Options{}, nil); err == nil {
		t.Error("got no error without targets")
	}
}

package attach

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// at is a stack of the user's own code below a handler.
func at(function string) string {
	return "runtime.gopark /go/src/runtime/proc.go:1;main." + function + " /srv/" + function + ".go:7"
}

const upstreamStack = "runtime.selectgo /go/src/runtime/select.go:3;net/http.(*persistConn).roundTrip /go/src/net/http/transport.go:2;main.upstream /srv/upstream.go:7"

// toy is a service at 60 requests a second with six faults beside innocents.
func toy() *fake {
	return &fake{
		goroutines: func(t float64) map[string]int64 {
			upstream := int64(t)
			all := map[string]int64{
				at("blockedSend"): int64(10 * t), at("oneInFifty"): int64(t * 50 / 50), upstreamStack: upstream,
				readStack: upstream + 3, writeStack: upstream + 3,
				// A pool that warms up and stops, bursts, long polls, and a cron job.
				at("pool"): int64(math.Min(5*t, 400)), at("burst"): int64(20 + 30*math.Abs(math.Sin(t*3))),
				at("longPoll"): 30 + int64(10*math.Sin(t/9)), pollerStack: 1, "": 2,
			}
			if math.Mod(t, 60) < 5 {
				all[at("cron")] = 100
			}
			return all
		},
		heap: func(t float64) map[string]int64 {
			return map[string]int64{
				"runtime.mallocgc /go/src/runtime/malloc.go:1;main.(*sessions).add /srv/sessions.go:44": int64(160 * 1024 * t),
				"main.buffer /srv/buffer.go:4":      int64(8<<20 + 4e6*math.Abs(math.Sin(t))),
				"main.(*cache).put /srv/cache.go:9": int64(64 << 20 * (1 - math.Exp(-t/20))),
			}
		},
		metrics: counted(60, func(t float64) float64 { return 40 + 2*t + 5*math.Abs(math.Sin(t)) }),
		leaked:  map[string]int64{at("blockedSend"): 2400, at("oneInFifty"): 240},
	}
}

// Each fault is found with its slope within 5 %, and no innocent is accused.
func TestSixFaultsBesideInnocents(t *testing.T) {
	for _, d := range []time.Duration{4 * time.Minute, 8 * time.Minute} {
		t.Run(fmt.Sprint(d), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, r := watch(t, Options{For: d, Targets: []Target{{URL: "service:6060", Metrics: "service:6060/metrics"}}}, toy())
				slopes := map[string]float64{"main.blockedSend": 10, "main.oneInFifty": 1, "main.upstream": 1, "main.(*sessions).add": 160 * 1024, "open descriptors of the process": 2}
				for _, f := range r.Findings {
					want, planted := slopes[f.Function]
					if !planted {
						t.Errorf("%s is accused (%s): it is innocent", f.Function, f.Verdict)
						continue
					}
					delete(slopes, f.Function)
					if f.Verdict != Leak || math.Abs(f.PerSecond/want-1) > 0.05 {
						t.Errorf("%s: got %s, %.3f a second, want a leak of %.3f within 5 %%", f.Function, f.Verdict, f.PerSecond, want)
					}
					if proven := f.Function == "main.blockedSend" || f.Function == "main.oneInFifty"; proven != (f.Proven > 0) {
						t.Errorf("%s: got %d proven", f.Function, f.Proven)
					}
					if f.Function == "main.upstream" && !strings.Contains(strings.Join(f.With, " "), "readLoop") {
						t.Errorf("upstream: got %q together with it, want the goroutines of the connection", f.With)
					}
				}
				for name := range slopes {
					t.Errorf("%s was not found", name)
				}
			})
		})
	}
}

package bench

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sizes are the numbers of agents. A call of a million takes a second, so only
// BENCH_AGENTS=1000000 asks for it; use it with -benchtime=1x.
func sizes(b *testing.B) []int {
	list := os.Getenv("BENCH_AGENTS")
	if list == "" {
		return []int{5, 100, 10_000}
	}
	var out []int
	for s := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			b.Fatalf("BENCH_AGENTS: got %q, want numbers of agents, as in 5,1000000", list)
		}
		out = append(out, n)
	}
	return out
}

func run(b *testing.B, r Rounds) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r(1); err != nil {
			b.Fatal(err)
		}
	}
}

func runSubject(b *testing.B, s Subject, j Job) {
	b.Run(fmt.Sprintf("executor=%s/job=%s/agents=%d", s.Name, j.Name, len(j.Agents)), func(b *testing.B) {
		r, closeSubject, err := s.Rounds(j)
		if err != nil {
			b.Fatal(err)
		}
		defer closeSubject()
		run(b, r)
	})
}

func BenchmarkFloor(b *testing.B) {
	for _, n := range sizes(b) {
		for _, j := range []Job{Instant(n), Touching(n)} {
			b.Run(fmt.Sprintf("job=%s/agents=%d", j.Name, n), func(b *testing.B) { run(b, Floor(j)) })
		}
	}
}

func BenchmarkExecutors(b *testing.B) {
	for _, s := range Subjects() {
		for _, n := range sizes(b) {
			runSubject(b, s, Instant(n))
			runSubject(b, s, Touching(n))
		}
	}
}

func BenchmarkHTTP(b *testing.B) {
	for _, n := range []int{5, 100} {
		j, closeServer := Loopback(n)
		b.Run(fmt.Sprintf("executor=floor/job=http/agents=%d", n), func(b *testing.B) { run(b, Floor(j)) })
		for _, s := range Subjects() {
			runSubject(b, s, j)
		}
		closeServer()
	}
}

// BenchmarkCancel reports ns/cancel: from the caller's cancellation to the return.
func BenchmarkCancel(b *testing.B) {
	for _, s := range Subjects() {
		for _, n := range []int{5, 100, 10_000} {
			b.Run(fmt.Sprintf("executor=%s/agents=%d", s.Name, n), func(b *testing.B) {
				r, closeSubject, err := s.CancelRounds(n)
				if err != nil {
					b.Fatal(err)
				}
				defer closeSubject()
				var total time.Duration
				for b.Loop() {
					took, err := r(1)
					if err != nil {
						b.Fatal(err)
					}
					total += took
				}
				b.ReportMetric(float64(total)/float64(b.N), "ns/cancel")
			})
		}
	}
}

// BenchmarkOvershoot reports how long after their bound calls return whose agents
// ignore their context, 100 at the same time. Run it with -race too.
func BenchmarkOvershoot(b *testing.B) {
	for b.Loop() {
		o, err := MeasureOvershoot(100, 10)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(o.P50)/1e6, "p50-ms")
		b.ReportMetric(float64(o.P99)/1e6, "p99-ms")
		b.ReportMetric(float64(o.Max)/1e6, "max-ms")
		b.ReportMetric(float64(o.TimerP99)/1e6, "timer-p99-ms")
	}
}

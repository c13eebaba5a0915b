package bench

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sizes are the numbers of agents; a million takes a second a call and is run
// by the table, which bounds it in time, and where BENCH_AGENTS asks for it.
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

func run(b *testing.B, r Round) {
	b.ReportAllocs()
	for b.Loop() {
		if err := r(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFloor(b *testing.B) {
	for _, n := range sizes(b) {
		b.Run(fmt.Sprintf("job=instant/agents=%d", n), func(b *testing.B) { run(b, Floor(Instant(n))) })
		b.Run(fmt.Sprintf("job=context/agents=%d", n), func(b *testing.B) { run(b, Floor(Touching(n))) })
	}
}

func BenchmarkExecutors(b *testing.B) {
	for _, s := range Subjects() {
		for _, n := range sizes(b) {
			for _, j := range []Job{Instant(n), Touching(n)} {
				b.Run(fmt.Sprintf("executor=%s/job=%s/agents=%d", s.Name, j.Name, n), func(b *testing.B) {
					r, err := s.Round(j)
					if err != nil {
						b.Fatal(err)
					}
					run(b, r)
				})
			}
		}
	}
}

func TestRatiosTmp(t *testing.T) {
	for _, s := range Subjects() {
		if f := os.Getenv("SUBJ"); f != "" && !strings.Contains(","+f+",", ","+s.Name+",") {
			continue
		}
		for _, ns := range strings.Split(os.Getenv("KS"), ",") {
			n, _ := strconv.Atoi(ns)
			j := Instant(n)
			r, _ := s.Round(j)
			p, err := Interleave(Floor(j), r, Plan{})
			if err != nil {
				t.Fatal(err)
			}
			x := p.Ratio()
			t.Logf("%s %d: %v floor %.0f subject %.0f", s.Name, n, x, x.Floor, x.Subject)
		}
	}
}

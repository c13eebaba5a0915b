package main

import (
	"fmt"
	"testing"

	"github.com/watertight-go/watertight/bench"
)

// BenchmarkPeers prints what benchstat reads, on the jobs of package bench.
func BenchmarkPeers(b *testing.B) {
	for _, s := range peers() {
		for _, n := range []int{5, 100, 10_000} {
			for _, j := range []bench.Job{bench.Instant(n), bench.Touching(n)} {
				b.Run(fmt.Sprintf("executor=%s/job=%s/agents=%d", s.Name, j.Name, n), func(b *testing.B) {
					rounds, closeSubject, err := s.Rounds(j)
					if err != nil {
						b.Fatal(err)
					}
					defer closeSubject()
					b.ReportAllocs()
					for b.Loop() {
						if _, err := rounds(1); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}

package stack

import (
	"bytes"
	"fmt"
	"testing"
)

// many is a dump of goroutines that differ in their arguments.
func many() []byte {
	var b bytes.Buffer
	for i := range 10_000 {
		fmt.Fprintf(&b, "goroutine %d [chan receive (leaked)] {test: \"one\"}:\nmain.plant.func1(%#x)\n\t/src/main/plant.go:60 +0x3b\ncreated by main.plant in goroutine 7\n\t/src/main/plant.go:58 +0x8c\n\n", 100+i, 0xc000010000+64*i)
	}
	return b.Bytes()
}

// BenchmarkBody tells goroutines at one place from others, by the pattern of the
// first one and by the digest of each.
func BenchmarkBody(b *testing.B) {
	var bodies [][]byte
	for r := range Records(many()) {
		bodies = append(bodies, r.Body)
	}
	b.Run("pattern", func(b *testing.B) {
		p := NewPattern(bodies[0])
		for b.Loop() {
			for _, body := range bodies {
				if !p.Matches(body) {
					b.Fatal("no match")
				}
			}
		}
	})
	b.Run("digest", func(b *testing.B) {
		want := digest(bodies[0])
		for b.Loop() {
			for _, body := range bodies {
				if digest(body) != want {
					b.Fatal("another digest")
				}
			}
		}
	})
}

// BenchmarkSearch goes through a dump for what is not in it, from the rarest byte
// on and from the first.
func BenchmarkSearch(b *testing.B) {
	dump, text := many(), []byte("testing.tRunner(")
	b.Run("rarest", func(b *testing.B) {
		for b.Loop() {
			if newSearch(dump, text).index(dump) >= 0 {
				b.Fatal("found")
			}
		}
	})
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			if bytes.Contains(dump, text) {
				b.Fatal("found")
			}
		}
	})
}

package stack

import (
	"hash/maphash"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"
)

func TestDigest(t *testing.T) {
	one := "a.(*T).b(0x1, {0x2})\n\t/a.go:1 +0x1\n...3 frames elided...\ncreated by a.c in goroutine 7\n\t/a.go:9 +0x2\n"
	same := strings.NewReplacer("0x2}", "0x3?}", "goroutine 7", "goroutine 81", "+0x1", "+0x1d fp=0x1").Replace(one)
	require.Equal(t, digest([]byte(one)), digest([]byte(same)))
	for _, other := range []string{"b(", "a.go:1", "a.c", "a.go:9", ":1", "3 frames"} {
		next := strings.Replace(one, other, other[:1]+"1"+other[1:], 1)
		require.NotEqual(t, digest([]byte(one)), digest([]byte(next)), other)
	}
	require.Equal(t, uint64(7), Creator([]byte(one)))
}

// TestDigestOfDumps: the groups that the digest makes of real dumps are those
// of the shapes.
func TestDigestOfDumps(t *testing.T) {
	digests, shapes := map[uint64]Trace{}, []Trace{}
	for _, dump := range dumps(t) {
		for r := range Records(dump) {
			shape := ParseBody(r.Body).Shape()
			if before, ok := digests[digest(r.Body)]; ok {
				require.Equal(t, before, shape)
				continue
			}
			digests[digest(r.Body)] = shape
			require.False(t, slices.ContainsFunc(shapes, func(s Trace) bool { return reflect.DeepEqual(s, shape) }), "%+v", shape)
			shapes = append(shapes, shape)
		}
	}
	require.Greater(t, len(shapes), 50)
}

// TestPattern: see TestDigest for what has the same digest.
func TestPattern(t *testing.T) {
	body := "a.(*T).b(0x1, {0x2, ...})\n\t/a.go:1 +0x1\nmain.f(...)\n\t/m.go:2 +0x9\ncreated by a.c in goroutine 7\n\t/a.go:9 +0x2\n"
	p := NewPattern([]byte(body))
	for _, c := range []struct {
		old, new string
		want     bool
	}{
		{"", "", true},
		{"0x1, {0x2, ...}", "", true},
		{"0x1, {0x2, ...}", "0xc000123?", true},
		{"0x1, {0x2, ...}", "0x1)\nx.y(", false},
		{"0x1, {0x2, ...}", "0x1\n0x2", false},
		{"0x1, {0x2, ...}", "0x1(0x2", false},
		{"in goroutine 7", "in goroutine 1234567", true},
		{"in goroutine 7", "in goroutine 18446744073709551616", false},
		{"in goroutine 7", "in goroutine ", false},
		{"in goroutine 7", "in goroutine 7a", false},
		{"b(", "d(", false},
		{"a.go:1", "a.go:2", false},
		{"+0x9", "+0xa", false},
		{"\t/a.go:9 +0x2\n", "", false},
		{"+0x2\n", "+0x2\nmore\n", false},
	} {
		if got := p.Matches([]byte(strings.Replace(body, c.old, c.new, 1))); got != c.want {
			t.Errorf("with %q in place of %q: matches is %v, want %v", c.new, c.old, got, c.want)
		}
	}
	if !NewPattern(nil).Matches(nil) || NewPattern(nil).Matches([]byte("a")) {
		t.Error("the pattern of nothing must match nothing alone")
	}
}

// TestPatternOfDumps: goroutines of a dump that share a shape match each other's
// pattern, or the pattern is of no use.
func TestPatternOfDumps(t *testing.T) {
	same, matched := 0, 0
	for _, dump := range dumps(t) {
		all := slices.Collect(Records(dump))
		for i, r := range all {
			p := NewPattern(r.Body)
			for _, next := range all[i+1:] {
				if digest(r.Body) != digest(next.Body) {
					if p.Matches(next.Body) {
						t.Errorf("the pattern of\n%s\nmatches\n%s", r.Body, next.Body)
					}
					continue
				}
				same++
				if p.Matches(next.Body) {
					matched++
				}
			}
		}
	}
	if same == 0 || matched < same*3/4 {
		t.Errorf("got %d matches of %d pairs with the same digest, want three quarters at least", matched, same)
	}
	t.Logf("%d of %d", matched, same)
}

func digest(body []byte) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	Digest(&h, body)
	return h.Sum64()
}

var seed = maphash.MakeSeed()

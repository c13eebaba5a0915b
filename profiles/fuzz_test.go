package profiles

import (
	"bytes"
	"runtime/pprof"
	"testing"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/require"
)

// FuzzParse checks that no data causes a panic, and that a profile that is accepted
// can be summed up, compared with itself and read again.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"goroutine", "threadcreate", "mutex"} {
		var buf bytes.Buffer
		require.NoError(f, pprof.Lookup(name).WriteTo(&buf, 0))
		data, err := inflate(buf.Bytes())
		require.NoError(f, err)
		f.Add(buf.Bytes())
		f.Add(data)
	}
	small := sampleOf(f, &profile.Profile{
		SampleType: []*profile.ValueType{{Type: "goroutine", Unit: "count"}},
		PeriodType: &profile.ValueType{Type: "goroutine", Unit: "count"},
		Mapping:    []*profile.Mapping{{ID: 1, Limit: 9, File: "/bin/x"}},
	}, stack{value: 3, agent: "a", functions: []string{"x.leaf", "x.root"}})
	f.Add(small.encoded)
	f.Add(raw(f, small))
	f.Add([]byte(nil))
	f.Add([]byte("goroutine profile: total 1\n1 @ 0x1\n"))
	f.Add([]byte("\x0a\x00\x32\x00"))
	f.Add([]byte{0x1f, 0x8b})
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Parse(data)
		if err != nil {
			require.Nil(t, p)
			require.ErrorContains(t, err, wanted)
			return
		}
		p.Kind()
		p.ByLabel("agent")
		require.Equal(t, p.Top(0), p.Top(0))
		again, err := Parse(p.encoded)
		require.NoError(t, err)
		require.Equal(t, p.Top(0), again.Top(0))
		diff, err := Diff(p, again)
		require.NoError(t, err)
		require.Empty(t, diff.proto.Sample)
		require.Equal(t, p.Kind(), diff.Kind())
		requireTree(t, p)
		changes, err := Compare(p, again, 0)
		require.NoError(t, err)
		for _, c := range changes {
			require.Equal(t, c.FlatBefore, c.FlatAfter)
			require.Equal(t, c.CumBefore, c.CumAfter)
		}
	})
}

// requireTree checks that a tree, pruned or not, is well formed and adds up to the
// sum of all samples with a stack.
func requireTree(t *testing.T, p *Profile) {
	types, i := p.Types()
	var want int64
	for _, s := range p.proto.Sample {
		if len(frames(s)) > 0 {
			want += s.Value[i]
		}
	}
	whole := p.Tree()
	for _, tree := range [][]Node{whole, Prune(whole, i, 0.1), Prune(whole, i, 2)} {
		depth, sum := -1, int64(0)
		for _, n := range tree {
			require.LessOrEqual(t, n.Depth, depth+1)
			require.GreaterOrEqual(t, n.Depth, 0)
			require.Len(t, n.Self, len(types))
			depth, sum = n.Depth, sum+n.Self[i]
		}
		require.Equal(t, want, sum)
	}
}

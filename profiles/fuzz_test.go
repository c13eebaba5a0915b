package profiles

import (
	"bytes"
	"runtime/pprof"
	"testing"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/require"
)

// FuzzParse holds that no data panics, and that what is accepted can be summed
// up, compared with itself and read again.
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
	})
}

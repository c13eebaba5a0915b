package launch

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A binary hangs when its time-out is over, and what the go command and a search grant it.
// What checks have waited for does not count.
func TestHangs(t *testing.T) {
	const second = time.Second
	for name, tt := range map[string]struct {
		timeout, settle, after time.Duration
		records                string
		want                   bool
	}{
		"in time":             {timeout: 3 * second, settle: second, after: 10 * second},
		"too long":            {timeout: 3 * second, settle: second, after: 11 * second, want: true},
		"checks have waited":  {timeout: 3 * second, settle: second, after: 11 * second, records: `{"pausedNs":1000000000}`},
		"and then too long":   {timeout: 3 * second, settle: second, after: 12 * second, records: `{"pausedNs":1000000000}`, want: true},
		"a long time-out":     {timeout: time.Hour, after: 60 * time.Minute},
		"and more by minutes": {timeout: time.Hour, after: 61 * time.Minute, want: true},
		"no time-out":         {after: 1000 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			w := Watch{Dir: t.TempDir(), Timeout: tt.timeout, Settle: tt.settle}
			file, began := Records(w.Dir, "key"), time.Now()
			require.NoError(t, os.WriteFile(file, []byte(tt.records+"\n"), 0o600))
			require.Equal(t, tt.want, w.hangs(&watched{began: began}, file, began.Add(tt.after+time.Millisecond)))
		})
	}
}

// Where the package of a binary that hangs has ended meanwhile, it is not waited for.
func TestEnd(t *testing.T) {
	w := Watch{Dir: t.TempDir(), Timeout: time.Second}
	w.Begin("key", "example.com/x", w.Dir)
	require.True(t, w.inspect(time.Now()))
	require.False(t, w.End("key"))
	require.False(t, w.End("key"))
	w.Begin("key", "example.com/x", w.Dir)
	require.True(t, w.inspect(time.Now().Add(time.Minute)))
	require.False(t, w.inspect(time.Now().Add(time.Minute)), "there is no such process")
	require.True(t, w.End("key"))
	require.True(t, w.inspect(time.Now().Add(time.Hour)))
}

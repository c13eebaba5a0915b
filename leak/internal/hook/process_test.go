package hook

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/require"
)

// The user's GOTMPDIR is there again, in the process that the go command has started and
// in no other one.
func TestTake(t *testing.T) {
	require.Equal(t, (*Config)(nil), take())
	const ours = "-dir=ours\x1f-gotmpdir=users\x1f"
	for _, tt := range []struct{ config, before, after string }{
		{"-no", "ours", "ours"},
		{ours, "ours", "users"},
		{"-dir=ours\x1f", "ours", ""},
		{ours, "other", "other"},
		{"-records=r\x1f", "", ""},
	} {
		t.Setenv(Env, tt.config)
		t.Setenv("GOTMPDIR", tt.before)
		require.Equal(t, tt.config != "-no", take() != nil)
		require.Equal(t, tt.after, os.Getenv("GOTMPDIR"))
	}
}

// A configuration is read as it was written, and one with a flag that is not known is not.
func TestReadConfig(t *testing.T) {
	c, err := readConfig("-dir=a b\x1f-gotmpdir=-x\n=\x1f-parent=7\x1f-settle=1.5s\x1f-timeout=10m0s\x1f-defect=false\x1f-allocations=true\x1f-rounds=8\x1f-roundtime=30s\x1f-records=r\x1f")
	require.NoError(t, err)
	require.Equal(t, &Config{Dir: "a b", GoTmpDir: "-x\n=", Records: "r", Parent: 7, Settle: 1500 * time.Millisecond,
		Timeout: 10 * time.Minute, Allocations: true, Rounds: RoundsConfig{8, 30 * time.Second}}, c)
	_, err = readConfig("-parent=many\x1f")
	require.Equal(t, true, err != nil)
}

// A binary has a second name, also where it must be copied.
func TestKeep(t *testing.T) {
	dir := t.TempDir()
	from := filepath.Join(dir, "from")
	text := make([]byte, 3<<20+7)
	text[len(text)-1] = 1
	require.NoError(t, os.WriteFile(from, text, 0o755))
	keep(from, filepath.Join(dir, "linked"))
	require.NoError(t, copyFile(from, filepath.Join(dir, "copied")))
	keep(filepath.Join(dir, "none"), filepath.Join(dir, "linked")) // a file that is there stays
	require.Equal(t, true, copyFile(from, filepath.Join(dir, "copied")) != nil)
	require.Equal(t, true, copyFile(dir, filepath.Join(dir, "of a folder")) != nil)
	for _, name := range []string{"linked", "copied"} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, true, string(got) == string(text))
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, "-rwxr-xr-x", info.Mode().String())
	}
	_, err := os.Stat(filepath.Join(dir, "of a folder"))
	require.Equal(t, true, os.IsNotExist(err))
}

// The file of records begins with the description of the process that the go command has
// started, whether a child came first, or the process has replaced its program by itself.
// A child leaves the file alone.
func TestEnter(t *testing.T) {
	me := os.Getpid()
	for name, tt := range map[string]struct {
		before  string
		entered bool
		first   int
	}{
		"the first":                   {"", true, me},
		"a child came before":         {fmt.Sprintf(`{"id":7,"parent":%d}`+"\n{}\n", me), true, me},
		"replaced by itself":          {fmt.Sprintf(`{"id":%d,"parent":1}`+"\n{}\n", me), true, me},
		"a child":                     {`{"id":7,"parent":1}` + "\n{}\n", false, 7},
		"a child of one without room": {"{", false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := Config{Dir: t.TempDir()}
			file := filepath.Join(c.Dir, "key.records")
			if tt.before != "" {
				require.NoError(t, os.WriteFile(file, []byte(tt.before), 0o600))
			}
			require.Equal(t, tt.entered, c.enter("key"))
			p := readProcess(file)
			if tt.first == 0 {
				require.Equal(t, (*Process)(nil), p)
				return
			}
			require.Equal(t, tt.first, p.ID)
			_, err := os.Stat(filepath.Join(c.Dir, "key.test"))
			require.Equal(t, tt.entered && tt.before == "" || name == "a child came before", err == nil)
		})
	}
}

// The time that checks wait is counted while others wait still.
func TestClockWhileOthersWait(t *testing.T) {
	c := newClock(time.Minute, nil)
	defer c.stop()
	c.begin("A")
	c.begin("B")
	c.pause()
	c.pause()
	c.since = c.since.Add(-time.Hour)
	require.Equal(t, true, c.end("A") >= time.Hour)
	c.since = c.since.Add(-time.Hour)
	paused := c.end("B")
	require.Equal(t, true, paused >= 2*time.Hour && paused < 3*time.Hour)
}

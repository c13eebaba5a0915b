package hook

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"
)

// The configuration is taken away, so that no process of a test has it.
func TestTake(t *testing.T) {
	require.Equal(t, (*Config)(nil), take())
	for text, want := range map[string]*Config{"{": nil, `{"dir":"d"}`: {Dir: "d"}} {
		t.Setenv(Env, text)
		require.Equal(t, want, take())
		_, ok := os.LookupEnv(Env)
		require.Equal(t, false, ok)
	}
}

// A selection of tests lets the last example run as well.
func TestWithLast(t *testing.T) {
	require.Equal(t, []string{"x.test", "-test.run=A|B|^ExampleWatertightLast$", "-test.v", "-test.run"},
		withLast([]string{"x.test", "-test.run=A|B", "-test.v", "-test.run"}))
}

// A binary has a second name, also where it must be copied.
func TestKeep(t *testing.T) {
	dir := t.TempDir()
	from := filepath.Join(dir, "from")
	text := make([]byte, 3<<20+7)
	text[len(text)-1] = 1
	require.NoError(t, os.WriteFile(from, text, 0o755))
	require.Equal(t, true, keep(from, filepath.Join(dir, "linked")))
	require.NoError(t, copyFile(from, filepath.Join(dir, "copied")))
	require.Equal(t, false, keep(from, filepath.Join(dir, "copied"))) // not over a file that is there
	for _, name := range []string{"linked", "copied"} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, true, string(got) == string(text))
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, "-rwxr-xr-x", info.Mode().String())
	}
}

// The file of records begins with the process's description. A second process, which has
// the same configuration, leaves it alone.
func TestEnter(t *testing.T) {
	defer func(args []string) { os.Args = args }(os.Args)
	c := Config{Dir: t.TempDir(), GoTmpDir: "users"}
	t.Setenv("GOTMPDIR", "ours")
	require.Equal(t, true, c.enter("key"))
	require.Equal(t, "users", os.Getenv("GOTMPDIR"))
	text, err := os.ReadFile(filepath.Join(c.Dir, "key.records"))
	require.NoError(t, err)
	var p Process
	require.NoError(t, json.Unmarshal(text, &p))
	require.Equal(t, os.Getpid(), p.ID)
	require.Equal(t, filepath.Join(c.Dir, "key.test"), p.Program)
	_, err = os.Stat(p.Program)
	require.NoError(t, err)
	second := Config{Dir: c.Dir}
	require.Equal(t, false, second.enter("key"))
	require.Equal(t, "users", os.Getenv("GOTMPDIR"))
}

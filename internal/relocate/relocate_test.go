package relocate

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPaths(t *testing.T) {
	type value struct {
		Dir, Stack string
		Files      []string
	}
	in := value{"/tmp/a", "m.go\n\t/tmp/a/m.go:7 +0x1", []string{"/tmp/a/x", "/tmp/ab/x", "/tmp"}}
	got, err := Paths(in, "/tmp/a", "/home/u")
	require.NoError(t, err)
	// A path is replaced as a whole only.
	require.Equal(t, value{"/home/u", "m.go\n\t/home/u/m.go:7 +0x1", []string{"/home/u/x", "/tmp/ab/x", "/tmp"}}, got)
	for _, same := range [][2]string{{"", "/x"}, {"/tmp/a", ""}, {"/tmp/a", "/tmp/a"}} {
		got, err := Paths(in, same[0], same[1])
		require.NoError(t, err)
		require.Equal(t, in, got)
	}
}

// Windows paths are escaped in JSON.
func TestPathsOfWindows(t *testing.T) {
	got, err := Paths([]string{`C:\a\x.go`, `C:\ab`}, `C:\a`, `D:\b`)
	require.NoError(t, err)
	require.Equal(t, []string{`D:\b\x.go`, `C:\ab`}, got)
}

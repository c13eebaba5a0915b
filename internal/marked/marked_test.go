package marked

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReplace(t *testing.T) {
	const document = "before\n<!-- x: begin (by hand) -->\nold\n<!-- x: end -->\nafter\n"
	got, err := Replace(document, "x", "new\n")
	require.NoError(t, err)
	require.Equal(t, "before\n<!-- x: begin (by hand) -->\nnew\n<!-- x: end -->\nafter\n", got)
	again, err := Replace(got, "x", "new\n")
	require.NoError(t, err)
	require.Equal(t, got, again)
	for _, bad := range []string{"", "no marks", "<!-- x: begin -->", "<!-- x: end -->\n<!-- x: begin -->\n", "<!-- y: begin -->\n<!-- y: end -->"} {
		_, err := Replace(bad, "x", "new\n")
		require.ErrorContains(t, err, "got no lines", bad)
	}
}

func TestReplaceFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.md")
	require.ErrorContains(t, ReplaceFile(file, "x", "new\n"), "marked: open")
	require.NoError(t, os.WriteFile(file, []byte("nothing"), 0o600))
	require.ErrorContains(t, ReplaceFile(file, "x", "new\n"), file)
	require.NoError(t, os.WriteFile(file, []byte("<!-- x: begin -->\n<!-- x: end -->\n"), 0o600))
	require.NoError(t, ReplaceFile(file, "x", "new\n"))
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "<!-- x: begin -->\nnew\n<!-- x: end -->\n", string(data))
}

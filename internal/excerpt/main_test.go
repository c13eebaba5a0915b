package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExcerptIsWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.md")
	require.NoError(t, os.WriteFile(file, []byte("<!-- excerpt: begin -->\nold\n<!-- excerpt: end -->\n"), 0o600))
	var said bytes.Buffer
	require.Zero(t, run([]string{"-until", "third", file}, strings.NewReader("first\n\nsecond\n\nthird\nfourth\n"), &said), said.String())
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "<!-- excerpt: begin -->\n```\nfirst\n\nsecond\n```\n<!-- excerpt: end -->\n", string(data))
	require.Zero(t, run([]string{file}, strings.NewReader("first\nthird\n"), &said), said.String())
	data, err = os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(data), "first\nthird\n")
}

func TestBadUse(t *testing.T) {
	var said bytes.Buffer
	require.Equal(t, 2, run(nil, strings.NewReader(""), &said))
	require.Contains(t, said.String(), "got 0 arguments, want the document")
	require.Equal(t, 2, run([]string{"-no-such-flag"}, strings.NewReader(""), &said))
	require.Equal(t, 1, run([]string{filepath.Join(t.TempDir(), "none.md")}, strings.NewReader(""), &said))
	require.Contains(t, said.String(), "excerpt: marked: open")
}

package frameworks

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDocs: the examples of docs/frameworks.md are lines of the suites.
func TestDocs(t *testing.T) {
	files, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	var sources string
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		sources += unindented(string(text))
	}
	document, err := os.ReadFile(filepath.Join("..", "..", "docs", "frameworks.md"))
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```golang\n(.*?)```").FindAllStringSubmatch(string(document), -1)
	require.NotEmpty(t, blocks)
	for _, b := range blocks {
		require.Contains(t, sources, unindented(b[1]))
	}
}

// unindented is text with no blanks at the start of its lines.
func unindented(text string) string {
	return regexp.MustCompile(`(?m)^[\t ]+`).ReplaceAllString(strings.TrimLeft(text, "\n"), "")
}

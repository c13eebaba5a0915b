package text

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/reports/internal/fixtures"
)

func TestGolden(t *testing.T) {
	for name, r := range fixtures.All() {
		golden(t, name+".txt", terminalText(t, r, Options{File: "reports/latest/report.json"}))
		golden(t, name+".md", markdownText(t, r))
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), got, "%s: go test ./reports/text -run TestGolden -update rewrites it", path)
}

var update = flag.Bool("update", false, "rewrite the golden files")

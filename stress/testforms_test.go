package stress

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/suite"
)

// storedTests is a stored result of stress test: two versions, with a place of every
// verdict.
var storedTests = filepath.Join("..", "suite", "forms", "testdata", "compared.json")

// A stored result of tests is shown in any form, with the exit code of its run.
func TestReportShowsTests(t *testing.T) {
	for format, says := range map[string]string{
		"terminal": "NEW leak.go:7", "markdown": "# Watertight\n", "html": "<!doctype html>", "json": `"schema": "watertight.tests/1"`,
		"junit": "<testsuites", "sarif": `"version": "2.1.0"`, "annotations": "::error file=sub/leak.go,line=7",
	} {
		code, stdout, stderr := runCommand(t, "report", "-format", format, storedTests)
		require.Equal(t, ExitBroken, code, stderr)
		require.Contains(t, stdout, says, format)
	}
	code, _, stderr := runCommand(t, "report", "-format", "xml", storedTests)
	require.Equal(t, ExitTrouble, code)
	require.Contains(t, stderr, "-format")
}

// What cannot be right is refused before any test runs.
func TestTestRefuses(t *testing.T) {
	strange := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(strange, "thesis.txt"), []byte("x"), 0o600))
	for says, args := range map[string][]string{
		"-format":                     {"-format", "xml"},
		`-shard: got "3/2", want I/N`: {"-shard", "3/2"},
		"which holds thesis.txt":      {"-o", strange},
		"-color":                      {"-color", "sometimes"},
	} {
		code, stdout, stderr := runCommand(t, append([]string{"test"}, args...)...)
		require.Equal(t, ExitTrouble, code)
		require.Contains(t, stderr, says)
		require.Empty(t, stdout)
	}
}

// Shards of stress test and of stress run are joined by one command, and not with each
// other.
func TestMergeJoinsTests(t *testing.T) {
	whole, err := suite.Load(storedTests)
	require.NoError(t, err)
	dir := t.TempDir()
	out := filepath.Join(dir, "joined")
	store := func(name, shard string, r suite.Result) string {
		r.Setup.Shard = shard
		if shard != "1/2" {
			r.After.Runs = []suite.Observation{{}, {}}
			before := *r.Before
			before.Runs, r.Before, r.Sites = []suite.Observation{{}}, &before, nil
		}
		f, err := os.Create(filepath.Join(dir, name))
		require.NoError(t, err)
		require.NoError(t, r.Encode(f))
		require.NoError(t, f.Close())
		return f.Name()
	}
	first, second := store("a.json", "1/2", whole), store("b.json", "2/2", whole)
	code, stdout, stderr := runCommand(t, "merge", "-o", out, second, first)
	require.Equal(t, ExitBroken, code, stderr)
	require.Contains(t, stdout, "NEW leak.go:7")
	for _, name := range []string{"report.json", "report.md", "report.html", "junit.xml", "report.sarif"} {
		require.FileExists(t, filepath.Join(out, name))
	}
	code, stdout, _ = runCommand(t, "merge", "-o", out, first)
	require.Equal(t, ExitTrouble, code)
	require.Contains(t, stdout, "missing: shard 2/2")
	code, _, stderr = runCommand(t, "merge", "-o", out, first, filepath.Join("..", "reports", "baseline.json"))
	require.Equal(t, ExitTrouble, code)
	require.Contains(t, stderr, "baseline.json")
}

package engine

import (
	"bytes"
	"flag"
	"go/build/constraint"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write leak.txtar anew")

// The archive holds the sources of package leak as they are.
func TestArchive(t *testing.T) {
	want := pack(t, filepath.Join("..", "..", "..", "leak"))
	if *update {
		require.NoError(t, os.WriteFile("leak.txtar", want, 0o644))
		return
	}
	require.True(t, bytes.Equal(want, archive), "leak.txtar is not what the sources are: run make generate")
}

// pack archives the Go files of a folder that are no tests.
func pack(t *testing.T, root string) []byte {
	var a txtar.Archive
	err := filepath.WalkDir(root, func(name string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if rel != "." && isModule(name) || d.Name() == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(name)
		a.Files = append(a.Files, txtar.File{Name: filepath.ToSlash(rel), Data: lift(text)})
		return err
	})
	require.NoError(t, err)
	return txtar.Format(&a)
}

func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

// lift adds the constraint that lifts the language version of a file, beside the one
// that it has.
func lift(text []byte) []byte {
	lines := strings.SplitAfter(string(text), "\n")
	for i, line := range lines {
		if constraint.IsGoBuild(line) {
			lines[i] = "//go:build go1.24 && (" + strings.TrimSpace(strings.TrimPrefix(line, "//go:build ")) + ")\n"
			return []byte(strings.Join(lines, ""))
		}
		if strings.HasPrefix(line, "package ") {
			break
		}
	}
	return append([]byte("//go:build go1.24\n\n"), text...)
}

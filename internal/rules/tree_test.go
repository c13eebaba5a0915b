// Package rules tests what must hold for the repository as a whole: which
// package imports which, which words are used, how long files and functions
// are, and that every command and every Go block of the documents works. It
// holds tests only.
package rules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// module is the path of the main module. The path of a nested module is its
// folder below it, so that every package has the import path of its folder.
const module = "github.com/watertight-go/watertight"

// goFile is a parsed Go file of the repository.
type goFile struct {
	// name is the path from the root, with slashes.
	name   string
	set    *token.FileSet
	syntax *ast.File
	source []byte
}

func (f goFile) isTest() bool { return strings.HasSuffix(f.name, "_test.go") }

// isGenerated reports whether the file has the standard "Code generated" line.
func (f goFile) isGenerated() bool { return ast.IsGenerated(f.syntax) }

// lines is the number of lines from the start of a node to its end.
func (f goFile) lines(n ast.Node) int {
	return f.set.Position(n.End()).Line - f.set.Position(n.Pos()).Line + 1
}

func rootDir(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// treeFiles are the files below the root that are source: no build output, no
// reports of the last run, no input of tests and nothing of git.
func treeFiles(t *testing.T) []string {
	t.Helper()
	root := rootDir(t)
	var names []string
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		switch {
		case d.IsDir() && (rel == ".git" || rel == "bin" || rel == "reports/latest" || d.Name() == "testdata"):
			return filepath.SkipDir
		case !d.IsDir():
			names = append(names, rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// goFiles parses all Go files of all modules, tests and generated files too.
func goFiles(t *testing.T) []goFile {
	t.Helper()
	var files []goFile
	for _, name := range treeFiles(t) {
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		f, err := parseFile(filepath.Join(rootDir(t), filepath.FromSlash(name)), name)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

func parseFile(file, name string) (goFile, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return goFile{}, err
	}
	return parse(name, source)
}

func parse(name string, source []byte) (goFile, error) {
	set := token.NewFileSet()
	syntax, err := parser.ParseFile(set, name, source, parser.ParseComments|parser.SkipObjectResolution)
	return goFile{name, set, syntax, source}, err
}

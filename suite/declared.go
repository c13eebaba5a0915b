package suite

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// findDeclarations notes where the tests that left something are declared. What is not
// found stays unknown.
func (o Observation) findDeclarations() {
	for i := range o.Packages {
		p := &o.Packages[i]
		if !slices.ContainsFunc(p.Tests, Test.leftSomething) {
			continue
		}
		at := declarations(p.Dir)
		for j := range p.Tests {
			if t := &p.Tests[j]; t.leftSomething() {
				declared := at[PlainName(t.Name)]
				t.File, t.Line = declared.Filename, declared.Line
			}
		}
	}
}

// leftSomething reports whether a test left something, or more in each round.
func (t Test) leftSomething() bool { return t.Left != nil || len(t.Rounds.grows()) > 0 }

// declarations are the places of the functions in the test files of a folder.
func declarations(dir string) map[string]token.Position {
	at := map[string]token.Position{}
	files, _ := os.ReadDir(dir)
	for _, f := range files {
		if ok, err := build.Default.MatchFile(dir, f.Name()); err != nil || !ok || !strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		set := token.NewFileSet()
		parsed, _ := parser.ParseFile(set, filepath.Join(dir, f.Name()), nil, parser.SkipObjectResolution)
		if parsed == nil {
			continue
		}
		for _, d := range parsed.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil {
				at[fn.Name.Name] = set.PositionFor(fn.Name.Pos(), false)
			}
		}
	}
	return at
}

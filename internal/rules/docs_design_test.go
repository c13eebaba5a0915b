package rules

import (
	"fmt"
	"go/ast"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// docs/design.md names every package.
func TestDesignNamesEveryPackage(t *testing.T) {
	_, rest, _ := strings.Cut(document(t, "docs/design.md"), "\n## Packages\n")
	section, _, _ := strings.Cut(rest, "\n## ")
	named := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| (`.*?) \\|").FindAllStringSubmatch(section, -1) {
		for _, name := range strings.Split(m[1], ", ") {
			named[strings.Trim(name, "`")] = true
		}
	}
	for _, p := range packages {
		if !named[p.dir] {
			t.Errorf("docs/design.md does not name the package %s", p.dir)
		}
		delete(named, p.dir)
	}
	for name := range named {
		t.Errorf("docs/design.md names the package %s, which does not exist", name)
	}
}

// The paths through the code that docs/design.md describes exist: each step
// names a file and a function in it.
func TestPathsOfTheDesignExist(t *testing.T) {
	_, rest, _ := strings.Cut(document(t, "docs/design.md"), "\n## Three paths\n")
	section, _, _ := strings.Cut(rest, "\n## ")
	if n := strings.Count(section, "\n### "); n != 3 {
		t.Errorf("docs/design.md describes %d paths, want 3", n)
	}
	steps := regexp.MustCompile("(?m)^\\| `([^`]+\\.(?:go|tmpl|js))` \\| `([^`]+)` \\|").FindAllStringSubmatch(section, -1)
	if len(steps) < 10 {
		t.Errorf("found %d steps, want 10 or more", len(steps))
	}
	for _, s := range steps {
		if problem := missing(rootDir(t), s[1], s[2]); problem != "" {
			t.Errorf("docs/design.md: %s", problem)
		}
	}
}

// missing says what is wrong with a step; nothing where its file declares the
// function. A method is written as in "(*Type).Method" or "Type.Method".
func missing(root, file, function string) string {
	if filepath.Ext(file) != ".go" {
		return fmt.Sprintf("%s: only functions of Go files can be checked", file)
	}
	f, err := parseFile(filepath.Join(root, filepath.FromSlash(file)), file)
	if err != nil {
		return err.Error()
	}
	for _, d := range f.syntax.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && nameOf(fn) == strings.NewReplacer("(", "", ")", "", "*", "").Replace(function) {
			return ""
		}
	}
	return fmt.Sprintf("%s has no function %s", file, function)
}

// nameOf is the name of a function, with its receiver's type before a dot.
func nameOf(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return fn.Name.Name
	}
	typ := fn.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if generic, ok := typ.(*ast.IndexExpr); ok {
		typ = generic.X
	}
	if id, ok := typ.(*ast.Ident); ok {
		return id.Name + "." + fn.Name.Name
	}
	return fn.Name.Name
}

func TestMissingStepsAreNoticed(t *testing.T) {
	root := rootDir(t)
	for step, want := range map[string]string{
		"nameOf": "", "goFile.isTest": "", "(*goFile).isTest": "", "isTest": "has no function isTest",
	} {
		file := "internal/rules/docs_design_test.go"
		if strings.Contains(step, "isTest") {
			file = "internal/rules/tree_test.go"
		}
		if got := missing(root, file, step); !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%s: got %q, want %q", step, got, want)
		}
	}
	if missing(root, "internal/rules/none.go", "F") == "" {
		t.Error("a file that does not exist was not noticed")
	}
}

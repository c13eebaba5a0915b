package rules

import (
	"bytes"
	"fmt"
	"go/ast"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

// The bounds on sizes. They keep a package and a file short enough to be read
// in one sitting.
const (
	mostFiles      = 20  // non-test files of a package
	mostLines      = 250 // lines of a Go file, tests included
	medianFunction = 10  // lines of the median function, tests aside
	longFunction   = 40  // 95 % of the functions are shorter
	mostNames      = 25  // exported names of a public package
)

// moreNames are the public packages that may export more than mostNames.
var moreNames = map[string]struct {
	most   int
	reason string
}{
	"executor":  {80, "the contract, the agent types, the configuration and the reference"},
	"leak":      {36, "leak checks, rounds, reports and their types, the four classes, the two error types of findings, what no Check has reported, and child processes"},
	"mocks":     {100, "its catalogue of faults, of calls, of streams and of the wire, is its purpose"},
	"attach":    {45, "what is watched, what was seen and what it means, which forms and programs of others read"},
	"service":   {55, "what a service goes through, what was seen and what it means, which forms and programs of others read"},
	"suite":     {50, "the stages of a run and its result, which forms and programs of others read"},
	"scenarios": {70, "the types of all that is stored between observing and judging, of calls and of streams"},
}

func TestPackagesHaveFewFiles(t *testing.T) {
	files := map[string]int{}
	for _, f := range goFiles(t) {
		if !f.isTest() && !f.isGenerated() {
			files[path.Dir(f.name)]++
		}
	}
	for dir, n := range files {
		if n > mostFiles {
			t.Errorf("%s has %d non-test files, want at most %d: split the package", dir, n, mostFiles)
		}
	}
}

func TestFilesAreShort(t *testing.T) {
	for _, f := range goFiles(t) {
		if n := bytes.Count(f.source, []byte("\n")); n > mostLines && !f.isGenerated() {
			t.Errorf("%s has %d lines, want at most %d: split it by subject", f.name, n, mostLines)
		}
	}
}

// The lengths of all functions, without tests and generated files. With -v it
// prints them for each folder at the root.
func TestFunctionsAreShort(t *testing.T) {
	all := map[string][]int{}
	for _, f := range goFiles(t) {
		if f.isTest() || f.isGenerated() {
			continue
		}
		top, _, _ := strings.Cut(f.name, "/")
		lengths := functionLengths(f)
		all[top] = append(all[top], lengths...)
		all["all"] = append(all["all"], lengths...)
	}
	for _, top := range slices.Sorted(maps.Keys(all)) {
		n := all[top]
		slices.Sort(n)
		t.Logf("%-10s %5d functions: median %2d lines, 95 %% at most %2d, longest %d", top, len(n), n[len(n)/2], n[len(n)*95/100], n[len(n)-1])
	}
	n := all["all"]
	if got := n[len(n)/2]; got > medianFunction {
		t.Errorf("the median function has %d lines, want at most %d", got, medianFunction)
	}
	if got := n[len(n)*95/100]; got >= longFunction {
		t.Errorf("5 %% of the functions have %d lines or more, want less than %d", got, longFunction)
	}
}

func TestPublicPackagesExportLittle(t *testing.T) {
	names := map[string][]string{}
	for _, f := range goFiles(t) {
		dir := path.Dir(f.name)
		if !f.isTest() && isPublic(dir) && f.syntax.Name.Name != "main" {
			names[dir] = append(names[dir], exported(f)...)
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(names)) {
		most, why := mostNames, ""
		if more, ok := moreNames[dir]; ok {
			most, why = more.most, "; it may have more: "+more.reason
		}
		got := len(names[dir])
		t.Logf("%-24s %3d exported names", dir, got)
		if got > most {
			t.Errorf("%s exports %d names, want at most %d%s", dir, got, most, why)
		}
	}
	for dir := range moreNames {
		if names[dir] == nil {
			t.Errorf("moreNames has %s, which exports nothing", dir)
		}
	}
}

func isPublic(dir string) bool {
	return !slices.Contains(strings.Split(dir, "/"), "internal")
}

func functionLengths(f goFile) (lengths []int) {
	for _, d := range f.syntax.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
			lengths = append(lengths, f.lines(fn))
		}
	}
	return lengths
}

// exported are the names that a file adds to its package: types, functions,
// variables and constants, without methods.
func exported(f goFile) (names []string) {
	add := func(n *ast.Ident) {
		if n.IsExported() {
			names = append(names, n.Name)
		}
	}
	for _, d := range f.syntax.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				add(d.Name)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					add(s.Name)
				case *ast.ValueSpec:
					for _, n := range s.Names {
						add(n)
					}
				}
			}
		}
	}
	return names
}

func TestSizesAreCounted(t *testing.T) {
	f, err := parse("x.go", []byte(`package x

const A, b = 1, 2

type T struct{}

func (T) Method() {}

var V int

func F() {
	F()
}
`))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(exported(f)); got != "[A T V F]" {
		t.Errorf("got the exported names %s, want [A T V F]", got)
	}
	if got := fmt.Sprint(functionLengths(f)); got != "[1 3]" {
		t.Errorf("got the function lengths %s, want [1 3]", got)
	}
	if isPublic("a/internal/b") || !isPublic("a/internals") {
		t.Error("only folders below internal are not public")
	}
}

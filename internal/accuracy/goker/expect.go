package goker

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Paths in GOROOT: the kernels, and the test with their expected results.
const (
	kernelsDir = "src/runtime/testdata/testgoroutineleakprofile/goker"
	expectFile = "src/runtime/goroutineleakprofile_test.go"
	expectVar  = "gokerTestCases"
)

// Kernel is one bug kernel and what Go's own test expects of it.
type Kernel struct {
	Name string
	// Flaky reports that Go's test repeats the kernel ten times. Other kernels
	// run on one processor, so that the scheduler does the same each time.
	Flaky bool
	// Listed reports that Go's test runs the kernel. One kernel is shipped but
	// not run, since it can crash; its expected sites are in a comment.
	Listed bool
	// Expected are the sites at which the kernel can leak, each a pattern of
	// the entry function and the state.
	Expected []*regexp.Regexp
}

// Unavailable is the error where this Go ships no kernels. It is a reason to
// skip, not a failure.
type Unavailable struct{ Reason string }

func (u Unavailable) Error() string { return "goker: " + u.Reason }

// Kernels reads the kernels that goroot ships, sorted by name, with what Go's own
// test expects of them. The error is an Unavailable where that Go ships none.
func Kernels(goroot string) ([]Kernel, error) {
	names, err := registered(filepath.Join(goroot, kernelsDir))
	if err != nil {
		return nil, err
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, filepath.Join(goroot, expectFile), nil, parser.ParseComments)
	if err != nil {
		return nil, Unavailable{"read what is expected: " + err.Error()}
	}
	list := caseList(file)
	if list == nil {
		return nil, Unavailable{fmt.Sprintf("%s has no list %q", expectFile, expectVar)}
	}
	kernels, err := listed(list)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if !slices.ContainsFunc(kernels, func(k Kernel) bool { return k.Name == name }) {
			k, err := commented(file, list, name)
			if err != nil {
				return nil, err
			}
			kernels = append(kernels, k)
		}
	}
	slices.SortFunc(kernels, func(a, b Kernel) int { return strings.Compare(a.Name, b.Name) })
	return kernels, nil
}

// registered returns the names under which the kernels of a folder can be run.
func registered(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		return nil, Unavailable{"no kernels in " + dir}
	}
	var names []string
	register := regexp.MustCompile(`(?m)^\s*register\("(\w+)",`)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("goker: read a kernel: %w", err)
		}
		for _, m := range register.FindAllSubmatch(data, -1) {
			names = append(names, string(m[1]))
		}
	}
	return names, nil
}

// caseList returns the list of cases in Go's test; nil where there is none.
func caseList(file *ast.File) *ast.CompositeLit {
	var list *ast.CompositeLit
	ast.Inspect(file, func(n ast.Node) bool {
		assign, ok := n.(*ast.AssignStmt)
		if !ok || len(assign.Lhs) != 1 || len(assign.Rhs) != 1 {
			return true
		}
		if name, ok := assign.Lhs[0].(*ast.Ident); ok && name.Name == expectVar {
			list, _ = assign.Rhs[0].(*ast.CompositeLit)
		}
		return list == nil
	})
	return list
}

// listed reads the elements, as in makeFlakyTest("Name", `pattern`, ...).
func listed(list *ast.CompositeLit) ([]Kernel, error) {
	var kernels []Kernel
	for _, element := range list.Elts {
		call, ok := element.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return nil, fmt.Errorf("goker: %s: got an element that is not a call, want makeTest(name, patterns...)", expectFile)
		}
		maker, _ := call.Fun.(*ast.Ident)
		k := Kernel{Listed: true, Flaky: maker != nil && maker.Name == "makeFlakyTest"}
		for i, arg := range call.Args {
			literal, ok := arg.(*ast.BasicLit)
			if !ok {
				return nil, fmt.Errorf("goker: %s: got an argument that is not a string, want a pattern", expectFile)
			}
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				return nil, fmt.Errorf("goker: %s: %w", expectFile, err)
			}
			if i == 0 {
				k.Name = text
				continue
			}
			if err := k.expect(text); err != nil {
				return nil, err
			}
		}
		kernels = append(kernels, k)
	}
	return kernels, nil
}

// commented finds a kernel that was taken off the list in the list's comments.
func commented(file *ast.File, list *ast.CompositeLit, name string) (Kernel, error) {
	k := Kernel{Name: name, Flaky: true}
	pattern := regexp.MustCompile("`([^`]+)`")
	for _, group := range file.Comments {
		if group.Pos() < list.Pos() || group.End() > list.End() {
			continue
		}
		_, after, ok := strings.Cut(group.Text(), strconv.Quote(name))
		if !ok {
			continue
		}
		for _, m := range pattern.FindAllStringSubmatch(after, -1) {
			if err := k.expect(m[1]); err != nil {
				return k, err
			}
		}
	}
	return k, nil
}

func (k *Kernel) expect(pattern string) error {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return fmt.Errorf("goker: %s: %w", k.Name, err)
	}
	k.Expected = append(k.Expected, re)
	return nil
}

// runs is how often Go's test runs the kernel.
func (k Kernel) runs() int {
	if k.Flaky {
		return 11
	}
	return 3
}

package engine

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// addStatements puts a call of the hook into each test of a package, on the line where
// its body begins: no line is another.
func (o *overlay) addStatements(p Package, hook string) error {
	for name, files := range map[string][]string{p.Name: p.Internal, p.Name + "_test": p.External} {
		if len(files) == 0 {
			continue
		}
		begin := fmt.Sprintf(beginText, lifted, name, hook)
		if err := o.add(filepath.Join(p.Dir, strings.Replace(beginFile, "begin", "begin_"+suffix(name), 1)), []byte(begin)); err != nil {
			return err
		}
		for _, file := range files {
			if err := o.addStatement(filepath.Join(p.Dir, file)); err != nil {
				return err
			}
		}
	}
	return nil
}

// suffix tells the files of a package and of its external test package apart.
func suffix(name string) string {
	if strings.HasSuffix(name, "_test") {
		return "outside"
	}
	return "inside"
}

// beginText is how the tests of a package reach the hook.
const beginText = `%spackage %s

import (
	watertighttesting "testing"

	watertighthook "%s"
)

func watertightBegin(t watertighttesting.TB) { watertighthook.Begin(t, watertightBegin) }
`

// addStatement replaces a test file, which may be one of the user's own overlay.
func (o *overlay) addStatement(at string) error {
	from := at
	if users, ok := o.Replace[at]; ok {
		from = users
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return o.add(at, withStatements(text))
}

// withStatements adds a call to each test. What cannot be read stays as it is: the
// compiler will say why.
func withStatements(text []byte) []byte {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", text, parser.SkipObjectResolution)
	if err != nil {
		return text
	}
	var edits []edit
	for _, d := range file.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && isTest(fn) {
			edits = append(edits, editsOf(set, fn)...)
		}
	}
	slices.Reverse(edits) // from the end, so that offsets hold
	for _, e := range edits {
		text = slices.Replace(slices.Clone(text), e.from, e.to, []byte(e.text)...)
	}
	return text
}

// edit replaces a part of a file.
type edit struct {
	from, to int
	text     string
}

// editsOf gives the parameter of a test a name where it has none, and adds the call.
func editsOf(set *token.FileSet, fn *ast.FuncDecl) (edits []edit) {
	const own = "watertightT"
	at := func(p token.Pos) int { return set.PositionFor(p, false).Offset }
	param, name := fn.Type.Params.List[0], own
	switch {
	case len(param.Names) == 0:
		edits = append(edits, edit{at(param.Pos()), at(param.Pos()), own + " "})
	case param.Names[0].Name == "_":
		edits = append(edits, edit{at(param.Names[0].Pos()), at(param.Names[0].End()), own})
	default:
		name = param.Names[0].Name
	}
	body := at(fn.Body.Lbrace) + 1
	return append(edits, edit{body, body, "watertightBegin(" + name + ");"})
}

// isTest reports whether go test takes a function for a test or a fuzz function.
func isTest(fn *ast.FuncDecl) bool {
	if fn.Recv != nil || fn.Body == nil || fn.Type.TypeParams != nil || fn.Type.Params.NumFields() != 1 || fn.Name.Name == "TestMain" && takes(fn, "M") {
		return false
	}
	return isNamed(fn.Name.Name, "Test") && takes(fn, "T") || isNamed(fn.Name.Name, "Fuzz") && takes(fn, "F")
}

// isNamed reports whether a name is a prefix with a word after it that is not in lower
// case.
func isNamed(name, prefix string) bool {
	rest, ok := strings.CutPrefix(name, prefix)
	r, _ := utf8.DecodeRuneInString(rest)
	return ok && (rest == "" || !unicode.IsLower(r))
}

// takes reports whether the parameter is a pointer to a type of package testing, whatever
// that is called in the file.
func takes(fn *ast.FuncDecl, name string) bool {
	star, ok := fn.Type.Params.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	switch x := star.X.(type) {
	case *ast.SelectorExpr:
		return x.Sel.Name == name
	case *ast.Ident:
		return x.Name == name
	}
	return false
}

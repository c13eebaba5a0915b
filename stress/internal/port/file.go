package port

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// file is one file that is rewritten.
type file struct {
	name string
	src  []byte
	set  *token.FileSet
	tree *ast.File
	// imports are the known packages that are imported.
	imports map[string]*ast.ImportSpec
	// leak is the name of package leak in the result.
	leak string
	// context: the result needs package context. kept are packages still in use.
	context bool
	kept    map[string]bool
	edits   []edit
	notes   []Note
}

func parse(name string, src []byte) (*file, error) {
	f := &file{name: name, src: src, set: token.NewFileSet(), imports: map[string]*ast.ImportSpec{}, kept: map[string]bool{}, leak: "leak"}
	tree, err := parser.ParseFile(f.set, name, src, parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("port: %w", err)
	}
	f.tree = tree
	for _, spec := range tree.Imports {
		if path, err := strconv.Unquote(spec.Path.Value); err == nil {
			f.imports[path] = spec
		}
	}
	switch spec := f.imports[leakPath]; {
	case spec != nil && spec.Name != nil:
		f.leak = spec.Name.Name
	case spec == nil && f.declares("leak"):
		f.leak = "leakcheck"
	}
	return f, nil
}

// uses reports whether the file imports a package that is known.
func (f *file) uses() bool {
	return f.imports[goleakPath] != nil || f.imports[leaktestPath] != nil || f.imports[gleakPath] != nil
}

// declares reports whether a name is used in the file other than behind a dot.
func (f *file) declares(name string) (found bool) {
	ast.Inspect(f.tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			ast.Inspect(n.X, func(n ast.Node) bool {
				id, ok := n.(*ast.Ident)
				found = found || ok && id.Name == name
				return true
			})
			return false
		case *ast.File:
			return true
		case *ast.Ident:
			found = found || n.Name == name && n != f.tree.Name
		}
		return true
	})
	return found
}

// nameOf returns what an expression names in a package, as in "VerifyNone"; empty where
// it is none of the package.
func (f *file) nameOf(e ast.Expr, path, base string) string {
	spec := f.imports[path]
	if spec == nil {
		return ""
	}
	switch e := e.(type) {
	case *ast.SelectorExpr:
		id, ok := e.X.(*ast.Ident)
		if spec.Name != nil {
			base = spec.Name.Name
		}
		if ok && id.Name == base && id.Obj == nil {
			return e.Sel.Name
		}
	case *ast.Ident:
		if spec.Name != nil && spec.Name.Name == "." && e.Obj == nil && slices.Contains(exported[path], e.Name) {
			return e.Name
		}
	}
	return ""
}

// exported are the names that matter where a package is imported with a dot.
var exported = map[string][]string{
	goleakPath: {"VerifyNone", "VerifyTestMain", "Find", "IgnoreTopFunction", "IgnoreAnyFunction", "IgnoreCreatedBy",
		"IgnoreCurrent", "Cleanup", "Option", "TestingT", "TestingM"},
	leaktestPath: {"Check", "CheckTimeout", "CheckContext"},
	gleakPath:    {"Goroutines", "HaveLeaked", "IgnoreGinkgoParallelClient"},
}

func (f *file) goleak(e ast.Expr) string   { return f.nameOf(e, goleakPath, "goleak") }
func (f *file) leaktest(e ast.Expr) string { return f.nameOf(e, leaktestPath, "leaktest") }

func (f *file) offset(p token.Pos) int { return f.set.Position(p).Offset }

// text is the source of a node.
func (f *file) text(n ast.Node) string { return string(f.src[f.offset(n.Pos()):f.offset(n.End())]) }

// replace puts a text in place of a node, and notes it.
func (f *file) replace(n ast.Node, text string) {
	before := ""
	for _, c := range f.tree.Comments {
		if c.Pos() > n.Pos() && c.End() < n.End() && !strings.Contains(text, f.text(c)) && !strings.Contains(text, strconv.Quote(oneLine(c.Text()))) {
			before += f.text(c) + "\n"
		}
	}
	f.edits = append(f.edits, edit{n.Pos(), n.End(), before + text})
	f.note(n, fmt.Sprintf("%s -> %s", oneLine(f.text(n)), oneLine(text)))
}

func (f *file) note(n ast.Node, text string) { f.add(n, Note{Text: text}) }

func (f *file) byHand(n ast.Node, text string) { f.add(n, Note{Text: text, ByHand: true}) }

func (f *file) add(n ast.Node, note Note) {
	note.File, note.Line = f.name, f.set.Position(n.Pos()).Line
	f.notes = append(f.notes, note)
}

// editImports takes the imports that are no longer needed away, and adds what is.
func (f *file) editImports() {
	var add []string
	if f.imports[leakPath] == nil {
		add = append(add, importLine(f.leak, "leak", leakPath))
	}
	if f.context && f.imports["context"] == nil {
		add = append(add, strconv.Quote("context"))
	}
	for _, path := range []string{goleakPath, leaktestPath} {
		spec := f.imports[path]
		if spec == nil || f.kept[path] {
			continue
		}
		text := ""
		if len(add) > 0 {
			text, add = add[0], add[1:]
		}
		f.importEdit(spec, text)
	}
	if len(add) == 0 {
		return
	}
	first, ok := f.tree.Decls[0].(*ast.GenDecl)
	at, text, before := first.End(), "", "\nimport "
	if ok && first.Lparen.IsValid() {
		at, before = first.Lparen+1, "\n"
	}
	for _, line := range add {
		text += before + line
	}
	f.edits = append(f.edits, edit{at, at, text})
}

// importEdit replaces one import. An empty text takes it away.
func (f *file) importEdit(spec *ast.ImportSpec, text string) {
	from, to := spec.Pos(), spec.End()
	for _, d := range f.tree.Decls {
		if g, ok := d.(*ast.GenDecl); ok && text == "" && g.Tok == token.IMPORT && len(g.Specs) == 1 && g.Specs[0] == spec {
			from, to = g.Pos(), g.End()
		}
	}
	f.edits = append(f.edits, edit{from, to, text})
}

func importLine(name, base, path string) string {
	if name == base {
		return strconv.Quote(path)
	}
	return name + " " + strconv.Quote(path)
}

package port

import (
	"fmt"
	"go/ast"
	"strings"
)

// walk visits the file. A node that was rewritten is not visited further.
func (f *file) walk() {
	var parents []ast.Node
	ast.Inspect(f.tree, func(n ast.Node) bool {
		if n == nil {
			parents = parents[:len(parents)-1]
			return true
		}
		if _, ok := n.(*ast.ImportSpec); ok || f.visit(n, parents) {
			return false
		}
		parents = append(parents, n)
		return true
	})
	if spec := f.imports[gleakPath]; spec != nil {
		f.byHand(spec, "gleak: Eventually(Goroutines).ShouldNot(HaveLeaked(...)) is leak.Check(GinkgoT()), in a BeforeEach")
	}
}

// visit rewrites a node, and reports whether it is dealt with.
func (f *file) visit(n ast.Node, parents []ast.Node) bool {
	switch n := n.(type) {
	case *ast.DeferStmt:
		return f.deferred(n, parents)
	case *ast.ExprStmt:
		call, ok := n.X.(*ast.CallExpr)
		return ok && (f.statement(n, call) || f.cleanup(n, call))
	case *ast.AssignStmt:
		return f.assigned(n)
	case *ast.CallExpr:
		return f.option(n)
	case ast.Expr:
		return f.other(n)
	}
	return false
}

// deferred rewrites `defer goleak.VerifyNone(t)` and `defer leaktest.Check(t)()`.
func (f *file) deferred(d *ast.DeferStmt, parents []ast.Node) bool {
	text := ""
	if f.goleak(d.Call.Fun) == "VerifyNone" {
		if text = f.check(d.Call); text == "" {
			return true
		}
	} else if inner, ok := d.Call.Fun.(*ast.CallExpr); ok {
		text = f.checkLeaktest(inner)
	}
	if text == "" {
		return false
	}
	f.replace(d, text)
	if !isFirst(d, parents) {
		f.byHand(d, "leak.Check counts what is started after it: make it the first statement of the test")
	}
	return true
}

// check is leak.Check for a call of VerifyNone; empty where its options cannot be
// rewritten.
func (f *file) check(call *ast.CallExpr) string {
	options, ok := f.options(call, 1)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%s.Check(%s%s)", f.leak, f.text(call.Args[0]), options)
}

// checkLeaktest is leak.Check for a call of leaktest; empty for any other call.
func (f *file) checkLeaktest(call *ast.CallExpr) string {
	switch name := f.leaktest(call.Fun); {
	case name == "Check" && len(call.Args) == 1:
		return fmt.Sprintf("%s.Check(%s)", f.leak, f.text(call.Args[0]))
	case name == "CheckTimeout" && len(call.Args) == 2:
		return fmt.Sprintf("%s.Check(%s, %s.Options{Settle: %s})", f.leak, f.text(call.Args[0]), f.leak, f.text(call.Args[1]))
	case name == "CheckContext" && len(call.Args) == 2:
		f.byHand(call, "leaktest waited until the context was done: leak.Check waits Options.Settle, 5 s by default")
		return fmt.Sprintf("%s.Check(%s)", f.leak, f.text(call.Args[1]))
	}
	return ""
}

// isFirst reports whether a statement is the first of a function, but for calls such as
// t.Parallel() and t.Helper().
func isFirst(s ast.Stmt, parents []ast.Node) bool {
	if len(parents) < 2 {
		return false
	}
	block, _ := parents[len(parents)-1].(*ast.BlockStmt)
	if block == nil {
		return false
	}
	switch parents[len(parents)-2].(type) {
	case *ast.FuncDecl, *ast.FuncLit:
	default:
		return false
	}
	for _, other := range block.List {
		if other == s {
			return true
		}
		if !isCallOf(other, "Parallel") && !isCallOf(other, "Helper") {
			return false
		}
	}
	return false
}

func isCallOf(s ast.Stmt, method string) bool {
	e, ok := s.(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := e.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == method && len(call.Args) == 0
}

// statement rewrites calls of goleak that stand alone.
func (f *file) statement(s *ast.ExprStmt, call *ast.CallExpr) bool {
	switch f.goleak(call.Fun) {
	case "VerifyNone":
		if current := f.optionOf(call, "IgnoreCurrent"); current != nil {
			f.keep(current, "IgnoreCurrent")
			return true
		}
		if options, ok := f.options(call, 1); ok {
			f.replace(s, fmt.Sprintf("if _, err := %s; err != nil {\n%s.Error(err)\n}", f.find(options), f.text(call.Args[0])))
		}
		return true
	case "VerifyTestMain":
		f.testMain(s, call)
		return true
	}
	return false
}

// testMain rewrites goleak.VerifyTestMain. The function given to goleak.Cleanup gets the
// exit code.
func (f *file) testMain(s *ast.ExprStmt, call *ast.CallExpr) {
	exit := f.optionOf(call, "Cleanup")
	if exit != nil {
		call.Args = without(call.Args, exit)
	}
	options, ok := f.options(call, 1)
	switch {
	case ok && exit != nil && len(exit.Args) == 1:
		f.replace(s, fmt.Sprintf("%s(%s.RunTests(%s%s))", f.text(exit.Args[0]), f.leak, f.text(call.Args[0]), options))
	case ok:
		f.replace(s, fmt.Sprintf("%s.VerifyTestMain(%s%s)", f.leak, f.text(call.Args[0]), options))
	}
}

// find is a call of leak.Find.
func (f *file) find(options string) string {
	f.context = true
	name := "context"
	if spec := f.imports["context"]; spec != nil && spec.Name != nil {
		name = spec.Name.Name
	}
	return fmt.Sprintf("%s.Find(%s.Background(), nil%s)", f.leak, name, options)
}

// optionOf is the option of that name in a call; nil where it is not there.
func (f *file) optionOf(call *ast.CallExpr, name string) *ast.CallExpr {
	for _, a := range call.Args {
		if c, ok := a.(*ast.CallExpr); ok && f.goleak(c.Fun) == name {
			return c
		}
	}
	return nil
}

func without(args []ast.Expr, one ast.Expr) (rest []ast.Expr) {
	for _, a := range args {
		if a != one {
			rest = append(rest, a)
		}
	}
	return rest
}

// cleanup rewrites `t.Cleanup(leaktest.Check(t))`.
func (f *file) cleanup(s *ast.ExprStmt, call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Cleanup" || len(call.Args) != 1 {
		return false
	}
	inner, ok := call.Args[0].(*ast.CallExpr)
	if !ok {
		return false
	}
	text := f.checkLeaktest(inner)
	if text != "" {
		f.replace(s, text)
	}
	return text != ""
}

// assigned rewrites `err := goleak.Find()`.
func (f *file) assigned(a *ast.AssignStmt) bool {
	if len(a.Lhs) != 1 || len(a.Rhs) != 1 {
		return false
	}
	call, ok := a.Rhs[0].(*ast.CallExpr)
	if !ok || f.goleak(call.Fun) != "Find" {
		return false
	}
	if options, ok := f.options(call, 0); ok {
		f.replace(a, fmt.Sprintf("_, %s %s %s", f.text(a.Lhs[0]), a.Tok, f.find(options)))
	}
	return true
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

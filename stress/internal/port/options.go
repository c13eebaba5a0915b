package port

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

// fields are those of leak.Allow for the options of goleak.
var fields = map[string]string{"IgnoreTopFunction": "Top", "IgnoreAnyFunction": "Func", "IgnoreCreatedBy": "CreatedBy"}

// reason is the comment beside an option: at the end of its line, or on the line above.
func (f *file) reason(option ast.Node) string {
	line := func(p token.Pos) int { return f.set.Position(p).Line }
	for _, c := range f.tree.Comments {
		above := line(c.End()) == line(option.Pos())-1 && f.beginsLine(c)
		if above || line(c.Pos()) == line(option.End()) && c.Pos() > option.End() {
			return oneLine(c.Text())
		}
	}
	return "was ignored with goleak"
}

// beginsLine reports whether only blanks stand before a node on its line.
func (f *file) beginsLine(n ast.Node) bool {
	before := f.src[:f.offset(n.Pos())]
	return len(bytes.TrimSpace(before[bytes.LastIndexByte(before, '\n')+1:])) == 0
}

// options are the arguments of a call from the one numbered from on, as those of a call
// of package leak, with a comma before them. It reports false where one of them has no
// counterpart.
func (f *file) options(call *ast.CallExpr, from int) (text string, ok bool) {
	if len(call.Args) < from {
		return "", false
	}
	var allow, others []string
	for _, a := range call.Args[from:] {
		name := ""
		c, isCall := a.(*ast.CallExpr)
		if isCall {
			name = f.goleak(c.Fun)
		}
		switch {
		case name == "":
			others = append(others, f.text(a))
		case fields[name] != "" && len(c.Args) == 1:
			allow = append(allow, fmt.Sprintf("{%s: %s, Reason: %q}", fields[name], f.text(c.Args[0]), f.reason(c)))
		case name == "IgnoreCurrent" && f.goleak(call.Fun) != "Find":
		default:
			f.keep(a, name)
			return "", false
		}
	}
	if len(allow) > 0 {
		others = append([]string{fmt.Sprintf("%s.Options{Allow: []%s.Allow{%s}}", f.leak, f.leak, strings.Join(allow, ", "))}, others...)
	}
	for _, o := range others {
		text += ", " + o
	}
	if call.Ellipsis.IsValid() {
		text += "..."
	}
	return text, true
}

// option rewrites an option outside of a call that takes it, and goleak.Find where its
// error is not assigned.
func (f *file) option(call *ast.CallExpr) bool {
	name := f.goleak(call.Fun)
	switch {
	case fields[name] != "" && len(call.Args) == 1:
		f.replace(call, fmt.Sprintf("%s.Options{Allow: []%s.Allow{{%s: %s, Reason: %q}}}", f.leak, f.leak, fields[name], f.text(call.Args[0]), f.reason(call)))
		return true
	case name == "Find":
		if options, ok := f.options(call, 0); ok {
			f.replace(call, fmt.Sprintf("func() error { _, err := %s; return err }()", f.find(options)))
		}
		return true
	case name == "IgnoreCurrent":
		f.replace(call, f.leak+".Options{}")
		f.byHand(call, "goleak.IgnoreCurrent: leak.Check and leak.VerifyTestMain need none; give leak.Find a base := leak.Take() in place of nil")
		return true
	}
	return false
}

// other deals with all that is left of a package that is known.
func (f *file) other(e ast.Expr) bool {
	switch name := f.goleak(e); name {
	case "":
	case "Option":
		f.replace(e, f.leak+".Options")
		return true
	default:
		f.keep(e, name)
		return true
	}
	if name := f.leaktest(e); name != "" {
		f.kept[leaktestPath] = true
		f.byHand(e, "leaktest."+name+": base := leak.Take() here, and in place of the call of its result: "+
			"if _, err := leak.Find(ctx, base); err != nil { t.Error(err) }")
		return true
	}
	return false
}

// advice says what to do with what is left.
var advice = map[string]string{
	"Find":           "_, err := leak.Find(ctx, nil); the error is the finding",
	"IgnoreCurrent":  "base := leak.Take() where the test begins, and leak.Find(ctx, base)",
	"Cleanup":        "code := leak.RunTests(m) in TestMain, then the function with the code",
	"VerifyNone":     "leak.Check(t) as the first statement of the test, or leak.Find in the middle of it",
	"VerifyTestMain": "leak.VerifyTestMain(m), or code := leak.RunTests(m)",
	"TestingT":       "testing.TB, or leak.TestingT",
}

// keep leaves a use of goleak as it is.
func (f *file) keep(n ast.Node, name string) {
	f.kept[goleakPath] = true
	text := advice[name]
	if text == "" {
		text = "there is no counterpart that can be written for it"
	}
	f.byHand(n, "goleak."+name+": "+text)
}

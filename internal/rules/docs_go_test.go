package rules

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// given are names that the blocks of the documents use without declaring them:
// a reader knows what they stand for.
var given = map[string]string{
	"mine":        "var mine executor.Spec",
	"client":      "var client executor.Runner",
	"ctx":         "var ctx context.Context",
	"input":       "var input string",
	"agents":      "var agents []*executor.Agent",
	"startWorker": "func startWorker(context.Context) (stop func()) { return func() {} }",
	"newClient":   "func newClient(testing.TB) *http.Client { return http.DefaultClient }",
}

// paths are the import paths of packages by their names, as a block uses them.
func paths() map[string]string {
	known := map[string]string{"mypackage": userModulePath + "/mypackage", "goleak": "go.uber.org/goleak"}
	for _, std := range []string{"context", "errors", "fmt", "io", "iter", "log", "net/http", "os", "strings", "sync", "testing", "time"} {
		known[path.Base(std)] = std
	}
	for _, p := range packages {
		if isPublic(p.dir) && !strings.HasPrefix(p.dir, "cmd/") {
			known[path.Base(p.dir)] = module + "/" + p.dir
		}
	}
	return known
}

// Every Go block of the documents compiles in a user's module. A block with the
// comment <!-- run --> above it is run, too: it must pass, or, with
// <!-- run: text -->, fail with that text.
func TestGoBlocks(t *testing.T) {
	if testing.Short() {
		t.Skip("builds another module")
	}
	m := newUserModule(t)
	all := blocks(t, "go")
	if len(all) == 0 {
		t.Fatal("the documents have no Go block")
	}
	for _, b := range all {
		source, err := complete(b)
		if err != nil {
			t.Errorf("%s: %v", b, err)
			continue
		}
		m.write(t, b.folder()+"/"+fileNameOf(source), source)
	}
	if code, out := m.run(t, "go", "vet", "./..."); code != 0 {
		t.Fatalf("the Go blocks of the documents do not compile (block_FILE_LINE is the place):\n%s", out)
	}
	for _, b := range all {
		t.Run(b.folder(), func(t *testing.T) { b.runIfMarked(t, m) })
	}
}

func (b block) folder() string {
	return fmt.Sprintf("block_%s_%d", strings.NewReplacer("/", "_", ".md", "").Replace(b.file), b.line)
}

func (b block) runIfMarked(t *testing.T, m userModule) {
	want, fails := strings.CutPrefix(b.mark, "run: ")
	if b.mark != "run" && !fails {
		t.SkipNow() // compiled above
	}
	if !fails {
		want = ""
	}
	args := []string{"test", "-count=1", "./" + b.folder()}
	if _, err := os.Stat(filepath.Join(m.dir, b.folder(), "main.go")); err == nil {
		args = []string{"run", "./" + b.folder()}
	}
	code, out := m.run(t, "go", args...)
	if fails != (code != 0) || !strings.Contains(out, want) {
		t.Errorf("%s: go %v: got exit code %d, want failure: %v, with %q:\n%s", b, args, code, fails, want, out)
	}
}

func fileNameOf(source string) string {
	switch {
	case strings.HasPrefix(source, "package main\n"):
		return "main.go"
	case regexp.MustCompile(`(?m)^func (Test|Benchmark|Example|Fuzz)`).MatchString(source):
		return "block_test.go"
	}
	return "block.go"
}

// complete makes a whole file of a block: of a file, of declarations, or of
// statements.
func complete(b block) (string, error) {
	for _, form := range []func(string) string{
		func(s string) string { return s },
		declarations,
		func(s string) string { return "package block\n\nfunc _() {\n" + s + "}\n" },
	} {
		source := form(b.text)
		f, err := parser.ParseFile(token.NewFileSet(), b.String(), source, 0)
		if err != nil {
			continue
		}
		return withImports(useVariables(source, f))
	}
	return "", fmt.Errorf("got a block that is no file, no declarations and no statements:\n%s", b.text)
}

func declarations(s string) string {
	if regexp.MustCompile(`(?m)^func main\(`).MatchString(s) {
		return "package main\n\n" + s
	}
	return "package block\n\n" + s
}

// useVariables adds a use of each variable that the statements of a block
// declare: the compiler would reject them otherwise.
func useVariables(source string, f *ast.File) string {
	if len(f.Decls) != 1 {
		return source
	}
	fn, ok := f.Decls[0].(*ast.FuncDecl)
	if !ok || fn.Name.Name != "_" {
		return source
	}
	uses := ""
	for _, s := range fn.Body.List {
		assign, ok := s.(*ast.AssignStmt)
		if !ok || assign.Tok != token.DEFINE {
			continue
		}
		for _, v := range assign.Lhs {
			if id, ok := v.(*ast.Ident); ok && id.Name != "_" {
				uses += "_ = " + id.Name + "\n"
			}
		}
	}
	return strings.TrimSuffix(source, "}\n") + uses + "}\n"
}

// withImports adds the given names and the imports that a file uses and does
// not declare.
func withImports(source string) (string, error) {
	missing, err := unresolved(source)
	if err != nil {
		return "", err
	}
	for _, name := range missing {
		if declaration, ok := given[name]; ok {
			source += "\n" + declaration + "\n"
		}
	}
	if missing, err = unresolved(source); err != nil {
		return "", err
	}
	var imports strings.Builder
	known := paths()
	for _, name := range missing {
		if p, ok := known[name]; ok {
			fmt.Fprintf(&imports, "import %q\n", p)
		}
	}
	head, rest, _ := strings.Cut(source, "\n")
	return head + "\n" + imports.String() + rest, nil
}

// unresolved are the names that a file uses without declaring or importing them.
func unresolved(source string) ([]string, error) {
	f, err := parser.ParseFile(token.NewFileSet(), "block.go", source, 0)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, id := range f.Unresolved {
		names[id.Name] = true
	}
	for _, spec := range f.Imports {
		delete(names, path.Base(strings.Trim(spec.Path.Value, `"`)))
	}
	return slices.Sorted(maps.Keys(names)), nil
}

func TestBlocksAreCompleted(t *testing.T) {
	for text, want := range map[string]string{
		"leak.Check(t)\n":                                 `import "` + module + `/leak"`,
		"e, err := executor.New()\n":                      "_ = e\n_ = err\n",
		"func main() { os.Exit(1) }\n":                    "package main\nimport \"os\"\n",
		"func F() { use(mine) }\n":                        "var mine executor.Spec",
		"package x\n\nimport \"os\"\n\nvar _ = os.Args\n": "package x\n\nimport \"os\"\n\nvar _",
	} {
		got, err := complete(block{text: text})
		if err != nil || !strings.Contains(got, want) {
			t.Errorf("%q: got %q, %v, want it to contain %q", text, got, err, want)
		}
	}
	if got, err := complete(block{text: "{Name: 1}, x\n"}); err == nil {
		t.Errorf("got %q, want an error", got)
	}
}

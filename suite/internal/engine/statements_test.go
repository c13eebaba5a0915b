package engine

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The call stands on the line of the body's brace. What is no test stays as it is.
func TestWithStatements(t *testing.T) {
	for was, want := range map[string]string{
		"func TestX(t *testing.T) {}":                       "func TestX(t *testing.T) {watertightBegin(t);}",
		"func TestX(tt *testing.T) { // why\n\ttt.Log()\n}": "func TestX(tt *testing.T) {watertightBegin(tt); // why\n\ttt.Log()\n}",
		"func TestX(*testing.T) {}":                         "func TestX(watertightT *testing.T) {watertightBegin(watertightT);}",
		"func TestX(_ *testing.T) {}":                       "func TestX(watertightT *testing.T) {watertightBegin(watertightT);}",
		"func Test(t *T) {}":                                "func Test(t *T) {watertightBegin(t);}",
		"func FuzzX(f *testing.F) {}":                       "func FuzzX(f *testing.F) {watertightBegin(f);}",
		"func Testify(t *testing.T) {}":                     "",
		"func TestMain(m *testing.M) {}":                    "",
		"func TestMain(t *testing.T) {}":                    "func TestMain(t *testing.T) {watertightBegin(t);}",
		"func (s S) TestX(t *testing.T) {}":                 "",
		"func TestX(t *testing.T, n int) {}":                "",
		"func BenchmarkX(b *testing.B) {}":                  "",
		"func TestX(t *testing.T) { broken":                 "",
		"func ExampleX() {}":                                "",
	} {
		if want == "" {
			want = was
		}
		require.Equal(t, "package p\n"+want, string(withStatements([]byte("package p\n"+was))), was)
		require.Equal(t, strings.Count(was, "\n"), strings.Count(want, "\n"))
	}
	two := "package p\nfunc TestA(_ *testing.T) {}\nfunc TestB(t *testing.T) {}"
	require.Equal(t, "package p\nfunc TestA(watertightT *testing.T) {watertightBegin(watertightT);}\nfunc TestB(t *testing.T) {watertightBegin(t);}",
		string(withStatements([]byte(two))))
}

// Each file that is added has a text of its own, also beside an overlay of the user's that
// replaces the same test file.
func TestOverlayOfUsersTests(t *testing.T) {
	dir, module := t.TempDir(), t.TempDir()
	write := func(file, text string) string {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		return file
	}
	replaced := filepath.Join(module, "a_test.go")
	from := write(filepath.Join(module, "users.go"), "package p\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) {}\n")
	write(filepath.Join(module, "b_test.go"), "package p\n\nimport \"testing\"\n\nfunc TestB(t *testing.T) {}\n")
	users := write(filepath.Join(module, "users.json"), `{"Replace": {"`+replaced+`": "`+from+`"}}`)
	file, err := Overlay(Options{Dir: dir, Users: users, Statements: true}, []Package{{
		Name: "p", Path: "example.com/m", Dir: module, Module: Module{Path: "example.com/m", Dir: module}, Internal: []string{"a_test.go", "b_test.go"},
	}})
	require.NoError(t, err)
	var o overlay
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &o))
	for name, want := range map[string]string{"a_test.go": "TestA(t *testing.T) {watertightBegin(t);}", "b_test.go": "TestB(t *testing.T) {watertightBegin(t);}"} {
		added, err := os.ReadFile(o.Replace[filepath.Join(module, name)])
		require.NoError(t, err)
		require.Contains(t, string(added), want)
	}
}

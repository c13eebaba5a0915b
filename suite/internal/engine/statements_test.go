package engine

import (
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

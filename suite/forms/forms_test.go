package forms

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/suite"
)

var rewrite = flag.Bool("update", false, "write the files in testdata, and the schema")

// rendered is a result in a form.
func rendered(t testing.TB, write func(io.Writer, suite.Result) error, r suite.Result) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, write(&b, r))
	return b.String()
}

// terminal is Text without colour, at the default width.
func terminal(w io.Writer, r suite.Result) error { return Text(w, r, Terminal{}) }

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *rewrite {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "%s: go test ./suite/forms -update writes it anew", file)
}

func TestGolden(t *testing.T) {
	for _, name := range []string{"nothing", "leaking", "compared", "growing"} {
		golden(t, name+".txt", rendered(t, terminal, all()[name]))
		golden(t, name+".md", rendered(t, Markdown, all()[name]))
	}
	golden(t, "compared.annotations", rendered(t, Annotations, compared()))
	golden(t, "growing.annotations", rendered(t, Annotations, growing()))
	golden(t, "leaking.xml", rendered(t, JUnit, leaking()))
	golden(t, "compared.json", rendered(t, JSON, compared()))
}

// Every form says the same of a result whenever it is written, and tells where it cannot
// be written.
func TestFormsAreDeterministic(t *testing.T) {
	for name, r := range all() {
		for format, write := range Formats {
			require.Equal(t, rendered(t, write, r), rendered(t, write, r), "%s as %s", name, format)
			require.ErrorIs(t, write(broken{}, r), errBroken, "%s as %s", name, format)
		}
		require.ErrorIs(t, Text(broken{}, r, Terminal{}), errBroken)
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

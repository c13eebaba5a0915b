package forms

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/place"
	"github.com/watertight-go/watertight/leak"
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

// A place is told at the first line of the user's own.
func TestSiteOf(t *testing.T) {
	in := tree(inRepository())
	test := suite.TestName{Package: "p", Test: "T"}
	declared := map[suite.TestName]place.Site{test: {File: "sub/x_test.go", Line: 5, Inside: true}}
	const own, vendored, outside = "/repo/sub/a.go", "/repo/vendor/golang.org/x/sync/errgroup.go", "/usr/local/go/src/net/http/transport.go"
	for name, c := range map[string]struct {
		f    leak.Finding
		want string
	}{
		"go statement":                      {leak.Finding{File: own, Line: 3}, "sub/a.go:3"},
		"given to a library":                {leak.Finding{File: outside, Line: 3, Runs: "f", RunsFile: own, RunsLine: 4}, "sub/a.go:4"},
		"given by a library to one":         {leak.Finding{File: own, Line: 3, Runs: "f", RunsFile: outside, RunsLine: 4}, "sub/a.go:3"},
		"in a library":                      {leak.Finding{File: outside, Line: 3}, "sub/x_test.go:5"},
		"in a vendored library":             {leak.Finding{File: vendored, Line: 3}, "sub/x_test.go:5"},
		"in a library vendored in a folder": {leak.Finding{File: "/repo/sub/vendor/x/y.go", Line: 3}, "sub/x_test.go:5"},
		"with -trimpath":                    {leak.Finding{File: "example.com/m/a.go", Line: 3}, "sub/a.go:3"},
		"unknown":                           {leak.Finding{}, "sub/x_test.go:5"},
	} {
		require.Equal(t, c.want, siteOf(in, suite.Site{Finding: c.f, Tests: []suite.TestName{test}}, declared).String(), name)
	}
	nowhere := siteOf(in, suite.Site{Finding: leak.Finding{File: outside, Line: 3}}, nil)
	require.Equal(t, "net/http/transport.go:3", shown(nowhere), "where no line is the user's own")
}

// Colour is only written where it is asked for, and says nothing that words do not.
func TestColor(t *testing.T) {
	colored := func(w io.Writer, r suite.Result) error { return Text(w, r, Terminal{Color: true}) }
	got := rendered(t, colored, compared())
	require.Contains(t, got, "\x1b[31mNEW leak.go:7")
	require.Contains(t, got, "\x1b[32mFIXED")
	require.Equal(t, rendered(t, terminal, compared()), regexp.MustCompile("\x1b\\[[0-9]*m").ReplaceAllString(got, ""))
}

package benches

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
)

// versions is the text of a module in two versions, of which one package is in both.
const versions = `
-- before/go.mod --
module example.com/m

go 1.22
-- before/p/p.go --
package p

var Kept *int

func Allocate() { Kept = new(int) }
-- before/p/p_test.go --
package p

import "testing"

func BenchmarkAllocate(b *testing.B) {
	for i := 0; i < b.N; i++ {
		Allocate()
	}
}

func BenchmarkOther(b *testing.B) {}

func TestNothing(t *testing.T) { t.Fatal("tests do not run") }
-- before/none/none_test.go --
package none

import "testing"

func TestNothing(t *testing.T) { t.Fatal("tests do not run") }
-- after/p/p.go --
package p

var Kept *int

func Allocate() { Kept = new(int); Kept = new(int) }
-- after/added/added_test.go --
package added

import "testing"

func BenchmarkAdded(b *testing.B) {}
`

// repository has the earlier version as its commit, and the later one in its working tree.
func repository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	unpack := func(folder string) {
		for _, f := range txtar.Parse([]byte(versions)).Files {
			if name, ok := strings.CutPrefix(f.Name, folder+"/"); ok {
				write(t, filepath.Join(dir, name), string(f.Data))
			}
		}
	}
	unpack("before")
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", "."}, {"commit", "-q", "-m", "first"}} {
		cmd := exec.Command("git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.com"}, args...)...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "git %v: %s", args, out)
	}
	unpack("after")
	return dir
}

func write(t *testing.T, file, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
}

// lines are how many lines of an output begin with a prefix.
func lines(output []byte, prefix string) (n int) {
	for l := range strings.Lines(string(output)) {
		if strings.HasPrefix(l, prefix) {
			n++
		}
	}
	return n
}

// Each round has two runs of each version, with the floor before each, and only what matches
// runs.
func TestRun(t *testing.T) {
	dir := repository(t)
	var progress strings.Builder
	r, err := Run(t.Context(), Options{Dir: dir, Before: "main", Bench: "Allocate|Added", Benchtime: "10x", Rounds: 2}, &progress)
	require.NoError(t, err)
	require.Equal(t, []string{"main", "the working tree"}, []string{r.Before.Name, r.After.Name})
	for _, o := range []Outputs{r.Before, r.After} {
		require.Equal(t, 4, lines(o.Benchmarks, "BenchmarkAllocate"), "%s", o.Benchmarks)
		require.Zero(t, lines(o.Benchmarks, "BenchmarkOther"))
		require.Equal(t, 4, lines(o.Benchmarks, "pkg: example.com/m/p\n"))
		require.GreaterOrEqual(t, lines(o.Floor, "BenchmarkFloor"), 4)
	}
	require.Zero(t, lines(r.Before.Benchmarks, "BenchmarkAdded"))
	require.Equal(t, 4, lines(r.After.Benchmarks, "BenchmarkAdded"))
	require.Contains(t, string(r.Before.Benchmarks), " 1 allocs/op")
	require.Contains(t, string(r.After.Benchmarks), " 2 allocs/op")
	require.Contains(t, progress.String(), "round 2 of 2: ./p")
	status, err := exec.Command("git", "-C", dir, "status", "--porcelain").Output()
	require.NoError(t, err)
	require.Equal(t, " M p/p.go\n?? added/\n", string(status), "no file of the user's is changed")
}

// What cannot be compared is said, and nothing is returned.
func TestRunSaysWhy(t *testing.T) {
	dir := repository(t)
	options := func(change func(*Options)) Options {
		o := Options{Dir: dir, Before: "main", Benchtime: "1x", Rounds: 1, Packages: []string{"./p"}}
		change(&o)
		return o
	}
	for name, tt := range map[string]struct {
		options Options
		says    string
	}{
		"no version":       {options(func(o *Options) { o.Before = "" }), "got no earlier version"},
		"an unknown one":   {options(func(o *Options) { o.Before = "mian" }), "did you mean main?"},
		"nothing matches":  {options(func(o *Options) { o.Bench = "Nosuch" }), `got no benchmark that matches "Nosuch" in ./p`},
		"a wrong pattern":  {options(func(o *Options) { o.Bench = "(" }), "-bench: error parsing regexp"},
		"a wrong duration": {options(func(o *Options) { o.Benchtime = "soon" }), "main, ./p: exited"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Run(t.Context(), tt.options, io.Discard)
			require.ErrorContains(t, err, tt.says)
		})
	}
	write(t, filepath.Join(dir, "p", "p.go"), "package p\n\nfunc Allocate() { panic(\"boom\") }\n")
	_, err := Run(t.Context(), options(func(*Options) {}), io.Discard)
	require.ErrorContains(t, err, "the working tree, ./p: ")
	require.ErrorContains(t, err, "panic: boom")
	write(t, filepath.Join(dir, "p", "p.go"), "package p\n\nfunc Allocate() { nosuch() }\n")
	_, err = Run(t.Context(), options(func(*Options) {}), io.Discard)
	require.ErrorContains(t, err, "the working tree: example.com/m/p was not built")
	require.ErrorContains(t, err, "undefined: nosuch")
}

package port

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the results into testdata")

// TestSource: each archive has a file before and after, and what is left to do by hand.
func TestSource(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archives)
	for _, name := range archives {
		t.Run(filepath.Base(name), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			require.NoError(t, err)
			before := a.Files[0]
			require.Equal(t, "before.go", before.Name)
			out, notes, err := Source("x_test.go", before.Data)
			require.NoError(t, err)
			hand := ""
			for _, n := range notes {
				if n.ByHand {
					hand += fmt.Sprintln(n)
				}
			}
			got := []txtar.File{before, {Name: "after.go", Data: out}, {Name: "by hand", Data: []byte(hand)}}
			if *update {
				require.NoError(t, os.WriteFile(name, txtar.Format(&txtar.Archive{Comment: a.Comment, Files: got}), 0o644))
				return
			}
			require.Len(t, a.Files, 3)
			assert.Equal(t, string(a.Files[1].Data), string(out))
			assert.Equal(t, string(a.Files[2].Data), hand)
			again, _, err := Source("x_test.go", out)
			require.NoError(t, err)
			assert.Equal(t, string(out), string(again), "what was rewritten stays as it is")
		})
	}
}

func TestSourceOfOthers(t *testing.T) {
	src := []byte("package x\nimport   \"fmt\"\nfunc F() { fmt.Println(goleak.VerifyNone) }\n")
	out, notes, err := Source("x.go", src)
	require.NoError(t, err)
	assert.Equal(t, string(src), string(out), "a file without these packages is not even formatted")
	assert.Empty(t, notes)
	_, _, err = Source("x.go", []byte("no Go"))
	assert.ErrorContains(t, err, "x.go:1:1")
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.go", "a.txt", "b/b_test.go", "vendor/v.go", "b/testdata/t.go", ".hidden/h.go", "_old/o.go"} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("package x\n"), 0o644))
	}
	for pattern, want := range map[string]string{"/...": "a.go b/b_test.go", "": "a.go"} {
		files, err := Files([]string{dir + pattern})
		require.NoError(t, err)
		var got []string
		for _, f := range files {
			rel, err := filepath.Rel(dir, f)
			require.NoError(t, err)
			got = append(got, filepath.ToSlash(rel))
		}
		assert.Equal(t, want, strings.Join(got, " "))
	}
	_, err := Files([]string{filepath.Join(dir, "none")})
	assert.Error(t, err)
}

// TestRun: a file that cannot be read does not stop the others, and a dry run writes
// nothing.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "good.go"), filepath.Join(dir, "bad.go")
	src := "package x\n\nimport \"go.uber.org/goleak\"\n\nfunc TestX(t T) {\n\tdefer goleak.VerifyNone(t)\n}\n"
	require.NoError(t, os.WriteFile(good, []byte(src), 0o644))
	require.NoError(t, os.WriteFile(bad, []byte("no Go"), 0o644))
	notes, err := Run([]string{bad, good}, nil)
	assert.ErrorContains(t, err, "bad.go:1:1")
	require.Len(t, notes, 1)
	assert.Equal(t, good+":6: defer goleak.VerifyNone(t) -> leak.Check(t)", notes[0].String())
	written := map[string]string{}
	_, err = Run([]string{bad, good}, func(name string, text []byte) error { written[name] = string(text); return nil })
	assert.Error(t, err)
	assert.Equal(t, map[string]string{good: strings.NewReplacer("go.uber.org/goleak", leakPath, "defer goleak.VerifyNone", "leak.Check").Replace(src)}, written)
}

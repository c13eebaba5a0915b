package trees

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// proxy serves versions of one module from a folder, and nothing else. The files of a
// version are those of dir; goMod is what the proxy says of its go.mod.
type proxy struct{ dir string }

func newProxy(t *testing.T) proxy {
	t.Helper()
	p := proxy{t.TempDir()}
	t.Setenv("GOPROXY", "file://"+filepath.ToSlash(p.dir))
	t.Setenv("GONOSUMDB", "*")
	t.Setenv("GOFLAGS", "-modcacherw -mod=vendor")
	t.Setenv("GOMODCACHE", t.TempDir())
	return p
}

func (p proxy) add(t *testing.T, path, version, goMod, dir string) {
	t.Helper()
	m := module.Version{Path: path, Version: version}
	var packed bytes.Buffer
	require.NoError(t, zip.CreateFromDir(&packed, m, dir))
	at := filepath.Join(p.dir, path, "@v", version)
	writeFile(t, at+".info", fmt.Sprintf(`{"Version":%q}`, version))
	writeFile(t, at+".mod", goMod)
	writeFile(t, at+".zip", packed.String())
	writeFile(t, filepath.Join(p.dir, path, "@v", "list"), version+"\n")
}

// A published version is a copy that can be written to, without replacements by folders,
// and with a go.mod where it has none.
func TestOpenPublished(t *testing.T) {
	proxy := newProxy(t)
	goMod := "module example.com/sub\n\ngo 1.22\n\nreplace example.com/x => ../x\n\nreplace example.com/y => example.com/z v1.0.0\n"
	files := t.TempDir()
	write(t, "module.txtar", files)
	writeFile(t, filepath.Join(files, "go.mod"), goMod)
	proxy.add(t, "example.com/sub", "v1.0.0", goMod, files)
	require.NoError(t, os.Remove(filepath.Join(files, "go.mod")))
	proxy.add(t, "example.com/sub/v2", "v2.0.0", "module example.com/sub/v2\n", files)
	proxy.add(t, "example.com/sub", "v2.0.0+incompatible", "module example.com/sub\n", files)

	user := filepath.Join(t.TempDir(), "user")
	write(t, "module.txtar", user)
	outside := t.TempDir() // which has no such files
	cached := filepath.Join(os.Getenv("GOMODCACHE"), "example.com", "sub@v1.0.0")
	below := filepath.Join(user, "user")
	for _, tt := range []struct{ name, from, dir, instead string }{
		{"v1.0.0", below, "user", user},
		{"example.com/sub@v1.0.0", outside, ".", cached},
		{"example.com/sub@v1.0.0", below, "user", user},
		{"v2.0.0+incompatible", user, ".", user},
		{"v2.0.0", user, ".", user},
	} {
		tree, err := open(t, tt.from, tt.name)
		require.NoError(t, err)
		require.Equal(t, "example.com/sub", withoutMajor(tree.Module))
		require.Equal(t, filepath.Join(tree.Root, tt.dir), tree.Dir)
		require.Equal(t, tt.instead, tree.Instead)
		require.False(t, tree.IsCommit())
		got := read(t, tree.Root, "go.mod")
		require.NotContains(t, got, "../x")
		if !strings.HasPrefix(tt.name, "v2") {
			require.Contains(t, got, "example.com/z v1.0.0")
		}
		writeFile(t, filepath.Join(tree.Root, "m.go"), "package m\n")
	}
	_, err := open(t, user, "v1.0.1")
	require.ErrorContains(t, err, "v1.0.1: cannot be fetched: ")
}

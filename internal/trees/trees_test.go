package trees

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
)

// write writes the files of an archive of testdata into a folder.
func write(t *testing.T, archive, dir string) {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", archive))
	require.NoError(t, err)
	for _, f := range a.Files {
		writeFile(t, filepath.Join(dir, f.Name), string(f.Data))
	}
}

func writeFile(t *testing.T, file, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
}

// gitOut runs git as a user would.
func gitOut(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.com"}, args...)...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "git %v: %s", args, out)
	return strings.TrimSpace(string(out))
}

// history is a repository with a module in the folder sub, in two commits, of which
// the first has tags.
func history(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	write(t, "module.txtar", filepath.Join(dir, "sub"))
	gitOut(t, dir, "init", "-q", "-b", "main")
	gitOut(t, dir, "add", ".")
	gitOut(t, dir, "commit", "-q", "-m", "first")
	gitOut(t, dir, "tag", "sub/v1.0.0")
	gitOut(t, dir, "tag", "release-1")
	writeFile(t, filepath.Join(dir, "sub", "m.go"), "package m\n\nfunc F() int { return 2 }\n")
	gitOut(t, dir, "commit", "-q", "-a", "-m", "second")
	return dir
}

// hashOf is that of all files of a folder, with their names.
func hashOf(t *testing.T, dir string) string {
	t.Helper()
	sum := sha256.New()
	require.NoError(t, filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		fmt.Fprintf(sum, "%s %d\n%s", name, len(text), text)
		return err
	}))
	return fmt.Sprintf("%x", sum.Sum(nil))
}

// open opens a version from a folder, in which nothing may change.
func open(t *testing.T, dir, name string) (Tree, error) {
	t.Helper()
	before := hashOf(t, dir)
	p, err := Find(t.Context(), dir)
	require.NoError(t, err)
	tree, err := p.Open(t.Context(), name, filepath.Join(t.TempDir(), "tree"))
	require.Equal(t, before, hashOf(t, dir), "a file was changed")
	return tree, err
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return string(text)
}

// A ref is checked out as the folder that the user is in, and nothing is written into
// the repository. The tag of a module in a subfolder can be named by its version.
func TestOpenRef(t *testing.T) {
	dir := history(t)
	first := gitOut(t, dir, "rev-parse", "HEAD~1")
	sub := filepath.Join(dir, "sub")
	writeFile(t, filepath.Join(sub, "m.go"), "package m\n\nfunc F() int { return 3 }\n")
	for _, name := range []string{"HEAD~1", "release-1", "sub/v1.0.0", "v1.0.0", first[:8], "HEAD@{1}"} {
		t.Run(name, func(t *testing.T) {
			tree, err := open(t, sub, name)
			require.NoError(t, err)
			require.Equal(t, first, tree.Resolved)
			require.Equal(t, "example.com/sub", tree.Module)
			require.Contains(t, read(t, tree.Dir, "m.go"), "return 1")
			require.True(t, tree.IsCommit())
			require.False(t, tree.InPlace)
			require.Equal(t, dir, tree.Instead)
		})
	}
	require.Equal(t, 1, Changed(t.Context(), sub))
	tree, err := open(t, sub, "")
	require.NoError(t, err)
	require.True(t, tree.InPlace)
	require.Equal(t, sub, tree.Dir)
	// A hook of git sets variables that name another repository.
	t.Setenv("GIT_DIR", filepath.Join(t.TempDir(), "none"))
	_, err = open(t, sub, "HEAD~1")
	require.NoError(t, err)
}

// A repository that was cloned with a depth, and a second working tree, have all that is
// needed.
func TestOpenRefOfOddRepositories(t *testing.T) {
	dir := history(t)
	commit := gitOut(t, dir, "rev-parse", "HEAD")
	shallow := filepath.Join(t.TempDir(), "shallow")
	gitOut(t, dir, "clone", "-q", "--depth=1", "file://"+dir, shallow)
	gitOut(t, shallow, "checkout", "-q", "--detach")
	gitOut(t, shallow, "branch", "-q", "-D", "main")
	worktree := filepath.Join(t.TempDir(), "worktree")
	gitOut(t, dir, "worktree", "add", "-q", "--detach", worktree)
	for _, root := range []string{shallow, worktree} {
		tree, err := open(t, filepath.Join(root, "sub"), commit)
		require.NoError(t, err)
		require.Contains(t, read(t, tree.Dir, "m.go"), "return 2")
	}
	_, err := open(t, filepath.Join(shallow, "sub"), "release-1")
	require.ErrorContains(t, err, "the repository is shallow: git fetch the ref first")
}

// What cannot be opened is said in a sentence.
func TestOpenRefuses(t *testing.T) {
	dir := history(t)
	outside := t.TempDir()
	gitOut(t, dir, "checkout", "-q", "--orphan", "empty")
	gitOut(t, dir, "rm", "-rqf", "--cached", ".")
	writeFile(t, filepath.Join(dir, "x"), "")
	gitOut(t, dir, "add", "x")
	gitOut(t, dir, "commit", "-q", "-m", "no module")
	t.Setenv("GOPROXY", "off")
	for name, tt := range map[string]struct{ dir, ref, want string }{
		"unknown ref":        {"sub", "relaese-1", "relaese-1: unknown git ref: did you mean release-1?"},
		"like no ref":        {"sub", "something-else", "something-else: unknown git ref"},
		"folder not there":   {"sub", "empty", "empty: the folder sub/ is not in it"},
		"no repository":      {outside, "main", "is in no git repository"},
		"no module":          {outside, "v1.2.3", "version v1.2.3: the current folder is in no module: name the module as well, as in example.com/module@v1.2.3"},
		"no working tree":    {outside, "", "the current folder is in no module"},
		"no network":         {"sub", "v9.9.9", "v9.9.9: cannot be fetched"},
		"no network, module": {outside, "example.com/x@v1.0.0", "example.com/x@v1.0.0: cannot be fetched"},
	} {
		t.Run(name, func(t *testing.T) {
			where := tt.dir
			if where == "sub" {
				where = filepath.Join(dir, "sub")
			}
			_, err := open(t, where, tt.ref)
			require.ErrorContains(t, err, tt.want)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestSplitModule(t *testing.T) {
	for name, want := range map[string]bool{
		"example.com/m@v1.0.0": true, "golang.org/x/sync@latest": true, "gopkg.in/yaml.v2@v2.4.0": true,
		"HEAD@{1}": false, "main@{upstream}": false, "@": false, "v1.2.3": false, "user@host": false, "a.b@{1}": false,
	} {
		_, _, ok := splitModule(name)
		require.Equal(t, want, ok, name)
	}
}

func TestModuleOf(t *testing.T) {
	for _, tt := range []struct{ path, version, want string }{
		{"example.com/m", "v1.2.0", "example.com/m"},
		{"example.com/m", "v2.0.0", "example.com/m/v2"},
		{"example.com/m/v3", "v1.0.0", "example.com/m"},
		{"example.com/m/v3", "v2.1.0", "example.com/m/v2"},
		{"example.com/m", "v2.0.0+incompatible", "example.com/m"},
		{"gopkg.in/yaml.v2", "v3.0.1", "gopkg.in/yaml.v3"},
		{"example.com/m/v2", "latest", "example.com/m/v2"},
	} {
		require.Equal(t, tt.want, moduleOf(tt.path, tt.version), tt.path+" "+tt.version)
	}
}

func TestShort(t *testing.T) {
	for _, tt := range []struct{ name, want string }{
		{"example.com/m", "."}, {"example.com/m/p.F", "./p.F"}, {"example.com/m.(*T).F", "..(*T).F"}, {"example.com/m_test.TestX", "._test.TestX"},
		{"example.com/more.F", "example.com/more.F"}, {"sync.(*Pool).Get", "sync.(*Pool).Get"}, {"", ""},
	} {
		require.Equal(t, tt.want, Short(tt.name, "example.com/m"), tt.name)
	}
	require.Equal(t, "p.F", Short("p.F", ""))
}

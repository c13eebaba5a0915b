package trees

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// hashes are those of the packages of a module in a folder.
func hashes(t *testing.T, dir string) map[string]string {
	t.Helper()
	p, err := Find(t.Context(), dir)
	require.NoError(t, err)
	tree, err := p.workingTree()
	require.NoError(t, err)
	all, err := tree.Hashes(t.Context(), nil, []string{"./..."})
	require.NoError(t, err)
	return all
}

// A change is seen in each package whose tests are built of it or can read it, and in no
// other.
func TestHashes(t *testing.T) {
	first := t.TempDir()
	write(t, "module.txtar", first)
	before := hashes(t, first)
	require.Equal(t, []string{".", "./alone", "./other", "./user"}, slices.Sorted(maps.Keys(before)))
	for name, tt := range map[string]struct {
		file, text string
		want       []string
	}{
		"nothing":                {"new/new.go", "package new\n", nil},
		"code":                   {"m.go", "package m\n\nfunc F() int { return 2 }\n", []string{".", "./user"}},
		"a test":                 {"user/user_test.go", "package user\n\nimport \"testing\"\n\nfunc TestG(t *testing.T) { G(); G() }\n", []string{"./user"}},
		"a file beside the code": {"data.txt", "changed", []string{"."}},
		"an embedded file":       {"alone/text/a.txt", "changed", []string{"./alone"}},
		"testdata":               {"alone/testdata/deep/b.txt", "changed", []string{"./alone"}},
		"the language":           {"go.mod", "module example.com/sub\n\ngo 1.23\n", []string{".", "./alone", "./other", "./user"}},
		"the path of the module": {"go.mod", "module example.com/sub/v2\n\ngo 1.22\n", []string{".", "./user"}}, // go.mod itself; the import is of another module now
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, "module.txtar", dir)
			writeFile(t, filepath.Join(dir, tt.file), tt.text)
			after := hashes(t, dir)
			var changed []string
			for _, path := range slices.Sorted(maps.Keys(before)) {
				if before[path] != after[path] {
					changed = append(changed, path)
				}
			}
			require.Equal(t, tt.want, changed)
		})
	}
}

// The tests of another version take the place of a tree's own, also where that is the
// working tree, which keeps its files.
func TestWithTests(t *testing.T) {
	mine, theirs := t.TempDir(), t.TempDir()
	write(t, "module.txtar", mine)
	write(t, "module.txtar", theirs)
	writeFile(t, filepath.Join(mine, "gone_test.go"), "package m\n")
	writeFile(t, filepath.Join(mine, "lib", "go.mod"), "module example.com/lib\n")
	writeFile(t, filepath.Join(mine, "lib", "lib_test.go"), "package lib\n")
	writeFile(t, filepath.Join(theirs, "new_test.go"), "package m\n")
	writeFile(t, filepath.Join(theirs, "alone", "testdata", "deep", "b.txt"), "theirs")
	writeFile(t, filepath.Join(theirs, "added", "added.go"), "package added\n")
	writeFile(t, filepath.Join(theirs, "added", "added_test.go"), "package added\n")
	writeFile(t, filepath.Join(theirs, "tests", "only_test.go"), "package tests\n")
	for _, repository := range []bool{false, true} {
		if repository {
			gitOut(t, mine, "init", "-q")
			writeFile(t, filepath.Join(mine, ".gitignore"), "ignored.txt\n")
			writeFile(t, filepath.Join(mine, "ignored.txt"), "")
		}
		before := hashOf(t, mine)
		p, err := Find(t.Context(), mine)
		require.NoError(t, err)
		tree, err := p.workingTree()
		require.NoError(t, err)
		copied, err := tree.WithTests(t.Context(), Tree{Root: theirs}, filepath.Join(t.TempDir(), "copy"))
		require.NoError(t, err)
		require.Equal(t, before, hashOf(t, mine))
		require.Equal(t, mine, copied.Instead)
		require.NoFileExists(t, filepath.Join(copied.Root, "gone_test.go"))
		require.FileExists(t, filepath.Join(copied.Root, "new_test.go"))
		require.FileExists(t, filepath.Join(copied.Root, "m.go"))
		require.FileExists(t, filepath.Join(copied.Root, "tests", "only_test.go"))
		require.FileExists(t, filepath.Join(copied.Root, "lib", "lib_test.go"))
		require.NoFileExists(t, filepath.Join(copied.Root, "added", "added_test.go"))
		require.Equal(t, "theirs", read(t, copied.Root, "alone/testdata/deep/b.txt"))
		if repository {
			require.NoFileExists(t, filepath.Join(copied.Root, "ignored.txt"))
		}
	}
}

package trees

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// WithTests is the tree with the tests of another one: its test files and testdata in
// place of its own. The working tree itself is not changed but copied into the folder
// temp.
func (t Tree) WithTests(ctx context.Context, from Tree, temp string) (Tree, error) {
	if t.InPlace {
		var err error
		if t, err = t.copied(ctx, temp); err != nil {
			return t, fmt.Errorf("copy the working tree: %w", err)
		}
	}
	// The tests may need modules that this version does not.
	t.Flags = append(slices.Clone(t.Flags), "-mod=mod")
	err := eachTestFile(t.Root, func(name string) error { return os.Remove(filepath.Join(t.Root, name)) })
	if err != nil {
		return t, err
	}
	return t, eachTestFile(from.Root, func(name string) error {
		if !takesTests(filepath.Join(t.Root, owner(name)), filepath.Join(from.Root, owner(name))) {
			return nil // a package that this version does not have
		}
		return copyFile(filepath.Join(from.Root, name), filepath.Join(t.Root, name))
	})
}

// copied is a copy of the working tree: what git knows of it and what is new, or all
// files outside of a repository.
func (t Tree) copied(ctx context.Context, temp string) (Tree, error) {
	top := t.Root
	repo, err := findRepository(ctx, t.Dir)
	if err == nil {
		top = repo.top()
		err = repo.copyFiles(ctx, top, temp)
	} else {
		err = os.CopyFS(temp, os.DirFS(top))
	}
	if err != nil {
		return t, err
	}
	there := func(dir string) string { return filepath.Join(temp, strings.TrimPrefix(dir, top)) }
	return Tree{Dir: there(t.Dir), Root: there(t.Root), Module: t.Module, Flags: t.Flags, Env: outsideWorkspace(), Whole: temp, Instead: top}, nil
}

// top is the root folder of the repository, by the path that the user calls it by.
func (r repository) top() string {
	prefix := filepath.FromSlash(r.prefix)
	return filepath.Clean(strings.TrimSuffix(r.dir+string(filepath.Separator), prefix))
}

// copyFiles copies the files of the working tree that git does not ignore.
func (r repository) copyFiles(ctx context.Context, top, to string) error {
	out, err := git(ctx, top, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(out, "\x00"), "\x00") {
		info, err := os.Stat(filepath.Join(top, name))
		if err != nil || !info.Mode().IsRegular() {
			continue // removed, or a submodule
		}
		if err := copyFile(filepath.Join(top, name), filepath.Join(to, name)); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, text, info.Mode().Perm()|0o600)
}

// eachTestFile calls do for the test files of a module and those in its testdata, by
// their paths in it.
func eachTestFile(root string, do func(name string) error) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		inTestdata := owner(name) != filepath.Dir(name)
		switch {
		case d.IsDir():
			if path != root && !inTestdata && d.Name() != "testdata" && isOther(path, d.Name()) {
				return filepath.SkipDir
			}
		case d.Type().IsRegular() && (inTestdata || strings.HasSuffix(name, "_test.go")):
			return do(name)
		}
		return nil
	})
}

// isOther reports whether a folder is not part of the module.
func isOther(path, name string) bool {
	_, err := os.Stat(filepath.Join(path, "go.mod"))
	return name == "vendor" || strings.HasPrefix(name, ".") || err == nil
}

// owner is the folder of the package that a file belongs to: for testdata the one above.
func owner(name string) string {
	parts := strings.Split(filepath.ToSlash(filepath.Dir(name)), "/")
	if i := slices.Index(parts, "testdata"); i >= 0 {
		return filepath.Join(append([]string{"."}, parts[:i]...)...)
	}
	return filepath.Dir(name)
}

// takesTests reports whether tests can go into a folder: it has Go files that are no
// tests, or they came from a folder of tests alone.
func takesTests(to, from string) bool { return hasCode(to) || !hasCode(from) }

// hasCode reports whether a folder has Go files that are no tests.
func hasCode(dir string) bool {
	files, _ := filepath.Glob(filepath.Join(dir, "*.go")) // the pattern is well formed
	return slices.ContainsFunc(files, func(name string) bool { return !strings.HasSuffix(name, "_test.go") })
}

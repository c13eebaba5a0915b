package host

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/gocmd"
)

// locate returns the folder in which the go command runs, and how it calls the package
// there. Where the package is in another module of the tree it runs in the package.
func (s BuildSpec) locate() (dir, pkg string) {
	pkg = s.pkg()
	folder, ok := s.pathOf(pkg)
	if !ok {
		return s.Tree.Dir, pkg
	}
	if moduleRoot(folder) != moduleRoot(s.Tree.Dir) {
		return folder, "."
	}
	return s.Tree.Dir, folder
}

// pathOf is the folder that a package is named by; not ok for an import path.
func (s BuildSpec) pathOf(pkg string) (folder string, ok bool) {
	if filepath.IsAbs(pkg) {
		if s.Tree.Whole != "" && isBelow(pkg, s.Tree.Instead) {
			below, _ := filepath.Rel(s.Tree.Instead, pkg) // isBelow has found it
			return filepath.Join(s.Tree.Whole, below), true
		}
		return filepath.Clean(pkg), true
	}
	folder = filepath.Join(s.Tree.Dir, filepath.FromSlash(pkg))
	first, _, _ := strings.Cut(filepath.ToSlash(pkg), "/")
	info, err := os.Stat(folder)
	return folder, (first == "." || first == ".." || err == nil && info.IsDir()) && !strings.Contains(pkg, "...")
}

// moduleRoot is the nearest folder upwards with a go.mod; empty for none.
func moduleRoot(dir string) string {
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// isBelow reports whether a file is in a folder.
func isBelow(file, folder string) bool {
	below, err := filepath.Rel(folder, file)
	return folder != "" && err == nil && filepath.IsLocal(below)
}

// listed is what go list says of a package.
type listed struct {
	Name, Dir, ImportPath string
	Module                *struct{ Path, Version string }
	Error                 *struct{ Err string }
}

// find returns the folder of the package.
func (s BuildSpec) find(ctx context.Context, dir, pkg string) (string, error) {
	flags := slices.Concat(s.Flags, s.Tree.Flags)
	args := slices.Concat([]string{"-e", "-find", "-json=Name,Dir,ImportPath,Module,Error"}, gocmd.BuildFlags(flags), []string{"--", pkg})
	found, err := gocmd.List[listed](ctx, dir, s.env(dir), args...)
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		return "", s.said(strings.Split(strings.TrimPrefix(err.Error(), "go: "), "\n"), "")
	case len(found) != 1:
		return "", failed("build %s: got %d packages, want one", s.pkg(), len(found))
	}
	out, err := gocmd.Output(ctx, dir, s.env(dir), "go", "env", "GOMODCACHE", "GOFLAGS")
	if err != nil {
		return "", cmp.Or(ctx.Err(), err)
	}
	cache, goflags, _ := strings.Cut(strings.TrimSuffix(string(out), "\n"), "\n")
	if hasOverlay(append(strings.Fields(goflags), flags...)) {
		return "", failed("build %s: got the flag -overlay, which this build needs itself", s.pkg())
	}
	return found[0].folder(s, cache)
}

func hasOverlay(flags []string) bool {
	return slices.ContainsFunc(flags, func(f string) bool {
		name, _, _ := strings.Cut(strings.TrimLeft(f, "-"), "=")
		return name == "overlay"
	})
}

// folder refuses a package that is no program.
func (l listed) folder(s BuildSpec, cache string) (string, error) {
	switch {
	case l.Error != nil && l.Name != "main":
		return "", s.said(strings.Split(l.Error.Err, "\n"), "")
	case l.ImportPath == "command-line-arguments":
		return "", failed("build %s: got files, want a package, such as ./cmd/server", s.pkg())
	case l.Name != "main":
		return "", failed("build %s: got package %s, want package main", s.pkg(), l.Name)
	case isBelow(l.Dir, cache) && l.Module != nil:
		return "", failed("build %s: it is in the module cache, where nothing can be added: name %s@%s as the version", s.pkg(), l.Module.Path, l.Module.Version)
	}
	return l.Dir, nil
}

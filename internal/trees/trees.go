// Package trees puts a version of a module into a folder: a git ref, a published
// version, or the working tree, which stays where it is. It writes nothing outside of
// the folder that it is given: neither into the user's files nor into the .git folder.
package trees

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"

	"github.com/watertight-go/watertight/internal/gocmd"
)

// ErrNoModule says that a version needs a module in the current folder, which has none.
var ErrNoModule = errors.New("the current folder is in no module")

// Place is where the user is.
type Place struct {
	// Dir is the current folder.
	Dir string
	// Module is the path of its module, and Root that module's folder. Both are empty
	// outside of any.
	Module, Root string
}

// Tree is a version of a module in a folder.
type Tree struct {
	// Name is how the user called it; empty for the working tree.
	Name string
	// Resolved is the commit, or the module with its version.
	Resolved string
	// Dir is where the go command runs: it is to the tree what Place.Dir is to the user's
	// files. Root is the folder of the module.
	Dir, Root string
	// Module is the module's path.
	Module string
	// Whole is the folder of the whole tree, and Instead the one that it stands for: the
	// user's own, or that of the module cache where the user's is of another module. Both
	// are empty for the working tree.
	Whole, Instead string
	// Flags and Env are what the go command needs there besides.
	Flags, Env []string
	// InPlace: it is the user's own, in which nothing may be written.
	InPlace bool
}

// IsCommit reports whether it is a commit of the user's repository.
func (t Tree) IsCommit() bool { return t.Resolved != "" && !strings.Contains(t.Resolved, "@") }

// Find finds the module of a folder.
func Find(ctx context.Context, dir string) (Place, error) {
	out, err := gocmd.Output(ctx, dir, nil, "go", "env", "GOMOD")
	if err != nil {
		return Place{}, err
	}
	p := Place{Dir: dir}
	file := strings.TrimSpace(string(out))
	if file == "" || file == os.DevNull {
		return p, nil
	}
	p.Root = filepath.Dir(file)
	p.Module, err = modulePath(p.Root)
	return p, err
}

// modulePath is that of the go.mod in a folder.
func modulePath(root string) (string, error) {
	file := filepath.Join(root, "go.mod")
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	path := modfile.ModulePath(text)
	if path == "" {
		return "", fmt.Errorf("%s: got no module path", file)
	}
	return path, nil
}

// Open makes the tree of a name, below the folder temp. A name is a module with its
// version (module@version), a git ref of the repository around the current folder, or a
// version of the module there, in this order. An empty name is the working tree.
func (p Place) Open(ctx context.Context, name, temp string) (Tree, error) {
	if module, version, ok := splitModule(name); ok {
		return p.published(ctx, name, module, version, temp)
	}
	if name == "" {
		return p.workingTree()
	}
	repo, err := findRepository(ctx, p.Dir)
	if err == nil {
		var commit string
		if commit, err = repo.resolve(ctx, p.tags(repo, name)); err == nil {
			return p.ofCommit(ctx, repo, name, commit, temp)
		}
	}
	if !isVersion(name) {
		return Tree{}, err
	}
	if p.Module == "" {
		return Tree{}, fmt.Errorf("version %s: %w: name the module as well, as in example.com/module@%s", name, ErrNoModule, name)
	}
	return p.published(ctx, name, moduleOf(p.Module, name), name, temp)
}

// workingTree is the user's own, as it is.
func (p Place) workingTree() (Tree, error) {
	if p.Module == "" {
		return Tree{}, fmt.Errorf("working tree: %w (%s)", ErrNoModule, p.Dir)
	}
	return Tree{Dir: p.Dir, Root: p.Root, Module: p.Module, InPlace: true}, nil
}

// splitModule splits module@version. "HEAD@{1}" and "main@{upstream}" are git refs.
func splitModule(name string) (module, version string, ok bool) {
	module, version, ok = strings.Cut(name, "@")
	first, _, _ := strings.Cut(module, "/")
	return module, version, ok && strings.Contains(first, ".") && version != "" && !strings.HasPrefix(version, "{")
}

// isVersion reports whether a name can be that of a published version.
func isVersion(name string) bool { return name == "latest" || semver.IsValid(name) }

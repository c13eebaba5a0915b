package suite

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/watertight-go/watertight/internal/gocmd"
	"github.com/watertight-go/watertight/internal/place"
)

// Side is one version of the module.
type Side struct {
	// Name is how the user called it: a ref, a version, or empty for the working tree.
	Name string `json:"name,omitempty"`
	// Resolved is what that was: a commit, or a module with its version.
	Resolved string `json:"resolved,omitempty"`
	// Dir is the folder of its module. Where that was a temporary one, it is the current
	// folder instead, in all paths of a Result.
	Dir string `json:"dir"`
	// Root is the root of the repository, or of the module where there is none.
	Root string `json:"root,omitempty"`
	// Module is the path of its module, where it is known, and ModuleDir its folder
	// relative to Root.
	Module    string `json:"module,omitempty"`
	ModuleDir string `json:"moduleDir,omitempty"`
	// Runs are what each of its runs saw, at least one.
	Runs []Observation `json:"runs"`
}

// NewSide is the version in a folder, which it searches for the root of the repository
// and the module.
func NewSide(name, dir string, runs ...Observation) Side {
	s := Side{Name: name, Dir: dir, Root: dir, Runs: runs}
	module := place.Above(dir, "go.mod")
	if text, err := os.ReadFile(filepath.Join(module, "go.mod")); module != "" && err == nil {
		s.Root, s.Module = module, modfile.ModulePath(text)
	}
	if root := place.Above(dir, ".git"); root != "" {
		s.Root = root
	}
	if rel, err := filepath.Rel(s.Root, module); module != "" && err == nil && rel != "." {
		s.ModuleDir = filepath.ToSlash(rel)
	}
	return s
}

// Commit is that of the repository of a folder; empty where there is none.
func Commit(ctx context.Context, dir string) string {
	out, err := gocmd.Output(ctx, dir, nil, "git", "rev-parse", "HEAD")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

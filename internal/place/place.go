// Package place names lines of source as the repository that they are in does.
package place

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Site is a line of source. The zero Site is unknown.
type Site struct {
	File string
	Line int
	// Inside says that the file is in the repository. File is relative to the
	// repository's root then.
	Inside bool
}

// String is the site as an editor opens it; empty for an unknown site.
func (s Site) String() string {
	if s.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", s.File, s.Line)
}

// Tree is the source of a module.
type Tree struct {
	// Root is the root of the repository; empty where there is none.
	Root string
	// Module is the path of the module, ModuleDir its folder relative to Root. They
	// name the files of a program that was built with -trimpath.
	Module, ModuleDir string
}

// Locate names a file from the root of the repository, if it is in there.
func (t Tree) Locate(file string, line int) Site {
	file = strings.ReplaceAll(file, `\`, "/")
	root := strings.TrimSuffix(strings.ReplaceAll(t.Root, `\`, "/"), "/")
	line = max(line, 0)
	if rest, ok := strings.CutPrefix(file, root+"/"); ok && root != "" {
		return Site{rest, line, true}
	}
	if rest, ok := strings.CutPrefix(file, t.Module+"/"); ok && t.Module != "" {
		return Site{strings.TrimPrefix(t.ModuleDir+"/"+rest, "/"), line, true}
	}
	return Site{file, line, false}
}

// Root is the root of the repository around a folder, or of the module where there is
// none; empty where there is neither.
func Root(dir string) string {
	if root := Above(dir, ".git"); root != "" {
		return root
	}
	return Above(dir, "go.mod")
}

// Above is the nearest folder above dir, or dir itself, with an entry of a name; empty
// where there is none.
func Above(dir, name string) string {
	for {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

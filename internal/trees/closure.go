package trees

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/gocmd"
)

// node is what go list says of a package or of its test binary.
type node struct {
	ImportPath, Dir, DefaultGODEBUG string
	Standard                        bool
	Deps                            []string
	Module                          *moduleNode
	GoFiles, CgoFiles, CFiles, CXXFiles, HFiles, SFiles,
	SysoFiles, EmbedFiles, TestEmbedFiles, XTestEmbedFiles []string
}

type moduleNode struct {
	Path, Version, GoVersion string
	Replace                  *moduleNode
}

const nodeFields = "-json=ImportPath,Dir,DefaultGODEBUG,Standard,Deps,Module,GoFiles,CgoFiles,CFiles,CXXFiles,HFiles,SFiles,SysoFiles,EmbedFiles,TestEmbedFiles,XTestEmbedFiles"

// Hashes are those of all that the tests of each package are built of and can read: the
// files of their packages, and the versions of the modules that they need. The keys are
// import paths without the module's own path (Short).
func (t Tree) Hashes(ctx context.Context, flags, patterns []string) (map[string]string, error) {
	nodes, err := t.nodes(ctx, flags, patterns)
	if err != nil {
		return nil, err
	}
	version, err := gocmd.Output(ctx, t.Dir, append(os.Environ(), t.Env...), "go", "env", "GOVERSION")
	if err != nil {
		return nil, err
	}
	h := hasher{tree: t, nodes: nodes, built: map[string]string{}}
	all := map[string]string{}
	for path, n := range nodes {
		tested, ok := strings.CutSuffix(path, ".test")
		if !ok || nodes[tested] == nil {
			continue
		}
		sum := sha256.New()
		fmt.Fprintf(sum, "%s%s\n", version, n.DefaultGODEBUG)
		for _, dep := range n.closure() {
			fmt.Fprintf(sum, "%s %s\n", t.Short(dep), h.build(dep))
		}
		hashFolder(sum, nodes[tested].Dir)
		all[t.Short(tested)] = fmt.Sprintf("%x", sum.Sum(nil))
	}
	return all, h.err
}

// Short is an import path, or the name of a function with one, without the path of the
// module: two versions of a module may have different ones.
func (t Tree) Short(name string) string { return Short(name, t.Module) }

// Short is a name without the path of a module.
func Short(name, module string) string {
	rest, ok := strings.CutPrefix(name, module)
	if module == "" || !ok || rest != "" && !strings.ContainsAny(rest[:1], "/._") {
		return name
	}
	return "." + rest
}

// closure is everything that a test binary is built of, each package once.
func (n *node) closure() (all []string) {
	for _, dep := range n.Deps {
		path, _, _ := strings.Cut(dep, " ") // "p [p.test]" is p, built with its tests
		all = append(all, path)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// nodes asks go list.
func (t Tree) nodes(ctx context.Context, flags, patterns []string) (map[string]*node, error) {
	args := slices.Concat([]string{"-e", "-deps", "-test", nodeFields}, gocmd.BuildFlags(flags), patterns)
	nodes, err := gocmd.List[*node](ctx, t.Dir, append(os.Environ(), t.Env...), args...)
	if err != nil {
		return nil, err
	}
	all := map[string]*node{}
	for _, n := range nodes {
		if path, _, variant := strings.Cut(n.ImportPath, " "); !variant {
			all[path] = n
		}
	}
	return all, nil
}

// hasher hashes each package of a tree once.
type hasher struct {
	tree  Tree
	nodes map[string]*node
	built map[string]string
	err   error
}

// build is the hash of what a package is built of: its files where they are in the tree,
// otherwise the version of its module.
func (h *hasher) build(path string) string {
	n := h.nodes[path]
	switch {
	case n == nil:
		return "" // the package of external tests, whose files are in the folder that is hashed whole
	case n.Standard:
		return "std"
	case n.Module.fixed() != "":
		return n.Module.fixed()
	}
	if h.built[path] == "" {
		sum := sha256.New()
		if n.Module != nil {
			fmt.Fprintln(sum, n.Module.GoVersion)
		}
		for _, file := range n.files() {
			h.err = errors.Join(h.err, hashFile(sum, n.Dir, file))
		}
		if len(n.CgoFiles) > 0 {
			hashFolder(sum, n.Dir) // C files of other folders are included
		}
		h.built[path] = fmt.Sprintf("%x", sum.Sum(nil))
	}
	return h.built[path]
}

// files are those that the package is built of.
func (n *node) files() []string {
	return slices.Concat(n.GoFiles, n.CgoFiles, n.CFiles, n.CXXFiles, n.HFiles, n.SFiles, n.SysoFiles, n.EmbedFiles)
}

// fixed is the version of a module whose files cannot change; empty for one in a folder.
func (m *moduleNode) fixed() string {
	switch {
	case m == nil:
		return ""
	case m.Replace != nil:
		return m.Replace.fixed()
	case m.Version == "":
		return ""
	}
	return m.Path + "@" + m.Version
}

// hashFolder hashes the files of a package's folder, and those below it that are in no
// package or module of their own: tests read them. What cannot be read counts as empty.
func hashFolder(sum hash.Hash, dir string) {
	_ = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if d.IsDir() {
			if name != dir && (strings.HasPrefix(d.Name(), ".") || d.Name() != "testdata" && hasOwnCode(name)) {
				return filepath.SkipDir
			}
			return nil
		}
		if rel, err := filepath.Rel(dir, name); err == nil && d.Type().IsRegular() {
			_ = hashFile(sum, dir, rel)
		}
		return nil
	})
}

// hasOwnCode reports whether a folder is a package or a module, outside of testdata.
func hasOwnCode(dir string) bool {
	if strings.Contains(filepath.ToSlash(dir), "/testdata/") {
		return false
	}
	goFiles, _ := filepath.Glob(filepath.Join(dir, "*.go")) // the pattern is well formed
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return len(goFiles) > 0 || err == nil
}

// hashFile hashes a file with its name.
func hashFile(sum hash.Hash, dir, name string) error {
	text, err := os.ReadFile(filepath.Join(dir, name))
	fmt.Fprintf(sum, "%s %d\n", filepath.ToSlash(name), len(text))
	sum.Write(text)
	return err
}

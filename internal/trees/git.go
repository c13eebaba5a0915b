package trees

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"golang.org/x/mod/semver"

	"github.com/watertight-go/watertight/internal/gocmd"
)

// ErrUnknownRef says that a repository has no commit of a name.
var ErrUnknownRef = errors.New("unknown git ref")

// repository is the git repository around a folder.
type repository struct {
	// dir is the folder, prefix where that is in the repository ("" or "a/b/").
	dir, prefix string
	// common is its .git folder; that of the main one for a worktree.
	common  string
	shallow bool
}

// gitVariables would make git work on another repository than the one of its folder:
// a hook of git sets them.
var gitVariables = []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
	"GIT_COMMON_DIR", "GIT_PREFIX", "GIT_NAMESPACE"}

// git runs git in a folder, without a write that is not asked for.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(gitVariables, name)
	})
	env = append(env, "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
	out, err := gocmd.Output(ctx, dir, env, "git", args...)
	return strings.TrimSuffix(string(out), "\n"), err
}

// findRepository finds the repository around a folder.
func findRepository(ctx context.Context, dir string) (repository, error) {
	out, err := git(ctx, dir, "rev-parse", "--path-format=absolute", "--git-common-dir", "--is-shallow-repository", "--show-prefix")
	if err != nil {
		return repository{}, fmt.Errorf("%s is in no git repository: %w", dir, err)
	}
	answers := append(strings.Split(out, "\n"), "", "")
	return repository{dir: dir, common: answers[0], shallow: answers[1] == "true", prefix: answers[2]}, nil
}

// resolve finds the commit of the first of some names that is one.
func (r repository) resolve(ctx context.Context, names []string) (string, error) {
	for _, name := range names {
		commit, err := git(ctx, r.dir, "rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
		if err == nil {
			return commit, nil
		}
	}
	return "", r.unknown(ctx, names[len(names)-1])
}

// unknown is the error for a name that is no ref, with the names that are nearest.
func (r repository) unknown(ctx context.Context, name string) error {
	text := ""
	if near := r.nearest(ctx, name); len(near) > 0 {
		text = ": did you mean " + strings.Join(near, " or ") + "?"
	}
	if r.shallow {
		text += " (the repository is shallow: git fetch the ref first)"
	}
	return fmt.Errorf("%s: %w%s", name, ErrUnknownRef, text)
}

// nearest are the branches and tags whose names are most like one, at most three.
func (r repository) nearest(ctx context.Context, name string) []string {
	out, err := git(ctx, r.dir, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes")
	if err != nil {
		return nil
	}
	distance := func(ref string) int { return levenshtein.ComputeDistance(ref, name) }
	near := slices.DeleteFunc(strings.Fields(out), func(ref string) bool {
		return distance(ref) > max(2, len(name)/3) && path.Base(ref) != name
	})
	slices.SortStableFunc(near, func(a, b string) int { return cmp.Compare(distance(a), distance(b)) })
	return near[:min(3, len(near))]
}

// tags are the refs that a name can mean: the tags of a module in a subfolder of its
// repository begin with that folder.
func (p Place) tags(r repository, name string) []string {
	below, err := filepath.Rel(p.Root, p.Dir)
	if p.Root == "" || err != nil || !semver.IsValid(name) {
		return []string{name}
	}
	folder := strings.TrimSuffix(strings.TrimSuffix(r.prefix, "/"), filepath.ToSlash(below))
	return []string{path.Join(folder, name), name}
}

// ofCommit makes the tree of a commit: a clone that shares the objects.
func (p Place) ofCommit(ctx context.Context, r repository, name, commit, temp string) (Tree, error) {
	if err := r.checkout(ctx, commit, temp); err != nil {
		return Tree{}, fmt.Errorf("%s: %w", name, err)
	}
	prefix := filepath.FromSlash(r.prefix)
	t := Tree{Name: name, Resolved: commit, Dir: filepath.Join(temp, prefix), Env: outsideWorkspace(),
		Whole: temp, Instead: r.top()}
	if info, err := os.Stat(t.Dir); err != nil || !info.IsDir() {
		return Tree{}, fmt.Errorf("%s: the folder %s is not in it: run in the folder of a module that is", name, r.prefix)
	}
	found, err := Find(ctx, t.Dir)
	if err == nil && found.Module == "" {
		err = fmt.Errorf("%s: got no go.mod in it, want a module", name)
	}
	t.Root, t.Module = found.Root, found.Module
	return t, err
}

// checkout puts the files of a commit into an empty folder. A clone of a shallow
// repository would copy it, and without the commits that no branch has.
func (r repository) checkout(ctx context.Context, commit, into string) error {
	if r.shallow {
		if err := r.share(ctx, into); err != nil {
			return err
		}
	} else if _, err := git(ctx, r.dir, "clone", "--quiet", "--shared", "--no-checkout", "--template=", r.common, into); err != nil {
		return err
	}
	_, err := git(ctx, into, "-c", "core.hooksPath="+os.DevNull, "-c", "advice.detachedHead=false", "checkout", "--quiet", "--detach", commit)
	return err
}

// share makes a new repository with the objects of this one.
func (r repository) share(ctx context.Context, into string) error {
	if _, err := git(ctx, r.dir, "init", "--quiet", "--template=", into); err != nil {
		return err
	}
	to := filepath.Join(into, ".git")
	shallow, err := os.ReadFile(filepath.Join(r.common, "shallow"))
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(to, "shallow"), shallow, 0o644),
		os.MkdirAll(filepath.Join(to, "objects", "info"), 0o755),
		os.WriteFile(filepath.Join(to, "objects", "info", "alternates"), []byte(filepath.Join(r.common, "objects")+"\n"), 0o644),
	)
}

// outsideWorkspace keeps a workspace that the environment names, and that knows nothing
// of a temporary folder, out of it. A go.work in the tree itself counts.
func outsideWorkspace() []string {
	if w := os.Getenv("GOWORK"); w == "" || w == "off" {
		return nil
	}
	return []string{"GOWORK="}
}

// Changed is how many files of the working tree around a folder differ from the last
// commit. It is zero outside of a repository.
func Changed(ctx context.Context, dir string) int {
	out, err := git(ctx, dir, "status", "--porcelain")
	if err != nil || out == "" {
		return 0
	}
	return strings.Count(out, "\n") + 1
}

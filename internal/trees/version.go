package trees

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/watertight-go/watertight/internal/gocmd"
)

// moduleOf is the path of a module in another version: from v2 on, the major version
// is part of it.
func moduleOf(path, version string) string {
	prefix, _, ok := module.SplitPathVersion(path)
	major := semver.Major(version)
	switch {
	case !ok || major == "":
		return path
	case strings.HasPrefix(path, "gopkg.in/"):
		return prefix + "." + major
	case major == "v0" || major == "v1" || semver.Build(version) == "+incompatible":
		return prefix
	}
	return prefix + "/" + major
}

// published makes the tree of a version that the module proxy has.
func (p Place) published(ctx context.Context, name, path, version, temp string) (Tree, error) {
	got, err := download(ctx, path+"@"+version)
	if err != nil {
		return Tree{}, fmt.Errorf("%s: %w", name, err)
	}
	below, instead := ".", got.Dir
	switch rel, err := filepath.Rel(p.Root, p.Dir); {
	case err == nil && path == p.Module:
		below, instead = rel, p.Root
	case withoutMajor(path) == withoutMajor(p.Module):
		instead = p.Dir
	}
	t := Tree{Name: name, Resolved: got.Path + "@" + got.Version, Root: temp, Dir: filepath.Join(temp, below),
		Flags: []string{"-mod=mod"}, Env: []string{"GOWORK=off"}, Whole: temp, Instead: instead}
	if err := os.CopyFS(temp, os.DirFS(got.Dir)); err != nil {
		return Tree{}, fmt.Errorf("%s: %w", name, err)
	}
	if err := writeGoMod(temp, got.GoMod); err != nil {
		return Tree{}, fmt.Errorf("%s: %w", name, err)
	}
	t.Module, err = modulePath(temp)
	return t, err
}

// downloaded is the answer of go mod download.
type downloaded struct{ Path, Version, Dir, GoMod, Error string }

// withoutMajor is the path of a module without its major version.
func withoutMajor(path string) string {
	prefix, _, _ := module.SplitPathVersion(path)
	return prefix
}

// download fetches a module, which stays in the module cache.
func download(ctx context.Context, query string) (downloaded, error) {
	// In a folder of its own, since the current one may be a module that replaces it.
	dir, err := os.MkdirTemp("", "watertight-")
	if err != nil {
		return downloaded{}, err
	}
	defer os.RemoveAll(dir)
	out, err := gocmd.Output(ctx, dir, append(os.Environ(), "GOWORK=off", "GOFLAGS="+withoutMod(os.Getenv("GOFLAGS"))), "go", "mod", "download", "-json", query)
	var got downloaded
	switch jsonErr := json.Unmarshal(out, &got); {
	case got.Error != "":
		return got, fmt.Errorf("cannot be fetched: %s", oneLine(got.Error))
	case err != nil:
		return got, fmt.Errorf("cannot be fetched: %s", oneLine(err.Error()))
	case jsonErr != nil:
		return got, fmt.Errorf("read the answer of go mod download: %w", jsonErr)
	}
	return got, nil
}

// withoutMod is a value of GOFLAGS without what says how a module finds others.
func withoutMod(flags string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(flags), func(f string) bool {
		return strings.HasPrefix(f, "-mod=") || strings.HasPrefix(f, "-modfile=")
	}), " ")
}

// oneLine joins the lines of a message.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// writeGoMod takes replacements by a folder out of a go.mod: those folders are not part
// of a published module. Where a module has no go.mod it takes the one that the module
// proxy made.
func writeGoMod(root, made string) error {
	file := filepath.Join(root, "go.mod")
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		text, err = os.ReadFile(made)
	}
	if err != nil {
		return err
	}
	f, err := modfile.Parse(file, text, nil)
	if err != nil {
		return err
	}
	for _, r := range f.Replace {
		if r.New.Version == "" {
			err = errors.Join(err, f.DropReplace(r.Old.Path, r.Old.Version))
		}
	}
	f.Cleanup()
	text, formatErr := f.Format()
	return errors.Join(err, formatErr, os.WriteFile(file, text, 0o644))
}

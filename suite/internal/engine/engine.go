// Package engine adds package leak and its hook to a module's tests without a change
// to the module: by an overlay, the -overlay flag of the go command.
//
// The files of package leak are in leak.txtar, made from the sources by
//
//	go test ./suite/internal/engine -run TestArchive -update
package engine

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

//go:embed leak.txtar
var archive []byte

const (
	// original is the import path that the files of the archive have.
	original = "github.com/watertight-go/watertight/leak"
	// folder is where they go, below the root of the module under test.
	folder = "internal/watertightleak"
	// parts is where the packages go that are internal to package leak: the tests of the
	// module import one of them.
	parts = "parts/"
	// lifted lifts the language version of each file above that of the module.
	lifted = "//go:build go1.24\n\n"
	// hookFile is the name of the file that is added to each package, beginFile that of a
	// second one.
	hookFile  = "watertight_hook_test.go"
	beginFile = "watertight_begin_test.go"
)

// Module is a module whose tests are checked.
type Module struct{ Path, Dir string }

// Package is a package with tests.
type Package struct {
	Name, Path, Dir string
	Module          Module
	// Internal and External are its test files, by the package that they are of.
	Internal, External []string
}

// Key is what the names of the files begin with that the test binary of a package writes,
// from the package's import path.
func Key(path string) string {
	sum := sha256.Sum256([]byte(path))
	return hex.EncodeToString(sum[:12])
}

// Options say how the files are added.
type Options struct {
	// Dir is where they are written, and nothing elsewhere.
	Dir string
	// Users is an overlay of the user's own, which holds as well; empty for none.
	Users string
	// Statements puts the check into the tests themselves, as their first statement: no
	// test has another caller than without. It costs an overlay of each test file.
	Statements bool
	// Rounds makes it possible to run a test in rounds, which makes the binary larger.
	Rounds bool
}

// Overlay writes the added files, and the overlay that places them, whose path it returns.
func Overlay(opts Options, packages []Package) (string, error) {
	o := overlay{dir: opts.Dir, Replace: map[string]string{}}
	if err := o.read(opts.Users); err != nil {
		return "", err
	}
	seen := map[Module]bool{}
	for _, p := range packages {
		if !seen[p.Module] {
			seen[p.Module] = true
			if err := o.addEngine(p.Module); err != nil {
				return "", err
			}
		}
		if err := o.addHook(p, opts); err != nil {
			return "", err
		}
	}
	text, err := json.Marshal(o)
	if err != nil {
		return "", fmt.Errorf("overlay: %w", err)
	}
	file := filepath.Join(opts.Dir, "overlay.json")
	return file, os.WriteFile(file, text, 0o644)
}

// overlay is what the go command reads.
type overlay struct {
	dir     string
	written int
	// Replace maps the path of a file to the one that is read in its place.
	Replace map[string]string
}

// read takes what the user's own overlay replaces.
func (o *overlay) read(file string) error {
	if file == "" {
		return nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var users overlay
	if err := json.Unmarshal(text, &users); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	for at, from := range users.Replace {
		if from != "" {
			if from, err = filepath.Abs(from); err != nil {
				return err
			}
		}
		if at, err = filepath.Abs(at); err != nil {
			return err
		}
		o.Replace[at] = from
	}
	return nil
}

// add writes a file and places it at a path.
func (o *overlay) add(at string, text []byte) error {
	// Numbered, since a place may already have a file of the user's overlay.
	o.written++
	file := filepath.Join(o.dir, fmt.Sprintf("%d%s", o.written, path.Ext(at)))
	o.Replace[at] = file
	return os.WriteFile(file, text, 0o644)
}

// addEngine adds package leak to a module, under an import path of that module.
func (o *overlay) addEngine(m Module) error {
	to := path.Join(m.Path, folder)
	// In one pass: the module may be package leak, or use it, with a label of its own.
	replace := strings.NewReplacer(original+"/internal/", to+"/"+parts, original, to, `"watertight.test"`, `"watertight.suite"`)
	for _, f := range txtar.Parse(archive).Files {
		text := []byte(replace.Replace(string(f.Data)))
		if err := o.add(filepath.Join(m.Dir, folder, filepath.FromSlash(placed(f.Name))), text); err != nil {
			return err
		}
	}
	return nil
}

// placed is the path that a file of the archive gets.
func placed(name string) string {
	if rest, ok := strings.CutPrefix(name, "internal/"); ok {
		return parts + rest
	}
	return name
}

// Package engine adds package leak and its hook to a module's tests without a change
// to the module: by an overlay, the -overlay flag of the go command.
//
// The files of package leak are in leak.txtar, made from the sources by
//
//	go test ./suite/internal/engine -run TestArchive -update
package engine

import (
	"bytes"
	_ "embed"
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
	// hookFile is the name of the file that is added to each package.
	hookFile = "watertight_hook_test.go"
)

// Module is a module whose tests are checked.
type Module struct{ Path, Dir string }

// Package is a package with tests.
type Package struct {
	Name, Path, Dir string
	Module          Module
}

// Overlay writes the added files into dir, and the overlay that places them, whose path
// it returns. Nothing is written outside of dir.
func Overlay(dir string, packages []Package) (string, error) {
	o := overlay{dir: dir, Replace: map[string]string{}}
	seen := map[Module]bool{}
	for _, p := range packages {
		if !seen[p.Module] {
			seen[p.Module] = true
			if err := o.addEngine(p.Module); err != nil {
				return "", err
			}
		}
		if err := o.addHook(p); err != nil {
			return "", err
		}
	}
	text, err := json.Marshal(o)
	if err != nil {
		return "", fmt.Errorf("overlay: %w", err)
	}
	file := filepath.Join(dir, "overlay.json")
	return file, os.WriteFile(file, text, 0o644)
}

// overlay is what the go command reads.
type overlay struct {
	dir string
	// Replace maps the path of a file to the one that is read in its place.
	Replace map[string]string
}

// add writes a file and places it at a path.
func (o *overlay) add(at string, text []byte) error {
	file := filepath.Join(o.dir, fmt.Sprintf("%d%s", len(o.Replace), path.Ext(at)))
	o.Replace[at] = file
	return os.WriteFile(file, text, 0o644)
}

// addEngine adds package leak to a module, under an import path of that module.
func (o *overlay) addEngine(m Module) error {
	to := path.Join(m.Path, folder)
	for _, f := range txtar.Parse(archive).Files {
		text := bytes.ReplaceAll(f.Data, []byte(original+"/internal/"), []byte(to+"/"+parts))
		text = bytes.ReplaceAll(text, []byte(original), []byte(to))
		// The module may use package leak itself, whose label this must not be.
		text = bytes.ReplaceAll(text, []byte(`"watertight.test"`), []byte(`"watertight.suite"`))
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

// addHook adds to a package the file that gives its tests to the hook.
func (o *overlay) addHook(p Package) error {
	text := fmt.Sprintf(hookText, lifted, p.Name, path.Join(p.Module.Path, folder, parts, "hook"))
	return o.add(filepath.Join(p.Dir, hookFile), []byte(text))
}

// hookText reaches the lists of the generated main package. Their values are set before
// any code runs, so that init is in time whatever TestMain does.
const hookText = `%spackage %s_test

import (
	"testing"
	_ "unsafe" // for go:linkname

	"%s"
)

//go:linkname watertightTests main.tests
var watertightTests []testing.InternalTest

//go:linkname watertightFuzz main.fuzzTargets
var watertightFuzz []testing.InternalFuzzTarget

//go:linkname watertightExamples main.examples
var watertightExamples []testing.InternalExample

func init() { hook.Attach(&watertightTests, &watertightFuzz, &watertightExamples) }
`

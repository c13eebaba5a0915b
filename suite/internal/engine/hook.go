package engine

import (
	"fmt"
	"path"
	"path/filepath"
)

// addHook adds to a package the file that gives its tests to the hook. It is of the
// package itself where that has tests within, since an external test package would be one
// more to compile.
func (o *overlay) addHook(p Package, opts Options) error {
	name, attach := p.Name, "Attach"
	if len(p.Internal) == 0 {
		name += "_test"
	}
	if opts.Statements {
		attach = "AttachStatements"
	}
	rounds := ""
	if opts.Rounds {
		rounds = "watertighthook.WithRounds(); "
	}
	imported := path.Join(p.Module.Path, folder, parts, "hook")
	text := fmt.Sprintf(hookText, lifted, name, imported, rounds, attach, Key(p.Path))
	if err := o.add(filepath.Join(p.Dir, hookFile), []byte(text)); err != nil || !opts.Statements {
		return err
	}
	return o.addStatements(p, imported)
}

// hookText reaches the lists of the generated main package. Their values are set before
// any code runs, so that init is in time whatever TestMain does. No name in it is likely
// to be one of the package's.
const hookText = `%spackage %s

import (
	watertighttesting "testing"
	_ "unsafe" // for go:linkname

	watertighthook "%s"
)

//go:linkname watertightTests main.tests
var watertightTests []watertighttesting.InternalTest

//go:linkname watertightFuzz main.fuzzTargets
var watertightFuzz []watertighttesting.InternalFuzzTarget

//go:linkname watertightExamples main.examples
var watertightExamples []watertighttesting.InternalExample

func init() { %swatertighthook.%s("%s", &watertightTests, &watertightFuzz, &watertightExamples) }
`

package suite

import (
	"context"
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/internal/gocmd"
	"github.com/watertight-go/watertight/suite/internal/engine"
)

// listed is what go list says of a package.
type listed struct {
	ImportPath, Name, Dir     string
	TestGoFiles, XTestGoFiles []string
	Module                    *struct{ Path, Dir string }
	Error                     *struct{ Err string }
}

// list asks the go command which packages the patterns name.
func list(ctx context.Context, o Options) ([]listed, error) {
	args := append([]string{"-e", "-find", "-json=ImportPath,Name,Dir,TestGoFiles,XTestGoFiles,Module,Error"}, gocmd.BuildFlags(o.Flags)...)
	all, err := gocmd.List[listed](ctx, o.Dir, o.environ(), append(args, o.patterns()...)...)
	if err != nil {
		return nil, fmt.Errorf("go list %s: %w", strings.Join(o.patterns(), " "), err)
	}
	return all, nil
}

// patterns are those of the packages.
func (o Options) patterns() []string {
	if len(o.Packages) == 0 {
		return []string{"./..."}
	}
	return o.Packages
}

// testable are the packages whose tests can be checked; the others have none, or no
// module.
func testable(all []listed) (some []engine.Package) {
	for _, p := range all {
		if p.Module == nil || p.Module.Dir == "" || p.Name == "" || len(p.TestGoFiles)+len(p.XTestGoFiles) == 0 {
			continue
		}
		some = append(some, engine.Package{Name: p.Name, Path: p.ImportPath, Dir: p.Dir, Module: engine.Module{Path: p.Module.Path, Dir: p.Module.Dir},
			Internal: p.TestGoFiles, External: p.XTestGoFiles})
	}
	return some
}

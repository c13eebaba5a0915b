package benches

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/gocmd"
)

// binary is a test binary with the folder that it runs in.
type binary struct {
	program, dir string
	env          []string
}

// listed is what go list says of a package.
type listed struct {
	ImportPath, Dir           string
	TestGoFiles, XTestGoFiles []string
	Error                     *struct{ Err string }
}

// build builds the floor and the test binaries of both versions.
func (c *comparison) build(ctx context.Context) error {
	if err := c.buildFloor(ctx); err != nil {
		return fmt.Errorf("floor: %w", err)
	}
	for _, s := range []*side{&c.before, &c.after} {
		fmt.Fprintf(c.progress, "building the tests of %s\n", s.called())
		if err := c.buildSide(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s.called(), err)
		}
	}
	if len(c.before.binaries)+len(c.after.binaries) == 0 {
		return fmt.Errorf("got no benchmark that matches %q in %s, want one", cmp.Or(c.Bench, "."), strings.Join(c.patterns(), " "))
	}
	return nil
}

func (c *comparison) patterns() []string {
	if len(c.Packages) == 0 {
		return []string{"./..."}
	}
	return c.Packages
}

// buildSide builds the test binary of each package that has benchmarks. The keys are import
// paths without the module's own path.
func (c *comparison) buildSide(ctx context.Context, s *side) error {
	s.binaries = map[string]binary{}
	flags := slices.Concat(c.Flags, s.Flags)
	env := append(os.Environ(), s.Env...)
	args := slices.Concat([]string{"-e", "-json=ImportPath,Dir,TestGoFiles,XTestGoFiles,Error"}, gocmd.BuildFlags(flags), c.patterns())
	packages, err := gocmd.List[listed](ctx, s.Dir, env, args...)
	if err != nil {
		return err
	}
	root, err := gocmd.Output(ctx, s.Dir, env, "go", "env", "GOROOT")
	if err != nil {
		return err
	}
	var errs []error
	for i, p := range packages {
		if p.Error != nil && len(p.TestGoFiles)+len(p.XTestGoFiles) == 0 {
			errs = append(errs, errors.New(p.Error.Err))
		}
		if len(p.TestGoFiles)+len(p.XTestGoFiles) == 0 {
			continue
		}
		b := binary{program: filepath.Join(c.temp, fmt.Sprintf("%s-%d.test", s.side(c), i)), dir: p.Dir,
			env: append([]string{"GOROOT=" + strings.TrimSpace(string(root)), "PWD=" + p.Dir}, s.Env...)}
		build := slices.Concat([]string{"test", "-c", "-vet=off", "-o", b.program}, flags, []string{p.ImportPath})
		if _, err := gocmd.Output(ctx, s.Dir, env, "go", build...); err != nil {
			errs = append(errs, fmt.Errorf("%s was not built: %w", p.ImportPath, err))
			continue
		}
		has, err := c.hasBenchmarks(ctx, b)
		errs = append(errs, err)
		if has {
			s.binaries[s.Short(p.ImportPath)] = b
		}
	}
	return errors.Join(errs...)
}

// side is the name of the version in file names.
func (s *side) side(c *comparison) string {
	if s == &c.before {
		return "before"
	}
	return "after"
}

// hasBenchmarks asks a test binary for its benchmarks.
func (c *comparison) hasBenchmarks(ctx context.Context, b binary) (bool, error) {
	out, err := b.run(ctx, c.timeout(), "-test.list=^Benchmark")
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(strings.Fields(out), func(name string) bool {
		return strings.HasPrefix(name, "Benchmark") && c.pattern.MatchString(name)
	}), nil
}

// floorPackage is the import path of the floor.
const floorPackage = "watertight.example/floor"

//go:embed floor.go.txt
var floorText string

// buildFloor builds a benchmark that is the same for both versions.
func (c *comparison) buildFloor(ctx context.Context) error {
	dir := filepath.Join(c.temp, "floor")
	c.floor = binary{program: filepath.Join(c.temp, "floor.test"), dir: dir}
	err := os.MkdirAll(dir, 0o755)
	for name, text := range map[string]string{"go.mod": "module " + floorPackage + "\n\ngo 1.21\n", "floor_test.go": floorText} {
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644)
		}
	}
	if err != nil {
		return err
	}
	_, err = gocmd.Output(ctx, dir, append(os.Environ(), "GOWORK=off", "GOFLAGS="), "go", "test", "-c", "-o", c.floor.program, ".")
	return err
}

// Package benches runs the benchmarks of two versions of a module in turns, with a floor
// benchmark beside them. It judges nothing: what it returns are outputs of go test -bench.
//
//	two names -> trees -> test binaries -> A B B A, A B B A -> outputs
package benches

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/trees"
)

// Options say what runs.
type Options struct {
	// Dir is the folder that the versions are sought from.
	Dir string
	// Packages are patterns of the go command. Empty means ./...
	Packages []string
	// Flags are those of go build.
	Flags []string
	// Before and After name the versions: a git ref, a published version of the module,
	// or module@version. After may be empty for the working tree.
	Before, After string
	// Bench says which benchmarks run, as the flag -bench of go test. Empty means all.
	Bench string
	// Benchtime and CPU are flags of go test. Empty means their defaults.
	Benchtime, CPU string
	// Rounds is how often the turns A B B A are taken. Each gives two samples of each
	// version. Zero means DefaultRounds.
	Rounds int
	// Timeout is how long one run of one package may take. Zero means DefaultTimeout.
	Timeout time.Duration
}

const (
	// DefaultRounds gives ten samples of each version.
	DefaultRounds = 5
	// DefaultTimeout is that of go test.
	DefaultTimeout = 10 * time.Minute
)

// Outputs are what the benchmarks of one version printed in all rounds.
type Outputs struct {
	// Name is how messages name the version.
	Name string
	// Benchmarks and Floor are outputs of go test -bench.
	Benchmarks, Floor []byte
}

// Result are the outputs of two versions.
type Result struct {
	Before, After Outputs
	// Warnings are doubts, in words.
	Warnings []string
}

// Run runs both versions. The error says that nothing could be compared.
func Run(ctx context.Context, o Options, progress io.Writer) (Result, error) {
	r, err := run(ctx, o, progress)
	if err != nil {
		return Result{}, fmt.Errorf("bench: %w", err)
	}
	return r, nil
}

func run(ctx context.Context, o Options, progress io.Writer) (r Result, err error) {
	if o.Before == "" {
		return r, errors.New("got no earlier version, want one to compare with: -before REF")
	}
	pattern, err := topLevel(o.Bench)
	if err != nil {
		return r, err
	}
	temp, err := os.MkdirTemp("", "watertight-bench-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(temp)
	c := &comparison{Options: o, temp: temp, progress: progress, pattern: pattern}
	if err := c.open(ctx); err != nil {
		return r, err
	}
	if err := c.build(ctx); err != nil {
		return r, err
	}
	if err := c.turns(ctx); err != nil {
		return r, err
	}
	return Result{Before: c.before.outputs(), After: c.after.outputs(), Warnings: c.warnings}, nil
}

// topLevel is the part of -bench that top-level benchmarks must match.
func topLevel(bench string) (*regexp.Regexp, error) {
	first, _, _ := strings.Cut(cmp.Or(bench, "."), "/")
	p, err := regexp.Compile(first)
	if err != nil {
		return nil, fmt.Errorf("-bench: %w", err)
	}
	return p, nil
}

// comparison is one call of Run.
type comparison struct {
	Options
	temp          string
	progress      io.Writer
	pattern       *regexp.Regexp
	before, after side
	floor         binary
	warnings      []string
}

// side is a version.
type side struct {
	trees.Tree
	binaries map[string]binary
	output   strings.Builder
	floor    strings.Builder
}

// called is how messages name a version.
func (s *side) called() string { return cmp.Or(s.Name, "the working tree") }

func (s *side) outputs() Outputs {
	return Outputs{Name: s.called(), Benchmarks: []byte(s.output.String()), Floor: []byte(s.floor.String())}
}

// open makes the trees.
func (c *comparison) open(ctx context.Context) error {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return err
	}
	place, err := trees.Find(ctx, dir)
	if err != nil {
		return err
	}
	var errBefore, errAfter error
	c.before.Tree, errBefore = place.Open(ctx, c.Before, filepath.Join(c.temp, "before"))
	c.after.Tree, errAfter = place.Open(ctx, c.After, filepath.Join(c.temp, "after"))
	if errBefore != nil {
		errBefore = fmt.Errorf("-before %w", errBefore)
	}
	if errAfter != nil {
		errAfter = fmt.Errorf("-after %w", errAfter)
	}
	return errors.Join(errBefore, errAfter)
}

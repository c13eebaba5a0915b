// Package versions runs the tests of two versions of a module under a leak check, in
// turns, and says which leaks the later one mended and which it brought.
//
//	two names -> trees -> what differs -> runs, in turns -> suite.Side -> Compare -> suite.Result
package versions

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/watertight-go/watertight/internal/trees"
	"github.com/watertight-go/watertight/suite"
)

// Options say what is compared.
type Options struct {
	// Options are those of each run. Dir is the folder that the versions are sought from.
	suite.Options
	// Before and After name the versions: a git ref, a published version of the module,
	// or module@version. After may be empty for the working tree.
	Before, After string
	// Tests says whose tests run.
	Tests Tests
	// Runs is how often each version runs. Zero means DefaultRuns.
	Runs int
	// Select says which packages run.
	Select Selection
}

// DefaultRuns is how often each version runs where Options do not say.
const DefaultRuns = 3

// Tests says whose tests run.
type Tests string

const (
	// OwnTests: each version's own.
	OwnTests Tests = "own"
	// TestsBefore, TestsAfter: those of one version in both.
	TestsBefore Tests = "before"
	TestsAfter  Tests = "after"
)

// Selection says which packages run.
type Selection int

const (
	// ChangedPackages: those whose tests are built of something that differs.
	ChangedPackages Selection = iota
	// AllPackages runs all.
	AllPackages
)

// side is a version while it runs.
type side struct {
	trees.Tree
	// packages are those that run, without the module's path.
	packages []string
	// confirmed is what earlier runs showed of accused tests that ran again, alone.
	confirmed map[suite.TestName]suite.Test
	runs      []suite.Observation
}

// Run runs both versions, and compares them. The error says that nothing could be
// compared.
func Run(ctx context.Context, o Options, progress io.Writer) (suite.Result, error) {
	if o.Before == "" {
		return suite.Result{}, errors.New("versions: got no earlier version, want one to compare with")
	}
	temp, err := os.MkdirTemp("", "watertight-versions-")
	if err != nil {
		return suite.Result{}, fmt.Errorf("versions: %w", err)
	}
	defer os.RemoveAll(temp)
	c := &comparison{Options: o, progress: progress}
	if err := c.open(ctx, temp); err != nil {
		return suite.Result{}, err
	}
	if err := c.choose(ctx); err != nil {
		return suite.Result{}, err
	}
	if err := c.run(ctx); err != nil {
		return suite.Result{}, err
	}
	r := compare(c.before.result(), c.after.result(), c.alone(ctx))
	r.Unchanged, r.Warnings = c.unchanged, c.warnings
	if ctx.Err() != nil {
		r.Partial = "interrupted"
	}
	return r, nil
}

// comparison is one call of Run.
type comparison struct {
	Options
	progress      io.Writer
	before, after side
	unchanged     int
	warnings      []string
	// late: a run has shown a leak that shows only after the time of later runs.
	late bool
}

// both are the sides, the earlier first.
func (c *comparison) both() []*side { return []*side{&c.before, &c.after} }

// flags are those of the go command in a tree. What the tree needs comes last, and so
// wins.
func (c *comparison) flags(s *side) []string { return slices.Concat(c.Flags, s.Flags) }

// run runs the versions in turns. A run that was interrupted does not count.
func (c *comparison) run(ctx context.Context) error {
	runs := c.Runs
	if runs <= 0 {
		runs = DefaultRuns
	}
	for i := range runs {
		for _, s := range c.both() {
			if len(s.packages) > 0 {
				fmt.Fprintf(c.progress, "run %d of %d: %s, packages: %d\n", i+1, runs, s.called(), len(s.packages))
			}
			err := c.runOnce(ctx, s)
			if ctx.Err() != nil && len(c.before.runs) > 0 && len(c.after.runs) > 0 {
				return nil // interrupted: what ran until then is compared
			}
			if err != nil {
				return fmt.Errorf("%s: %w", s.called(), err)
			}
		}
	}
	return nil
}

// called is how messages name a version.
func (s *side) called() string {
	if s.Name == "" {
		return "the working tree"
	}
	return s.Name
}

// runOnce runs one version once.
func (c *comparison) runOnce(ctx context.Context, s *side) error {
	if len(s.packages) == 0 {
		s.runs = append(s.runs, suite.Observation{})
		return nil
	}
	o := c.optionsOf(s)
	if len(s.runs) > 0 {
		o.Settle = c.settleLater(o.Settle)
	}
	obs, err := suite.Run(ctx, o, c.progress)
	if err := errors.Join(err, ctx.Err()); err != nil {
		return err
	}
	s.runs = append(s.runs, obs)
	s.remember(obs)
	c.late = c.late || hasLate(obs)
	return nil
}

// optionsOf are those of a run of a version.
func (c *comparison) optionsOf(s *side) suite.Options {
	o := c.Options.Options
	o.Dir, o.Flags, o.Env = s.Dir, c.flags(s), slices.Concat(c.Env, s.Env)
	o.Packages, o.Shard, o.Allocations, o.Confirmed = s.full(s.packages), "", true, s.confirmed
	return o
}

// remember notes which tests have run again, alone.
func (s *side) remember(o suite.Observation) {
	if s.confirmed == nil {
		s.confirmed = map[suite.TestName]suite.Test{}
	}
	for _, p := range o.Packages {
		for _, t := range p.Tests {
			if t.Again {
				s.confirmed[suite.TestName{Package: p.Path, Test: t.Name}] = t
			}
		}
	}
}

// full are packages with the module's path.
func (s *side) full(short []string) (all []string) {
	for _, p := range short {
		if p == "." || p[:min(2, len(p))] == "./" {
			p = s.Module + p[1:]
		}
		all = append(all, p)
	}
	return all
}

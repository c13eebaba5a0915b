package versions

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/internal/shard"
	"github.com/watertight-go/watertight/internal/trees"
	"github.com/watertight-go/watertight/suite"
)

// open makes the trees.
func (c *comparison) open(ctx context.Context, temp string) error {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return fmt.Errorf("versions: %w", err)
	}
	place, err := trees.Find(ctx, dir)
	if err != nil {
		return fmt.Errorf("versions: %w", err)
	}
	var errBefore, errAfter error
	c.before.Tree, errBefore = place.Open(ctx, c.Before, filepath.Join(temp, "before"))
	c.after.Tree, errAfter = place.Open(ctx, c.After, filepath.Join(temp, "after"))
	if err := errors.Join(named("-before", errBefore), named("-after", errAfter)); err != nil {
		return err
	}
	c.warn(ctx, dir)
	return c.shareTests(ctx, filepath.Join(temp, "copy"))
}

// warn says what is compared where that may not be what the user thinks of.
func (c *comparison) warn(ctx context.Context, dir string) {
	n := trees.Changed(ctx, dir)
	if c.After != "" && n > 0 && !c.after.InPlace && c.after.IsCommit() {
		c.warnings = append(c.warnings, fmt.Sprintf("%s is the commit %.12s: the %s of the working tree are not in it; leave out -after to test them.",
			c.After, c.after.Resolved, plural.Count(n, "changed file")))
	}
}

// shareTests gives both versions the tests of one, where that is asked for.
func (c *comparison) shareTests(ctx context.Context, temp string) (err error) {
	switch c.Tests {
	case TestsBefore:
		c.after.Tree, err = c.after.WithTests(ctx, c.before.Tree, temp)
	case TestsAfter:
		c.before.Tree, err = c.before.WithTests(ctx, c.after.Tree, temp)
	}
	return named("-tests "+string(c.Tests)+":", err)
}

// named is an error with the flag that it is about.
func named(flag string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %w", flag, err)
}

// choose notes which packages run in each version.
func (c *comparison) choose(ctx context.Context) error {
	patterns := c.Packages
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	before, errBefore := c.before.Hashes(ctx, c.flags(&c.before), patterns)
	after, errAfter := c.after.Hashes(ctx, c.flags(&c.after), patterns)
	if err := errors.Join(named("-before "+c.Before+":", errBefore), named("-after "+c.After+":", errAfter)); err != nil {
		return err
	}
	if len(before)+len(after) == 0 {
		return fmt.Errorf("%s: %w", strings.Join(patterns, " "), suite.ErrNoTests)
	}
	part, err := shard.Parse(c.Shard)
	if err != nil {
		return fmt.Errorf("versions: shard: %w", err)
	}
	changed := func(path string) bool { return c.Select == AllPackages || before[path] != after[path] }
	c.before.packages = chosen(before, part, changed)
	c.after.packages = chosen(after, part, changed)
	c.unchanged = len(chosen(before, part, func(path string) bool { return !changed(path) }))
	return nil
}

// chosen are the packages of a part that a function chooses, by path.
func chosen(all map[string]string, part shard.Part, choose func(string) bool) (some []string) {
	for _, path := range slices.Sorted(maps.Keys(all)) {
		if part.Has(path) && choose(path) {
			some = append(some, path)
		}
	}
	return some
}

package benches

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/child"
)

// floorTime is how long the floor runs, before each run of a package.
const floorTime = "100ms"

// turns runs each package of both versions in turns: A B B A. A machine that gets slower, or
// faster, makes both versions so.
func (c *comparison) turns(ctx context.Context) error {
	rounds := c.Rounds
	if rounds <= 0 {
		rounds = DefaultRounds
	}
	packages := maps.Clone(c.before.binaries)
	maps.Copy(packages, c.after.binaries)
	for i := range rounds {
		for _, pkg := range slices.Sorted(maps.Keys(packages)) {
			fmt.Fprintf(c.progress, "round %d of %d: %s\n", i+1, rounds, pkg)
			for _, s := range []*side{&c.before, &c.after, &c.after, &c.before} {
				if err := c.turn(ctx, s, pkg); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// turn runs a package of one version once, and the floor before it.
func (c *comparison) turn(ctx context.Context, s *side, pkg string) error {
	b, has := s.binaries[pkg]
	if !has {
		return nil
	}
	floor, err := c.floor.run(ctx, time.Minute, "-test.run=^$", "-test.bench=.", "-test.benchtime="+floorTime)
	if err != nil {
		return fmt.Errorf("floor: %w", err)
	}
	s.floor.WriteString(floor)
	args := []string{"-test.run=^$", "-test.bench=" + cmp.Or(c.Bench, "."), "-test.benchmem", "-test.timeout=" + c.timeout().String()}
	if c.Benchtime != "" {
		args = append(args, "-test.benchtime="+c.Benchtime)
	}
	if c.CPU != "" {
		args = append(args, "-test.cpu="+c.CPU)
	}
	out, err := b.run(ctx, c.timeout()+time.Minute, args...)
	if err != nil {
		return fmt.Errorf("%s, %s: %w", s.called(), pkg, err)
	}
	// Another version of a module may have another path: its packages are the same.
	s.output.WriteString(strings.Replace(out, "pkg: "+s.full(pkg)+"\n", "pkg: "+c.before.full(pkg)+"\n", 1))
	return nil
}

// full is a package with the module's path.
func (s *side) full(short string) string {
	if short == "." || strings.HasPrefix(short, "./") {
		return s.Module + short[1:]
	}
	return short
}

func (c *comparison) timeout() time.Duration { return cmp.Or(c.Timeout, DefaultTimeout) }

// run runs a test binary and returns its output. The error has the end of the output, which
// says what failed.
func (b binary) run(ctx context.Context, limit time.Duration, args ...string) (string, error) {
	r, err := child.Run(ctx, child.Spec{Program: b.program, Args: args, Dir: b.dir, Env: b.env, Deadline: limit})
	if err != nil {
		return "", err
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if !r.OK() {
		return "", fmt.Errorf("%s (%s): the run failed, want one that passed:\n%s", r.End, r.State, tail(r.Output))
	}
	return r.Output, nil
}

// tail is the end of an output, where a failure is told.
func tail(output string) string {
	lines := strings.SplitAfter(strings.TrimSpace(output), "\n")
	const most = 30
	return strings.Join(lines[max(0, len(lines)-most):], "")
}

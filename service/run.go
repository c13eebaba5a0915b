package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/creators"
	"github.com/watertight-go/watertight/internal/place"
	"github.com/watertight-go/watertight/internal/relocate"
	"github.com/watertight-go/watertight/internal/trees"
	"github.com/watertight-go/watertight/service/internal/host"
)

// Run runs each version in turn. The error says why nothing could be run: bad options, or
// a package that does not build. What a service does wrong is in its SideRun. When ctx
// ends, the observation says so, and nothing is left behind. Progress is one line for
// each step.
func Run(ctx context.Context, o Options, progress io.Writer) (Observation, error) {
	o = o.withDefaults()
	out, err := run(ctx, o, progress)
	if err != nil {
		return Observation{}, fmt.Errorf("service: %w", err)
	}
	return out, nil
}

func run(ctx context.Context, o Options, progress io.Writer) (out Observation, err error) {
	if err := o.check(); err != nil {
		return out, err
	}
	temp, err := os.MkdirTemp("", "service")
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	release, err := host.Guard(ctx, temp)
	if err != nil {
		return out, err
	}
	defer release()
	sides, err := o.prepare(ctx, temp, progress)
	if ctx.Err() != nil {
		return out, errors.New("interrupted before all versions were built")
	}
	if err != nil {
		return out, err
	}
	began := time.Now()
	out = Observation{Began: began, Plan: o.plan()}
	for _, s := range sides {
		s.play(ctx)
		r, err := relocate.Paths(s.run, s.tree.Whole, s.tree.Instead)
		if err != nil {
			return out, err
		}
		out.Sides = append(out.Sides, r)
		if ctx.Err() != nil {
			out.Partial = "interrupted"
			break
		}
	}
	out.Took = time.Since(began)
	return out, nil
}

func (o Options) plan() Plan {
	p := Plan{Rate: o.Rate, Rounds: o.Rounds, Each: o.Each, Schedule: o.Schedule.String(), Patience: o.Patience, Limit: max(o.Descriptors, 0)}
	var clients []string
	for _, c := range o.Clients {
		clients = append(clients, fmt.Sprintf("%s:%d", c.Name, c.Weight))
	}
	p.Clients = strings.Join(clients, ",")
	return p
}

// prepare builds what has to be built.
func (o Options) prepare(ctx context.Context, temp string, progress io.Writer) (all []*side, err error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	for i, spec := range o.Sides {
		s := &side{o: o, spec: spec, temp: filepath.Join(temp, fmt.Sprint(i+1)), progress: progress, born: map[int64]creators.Birth{}}
		s.run = SideRun{Name: o.sideName(i), What: spec.what(), Root: place.Root(dir)}
		if err := os.Mkdir(s.temp, 0o700); err != nil {
			return nil, err
		}
		if err := s.prepare(ctx, dir); err != nil {
			return nil, fmt.Errorf("%s: %w", s.run.Name, err)
		}
		all = append(all, s)
	}
	return all, nil
}

func (o Options) sideName(i int) string {
	if len(o.Sides) == 1 {
		return "service"
	}
	return [2]string{"before", "after"}[i]
}

// prepare builds a package, in the files of its version.
func (s *side) prepare(ctx context.Context, dir string) error {
	if s.spec.Package == "" {
		s.program = host.Program{Path: s.spec.Command[0], Args: s.spec.Command[1:], Dir: dir}
		return nil
	}
	s.printf("building %s", s.spec.what())
	place, err := trees.Find(ctx, dir)
	if err != nil {
		return err
	}
	if s.tree, err = place.Open(ctx, s.spec.Ref, filepath.Join(s.temp, "tree")); err != nil {
		return err
	}
	s.run.Version = version(s.tree)
	s.program, err = host.Build(ctx, host.BuildSpec{Tree: s.tree, Package: s.spec.Package, Flags: s.o.Flags, Temp: s.temp, Name: s.run.Name})
	s.program.Args = s.spec.Args
	return err
}

// version is the name of a version with what it was resolved to.
func version(t trees.Tree) string {
	switch {
	case t.Name == "":
		return ""
	case t.IsCommit():
		return fmt.Sprintf("%s (%.12s)", t.Name, t.Resolved)
	}
	return t.Resolved
}

func (s *side) printf(format string, args ...any) {
	if s.progress != nil {
		fmt.Fprintf(s.progress, s.run.Name+": "+format+"\n", args...)
	}
}

// Supervise does the work of a supervisor, and exits, where this process was started as
// one: between this program and a service. A program that calls Run calls it first thing.
func Supervise() {
	if code, ok := host.Main(); ok {
		os.Exit(code)
	}
}

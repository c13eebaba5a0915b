// Package shards joins the results of the shards of one run into the result that an
// unsplit run would have had. It refuses shards of different runs.
package shards

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/shard"
	"github.com/watertight-go/watertight/suite"
)

// Join joins stored results. Each of paths is a file, or a folder with report.json. Where
// a shard is missing, the result is partial.
func Join(paths []string) (suite.Result, error) {
	if len(paths) == 0 {
		return suite.Result{}, errors.New("shards: got no results, want those of all shards")
	}
	var parts []part
	for _, path := range paths {
		p, err := load(path)
		if err != nil {
			return suite.Result{}, err
		}
		parts = append(parts, p)
	}
	if err := check(parts); err != nil {
		return suite.Result{}, err
	}
	slices.SortFunc(parts, func(a, b part) int { return a.shard.Index - b.shard.Index })
	return join(parts)
}

// File is the stored result that a path names.
func File(path string) string {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return filepath.Join(path, "report.json")
	}
	return path
}

// part is the result of one shard.
type part struct {
	path   string
	shard  shard.Part
	result suite.Result
}

func load(path string) (part, error) {
	r, err := suite.Load(File(path))
	if err != nil {
		return part{}, err
	}
	if r.Setup.Shard == "" {
		return part{}, fmt.Errorf("%s: got the result of a whole run, want that of one shard, made by stress test -shard I/N", path)
	}
	s, err := shard.Parse(r.Setup.Shard)
	if err != nil {
		return part{}, fmt.Errorf("%s: name of the shard: %w", path, err)
	}
	return part{path, s, r}, nil
}

// check refuses results that are not the shards of one run.
func check(parts []part) error {
	var errs []error
	paths := map[int]string{}
	for _, p := range parts {
		for _, d := range p.differences(parts[0]) {
			errs = append(errs, fmt.Errorf("%s: got %s %q, want %q as in %s: shards must come from one command", p.path, d.what, d.got, d.want, parts[0].path))
		}
		if other, twice := paths[p.shard.Index]; twice {
			errs = append(errs, fmt.Errorf("%s: got shard %v, which %s has too, want each shard once", p.path, p.shard, other))
		}
		paths[p.shard.Index] = p.path
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return checkPackages(parts)
}

// checkPackages wants each package in one shard.
func checkPackages(parts []part) error {
	var errs []error
	paths := map[string]string{}
	for _, p := range parts {
		for _, o := range p.result.Observed() {
			for _, pkg := range o.Packages {
				if other := paths[pkg.Path]; other != "" && other != p.path {
					errs = append(errs, fmt.Errorf("%s: got package %q, which is in %s too, want each in one shard", p.path, pkg.Path, other))
				}
				paths[pkg.Path] = p.path
			}
		}
	}
	return errors.Join(errs...)
}

// difference is a property in which a part differs from the first one.
type difference struct{ what, got, want string }

func (p part) differences(first part) (all []difference) {
	a, b := p.result, first.result
	for _, d := range []difference{
		{"number of shards", fmt.Sprint(p.shard.Count), fmt.Sprint(first.shard.Count)},
		{"module", a.After.Module, b.After.Module},
		{"commit", a.Setup.Commit, b.Setup.Commit},
		{"before", side(a.Before), side(b.Before)},
		{"after", side(&a.After), side(&b.After)},
		{"number of runs", fmt.Sprint(len(a.After.Runs)), fmt.Sprint(len(b.After.Runs))},
		{"packages", strings.Join(a.Setup.Patterns, " "), strings.Join(b.Setup.Patterns, " ")},
		{"flags", strings.Join(a.Setup.Flags, " "), strings.Join(b.Setup.Flags, " ")},
		{"tool", a.Setup.Tool, b.Setup.Tool},
		{"Go", a.Setup.Go, b.Setup.Go},
		{"platform", a.Setup.Platform, b.Setup.Platform},
	} {
		// A shard in which nothing ran knows no version of Go.
		if d.got != d.want && !(d.what == "Go" && (d.got == "" || d.want == "")) {
			all = append(all, d)
		}
	}
	return all
}

// side names a version; empty where there is none.
func side(s *suite.Side) string {
	if s == nil {
		return ""
	}
	return strings.TrimSpace(s.Name + " " + s.Resolved)
}

package forms

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/place"
	"github.com/watertight-go/watertight/suite"
)

// tree is the source that paths are relative to.
func tree(r suite.Result) place.Tree {
	return place.Tree{Root: r.After.Root, Module: r.After.Module, ModuleDir: r.After.ModuleDir}
}

// siteOf is the line to look at: the first of these that is in the user's own code. The
// function that a library was given to run; the go statement; a test that shows it.
func siteOf(in place.Tree, s suite.Site, declared map[suite.TestName]place.Site) place.Site {
	file, line := s.Place()
	all := []place.Site{in.Locate(file, line), in.Locate(s.Finding.File, s.Finding.Line)}
	for _, t := range s.Tests {
		all = append(all, declared[t])
	}
	if i := slices.IndexFunc(all, own); i >= 0 {
		return all[i]
	}
	return all[0]
}

// own reports whether a line is in the user's own code.
func own(s place.Site) bool {
	return s.Inside && s.Line > 0 && !strings.HasPrefix(s.File, "vendor/") && !strings.Contains(s.File, "/vendor/")
}

// declarations are the places of the tests, where they are known.
func declarations(r suite.Result) map[suite.TestName]place.Site {
	at := map[suite.TestName]place.Site{}
	in := tree(r)
	for _, o := range r.Observed() {
		for _, p := range o.Packages {
			for _, t := range p.Tests {
				if t.File != "" {
					at[suite.TestName{Package: p.Path, Test: t.Name}] = in.Locate(t.File, t.Line)
				}
			}
		}
	}
	return at
}

// shown is a place without the folders of Go itself and of the module cache.
func shown(s place.Site) string {
	for _, mark := range []string{"/pkg/mod/golang.org/toolchain@", "/go/src/"} {
		if _, rest, found := strings.Cut(s.File, mark); found && !s.Inside {
			if _, below, found := strings.Cut(rest, "/src/"); found && mark != "/go/src/" {
				rest = below
			}
			s.File = rest
			return s.String()
		}
	}
	if _, rest, found := strings.Cut(s.File, "/pkg/mod/"); found && !s.Inside {
		s.File = rest
	}
	return s.String()
}

// shownFrom shows places in the repository from the folder that the go command ran in.
func shownFrom(s suite.Side) func(place.Site) string {
	dir := tree(suite.Result{After: s}).Locate(s.Dir+"/", 0)
	return func(at place.Site) string {
		if rel, err := filepath.Rel(filepath.FromSlash(cmp.Or(dir.File, ".")), filepath.FromSlash(at.File)); err == nil && at.Inside && dir.Inside {
			at.File = filepath.ToSlash(rel)
			return at.String()
		}
		return shown(at)
	}
}

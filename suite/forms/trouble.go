package forms

import (
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/suite"
)

// troubles are what could not be checked, each once, however many runs tell it.
func troubles(r suite.Result) (all []trouble) {
	add := func(t trouble) {
		if !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	if r.Partial != "" {
		add(trouble{"the run is not whole", r.Partial})
	}
	for _, s := range versions(r) {
		for _, o := range s.Runs {
			for _, p := range o.Packages {
				for _, t := range troublesOf(p) {
					if r.Before != nil {
						t.subject += " in " + side(s)
					}
					add(t)
				}
			}
		}
	}
	return all
}

// versions are both sides, or the only one.
func versions(r suite.Result) (all []suite.Side) {
	if r.Before != nil {
		all = append(all, *r.Before)
	}
	return append(all, r.After)
}

// troublesOf are those of a package.
func troublesOf(p suite.Package) (all []trouble) {
	if p.Error != "" {
		all = append(all, trouble{p.Path, "not all could be checked: " + strings.TrimSpace(p.Error)})
	}
	for _, t := range p.Tests {
		name := fmt.Sprintf("%s (%s)", t.Name, p.Path)
		switch {
		case t.Outcome == suite.NotRun:
			all = append(all, trouble{name, "did not run: its process ended first"})
		case t.Outcome == suite.NotEnded && t.Error != "":
			all = append(all, trouble{name, "did not end: " + t.Error})
		case t.Outcome == suite.NotEnded:
			all = append(all, trouble{name, "did not end: its process ended first"})
		case t.Error != "":
			all = append(all, trouble{name, "could not be checked: " + t.Error})
		case !t.Checked && !t.IsExample():
			all = append(all, trouble{name, "ran without a check"})
		}
	}
	return all
}

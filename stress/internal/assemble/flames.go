package assemble

import (
	"fmt"
	"path/filepath"

	"github.com/watertight-go/watertight/profiles"
	"github.com/watertight-go/watertight/reports"
)

// Flames are the stacks of the profiles in a folder; nil where there are none. A
// profile that cannot be read becomes a warning in r. Differences are left out, as
// the page shows the difference of any two.
func Flames(out string, r *reports.Report) *reports.Flames {
	all := &reports.Flames{}
	var errs []error
	for _, c := range r.Cells {
		for _, f := range c.Observation.Profiles {
			if f.Moment == "diff" {
				continue
			}
			p, err := profiles.Read(filepath.Join(out, filepath.FromSlash(f.Path)))
			if err != nil {
				errs = append(errs, err)
				continue
			}
			all.Add(reports.Flame{Executor: c.Observation.Executor, Scenario: c.Observation.Scenario, Kind: f.Kind, Moment: f.Moment, Path: f.Path}, p)
		}
	}
	if len(errs) > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("no flame graph of %d profiles: %v", len(errs), errs[0]))
	}
	if len(all.Graphs) == 0 {
		return nil
	}
	return all
}

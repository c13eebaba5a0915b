package shards

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/relocate"
	"github.com/watertight-go/watertight/internal/shard"
	"github.com/watertight-go/watertight/suite"
)

// join joins sorted parts.
func join(parts []part) (suite.Result, error) {
	r := parts[0].result
	r.Setup.Shard, r.Partial, r.Sites = "", partial(parts), nil
	if r.Before != nil {
		before := *r.Before
		r.Before, before.Runs = &before, nil
	}
	r.After.Runs, r.Growth, r.NotCompared, r.Allocations, r.Warnings = nil, nil, nil, nil, nil
	for _, p := range parts {
		// The paths of another machine.
		there, err := relocate.Paths(p.result, p.result.After.Root, r.After.Root)
		if err != nil {
			return suite.Result{}, fmt.Errorf("%s: %w", p.path, err)
		}
		add(&r, there)
	}
	slices.SortStableFunc(r.Sites, func(a, b suite.Site) int {
		return cmp.Or(cmp.Compare(rank(a.Verdict), rank(b.Verdict)), cmp.Compare(len(b.Tests), len(a.Tests)), cmp.Compare(b.Count, a.Count))
	})
	return r, nil
}

// add adds what one shard saw.
func add(r *suite.Result, s suite.Result) {
	if s.Before != nil && r.Before != nil {
		addRuns(r.Before, *s.Before)
	}
	addRuns(&r.After, s.After)
	for _, site := range s.Sites {
		addSite(r, site)
	}
	r.Growth = append(r.Growth, s.Growth...)
	r.NotCompared = append(r.NotCompared, s.NotCompared...)
	r.Allocations = append(r.Allocations, s.Allocations...)
	for _, w := range s.Warnings {
		if !slices.Contains(r.Warnings, w) {
			r.Warnings = append(r.Warnings, w)
		}
	}
	r.Unchanged = max(r.Unchanged, s.Unchanged) // each shard counts all of them
	r.ReportOnly = r.ReportOnly || s.ReportOnly
	if !s.Created.IsZero() && s.Created.Before(r.Created) {
		r.Created = s.Created
	}
}

// addRuns adds the packages of each run to the run of that number.
func addRuns(to *suite.Side, s suite.Side) {
	for i, o := range s.Runs {
		if i == len(to.Runs) {
			to.Runs = append(to.Runs, suite.Observation{})
		}
		sum := &to.Runs[i]
		sum.Packages = append(sum.Packages, o.Packages...)
		slices.SortStableFunc(sum.Packages, func(a, b suite.Package) int { return strings.Compare(a.Path, b.Path) })
		sum.Elapsed, sum.CPU = sum.Elapsed+o.Elapsed, sum.CPU+o.CPU
	}
}

// addSite adds a site, or its tests to the same place with the same verdict. Beside a
// list of known leaks, places with different reasons stay apart.
func addSite(r *suite.Result, s suite.Site) {
	i := slices.IndexFunc(r.Sites, func(known suite.Site) bool {
		return known.Same(s) && known.Verdict == s.Verdict && (known.Why == s.Why || r.Before != nil)
	})
	if i < 0 {
		r.Sites = append(r.Sites, s)
		return
	}
	known := &r.Sites[i]
	known.Tests = append(slices.Clone(known.Tests), s.Tests...)
	known.Rest = append(slices.Clone(known.Rest), s.Rest...)
	known.Count += s.Count
}

func rank(v suite.Verdict) int { return slices.Index(suite.Verdicts, v) }

// partial says which shards did not finish or are missing.
func partial(parts []part) string {
	var reasons, missing []string
	have := map[int]bool{}
	for _, p := range parts {
		have[p.shard.Index] = true
		if p.result.Partial != "" {
			reasons = append(reasons, fmt.Sprintf("shard %v: %s", p.shard, p.result.Partial))
		}
	}
	for i, n := 1, parts[0].shard.Count; i <= n; i++ {
		if !have[i] {
			missing = append(missing, shard.Part{Index: i, Count: n}.String())
		}
	}
	if len(missing) > 0 {
		reasons = append(reasons, "missing: shard "+strings.Join(missing, ", "))
	}
	return strings.Join(reasons, "; ")
}

package reports

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/plural"
)

// Merge joins the reports of the shards of one run into the report that an
// unsplit run would have written. A shard that is missing makes the run partial.
//
// Each of paths is a stored report, or the folder of one as report.json. Merge
// copies the profiles of all shards into folder, which must exist. It refuses
// reports that are not shards of one run on like machines.
//
// Comparisons, claims and flame graphs are left empty: the caller computes them
// again from all cells. The second result are the reports that were merged, in
// the order of their shards.
func Merge(paths []string, folder string) (*Report, []*Report, error) {
	var parts []part
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			path = filepath.Join(path, "report.json")
		}
		r, err := Load(path)
		if err != nil {
			return nil, nil, err
		}
		parts = append(parts, part{path: path, report: r})
	}
	r, err := join(parts)
	if err != nil {
		return nil, nil, err
	}
	var merged []*Report
	for _, p := range parts {
		if err := p.copyProfiles(r, folder); err != nil {
			return nil, nil, err
		}
		merged = append(merged, p.report)
	}
	return r, merged, nil
}

// part is the report of one shard.
type part struct {
	path         string
	report       *Report
	index, count int
}

func (p part) String() string { return fmt.Sprintf("%d/%d", p.index, p.count) }

// join sorts the parts by their shards and makes one report of them.
func join(parts []part) (*Report, error) {
	if err := checkParts(parts); err != nil {
		return nil, err
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(a.index, b.index) })
	first := parts[0].report
	r := &Report{
		Schema: Schema, Tool: first.Tool, Created: first.Created, Environment: first.Environment,
		Before: first.Before, After: first.After, Executors: first.Executors, Scenarios: interleaved(parts),
	}
	r.Environment.Args = nil
	for _, p := range parts {
		r.add(p.report)
	}
	if n := r.raceCells(); n > 0 {
		r.Environment.Race = plural.Count(n, "cell") + " in a binary built with -race"
	}
	r.Partial = partial(parts)
	return r, nil
}

// add adds what one shard found.
func (r *Report) add(s *Report) {
	r.Shards = append(r.Shards, s.Shards...)
	r.Cells = append(r.Cells, s.Cells...)
	r.Bench = append(r.Bench, s.Bench...)
	r.Warnings = append(r.Warnings, s.Warnings...)
	r.Projections = append(r.Projections, s.Projections...)
	r.Elapsed += s.Elapsed
	if s.Created.Before(r.Created) {
		r.Created = s.Created
	}
	if s.Environment.CPU != r.Environment.CPU {
		r.Environment.CPU = "several, see the shards"
	}
}

// raceCells counts the cells that ran in a binary built with -race.
func (r *Report) raceCells() int {
	n := 0
	for _, c := range r.Cells {
		if c.Observation.Race {
			n++
		}
	}
	return n
}

// interleaved are the scenarios in the order of the unsplit run: shard I of N
// has every N-th of them, starting with number I.
func interleaved(parts []part) []Scenario {
	var all []Scenario
	for k, more := 0, true; more; k++ {
		more = false
		for _, p := range parts {
			if k < len(p.report.Scenarios) {
				all = append(all, p.report.Scenarios[k])
				more = true
			}
		}
	}
	return all
}

// partial says which parts did not finish or are missing.
func partial(parts []part) string {
	var reasons, missing []string
	have := map[int]bool{}
	for _, p := range parts {
		have[p.index] = true
		if p.report.Partial != "" {
			reasons = append(reasons, fmt.Sprintf("shard %v: %s", p, p.report.Partial))
		}
	}
	for i, n := 1, parts[0].count; i <= n; i++ {
		if !have[i] {
			missing = append(missing, part{index: i, count: n}.String())
		}
	}
	if len(missing) > 0 {
		reasons = append(reasons, "missing: shard "+strings.Join(missing, ", "))
	}
	return strings.Join(reasons, "; ")
}

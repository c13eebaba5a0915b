package stress

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/casestudy"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/stress/internal/assemble"
	"github.com/watertight-go/watertight/stress/internal/folder"
	"github.com/watertight-go/watertight/stress/internal/plan"
)

// run is the merge command: load, join, write, print.
func (a *mergeArgs) run(stdout io.Writer) (int, error) {
	if err := a.checkColor(); err != nil {
		return ExitTrouble, err
	}
	if a.Out == "" {
		return ExitTrouble, errors.New(`-out: got "", want a folder`)
	}
	var all []shard
	for _, file := range a.Reports {
		if info, err := os.Stat(file); err == nil && info.IsDir() {
			file = filepath.Join(file, folder.ReportFile)
		}
		r, err := reports.Load(file)
		if err != nil {
			return ExitTrouble, fmt.Errorf("merge: %w", err)
		}
		all = append(all, shard{file: file, report: r})
	}
	r, err := joinShards(all)
	if err != nil {
		return ExitTrouble, fmt.Errorf("merge: %w", err)
	}
	out, err := folder.New(a.Out)
	if err != nil {
		return ExitTrouble, err
	}
	defer out.Discard()
	for _, s := range all {
		if err := s.copyProfiles(r, out.Temp); err != nil {
			return ExitTrouble, fmt.Errorf("merge: %w", err)
		}
	}
	r.Flames = assemble.Flames(out.Temp, r)
	if err := publish(stdout, r, out, a.Out, a.colorArgs); err != nil {
		return ExitTrouble, err
	}
	return r.ExitCode(), nil
}

// shard is a report with where it came from.
type shard struct {
	file   string
	report *reports.Report
	part   plan.Part
}

// joinShards makes one report of those of all shards: the one that an unsplit run
// would have written, as far as verdicts and exact figures go. What is said of
// several cells together is computed again from the cells.
func joinShards(all []shard) (*reports.Report, error) {
	if err := fitting(all); err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b shard) int { return a.part.Index - b.part.Index })
	first := all[0].report
	r := &reports.Report{
		Schema: reports.Schema, Tool: first.Tool, Created: first.Created, Environment: first.Environment,
		Before: first.Before, After: first.After, Executors: first.Executors, Scenarios: dealtBack(all),
	}
	r.Environment.Args = nil
	races := 0
	var partial []string
	var parts []*reports.Report
	for _, s := range all {
		parts = append(parts, s.report)
		r.Shards = append(r.Shards, s.report.Shards...)
		r.Cells = append(r.Cells, s.report.Cells...)
		r.Bench = append(r.Bench, s.report.Bench...)
		r.Warnings = append(r.Warnings, s.report.Warnings...)
		r.Elapsed += s.report.Elapsed
		if s.report.Created.Before(r.Created) {
			r.Created = s.report.Created
		}
		if s.report.Partial != "" {
			partial = append(partial, fmt.Sprintf("shard %v: %s", s.part, s.report.Partial))
		}
		if s.report.Environment.CPU != r.Environment.CPU {
			r.Environment.CPU = "several, see the shards"
		}
		for _, c := range s.report.Cells {
			if c.Observation.Race {
				races++
			}
		}
	}
	if races > 0 {
		r.Environment.Race = fmt.Sprintf("%d cells in a binary built with -race", races)
	}
	if missing := missingParts(all); len(missing) > 0 {
		partial = append(partial, "missing: shard "+strings.Join(missing, ", "))
	}
	r.Partial = strings.Join(partial, "; ")
	for _, x := range r.Executors {
		for _, s := range all {
			for _, p := range s.report.Projections {
				if p.Executor == x.Name {
					r.Projections = append(r.Projections, p)
				}
			}
		}
	}
	assemble.Conclude(r)
	casestudy.Update(r, parts...)
	return r, nil
}

// fitting refuses reports that are not the shards of one run.
func fitting(all []shard) error {
	var errs []error
	seen := map[int]string{}
	for i := range all {
		s := &all[i]
		if len(s.report.Shards) != 1 {
			errs = append(errs, fmt.Errorf("%s: got a report of %d shards, want that of one, made by stress run -shard I/N", s.file, len(s.report.Shards)))
			continue
		}
		var err error
		if s.part, err = plan.ParsePart(s.report.Shards[0].Name); err == nil && s.part.Count == 0 {
			err = errors.New(`got a shard without a name, want I/N`)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s.file, err))
			continue
		}
		for _, d := range s.differences(all[0]) {
			errs = append(errs, fmt.Errorf("%s: got %s, want %s as in %s: shards must come from one command on like machines", s.file, d[0], d[1], all[0].file))
		}
		if other, twice := seen[s.part.Index]; twice {
			errs = append(errs, fmt.Errorf("%s: got shard %v, which %s is too, want each once", s.file, s.part, other))
		}
		seen[s.part.Index] = s.file
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return dealt(all)
}

// dealt wants each scenario in one shard, and as many in each as they are dealt
// out to: the others of one run had other scenarios.
func dealt(all []shard) error {
	var errs []error
	where := map[string]string{}
	for _, s := range all {
		for _, row := range s.report.Scenarios {
			if other, twice := where[row.Name]; twice {
				errs = append(errs, fmt.Errorf("%s: got scenario %q, which is in %s too, want each in one shard", s.file, row.Name, other))
			}
			where[row.Name] = s.file
		}
		for _, o := range all {
			more := len(s.report.Scenarios) - len(o.report.Scenarios)
			if more > 1 || more > 0 && s.part.Index > o.part.Index {
				errs = append(errs, fmt.Errorf("%s and %s: got %d and %d scenarios, want parts of one -scenarios, which differ by one at most, the first being larger",
					s.file, o.file, len(s.report.Scenarios), len(o.report.Scenarios)))
			}
		}
	}
	return errors.Join(errs...)
}

// differences are what this shard has otherwise than the first, as got and want.
func (s shard) differences(first shard) (all [][2]string) {
	a, b := s.report, first.report
	for _, p := range [][3]string{
		{"parts", fmt.Sprint(s.part.Count), fmt.Sprint(first.part.Count)},
		{"tool", a.Tool, b.Tool},
		{"Go", a.Environment.Go, b.Environment.Go},
		{"platform", a.Environment.OS + "/" + a.Environment.Arch, b.Environment.OS + "/" + b.Environment.Arch},
		{"commit", a.Environment.Commit, b.Environment.Commit},
		{"before", a.Before, b.Before},
		{"after", a.After, b.After},
		{"executors", executorsOf(a), executorsOf(b)},
	} {
		if p[1] != p[2] {
			all = append(all, [2]string{fmt.Sprintf("%s %q", p[0], p[1]), fmt.Sprintf("%q", p[2])})
		}
	}
	return all
}

func executorsOf(r *reports.Report) string {
	var all []string
	for _, x := range r.Executors {
		all = append(all, x.Name)
	}
	return strings.Join(all, ",")
}

// dealtBack is the order that the rows had before they were dealt out.
func dealtBack(all []shard) []reports.Scenario {
	var rows []reports.Scenario
	for k, more := 0, true; more; k++ {
		more = false
		for _, s := range all {
			if k < len(s.report.Scenarios) {
				rows = append(rows, s.report.Scenarios[k])
				more = true
			}
		}
	}
	return rows
}

// missingParts names the shards that are not there.
func missingParts(all []shard) (missing []string) {
	n := all[0].part.Count
	for i := 1; i <= n; i++ {
		if !slices.ContainsFunc(all, func(s shard) bool { return s.part.Index == i }) {
			missing = append(missing, plan.Part{Index: i, Count: n}.String())
		}
	}
	return missing
}

// copyProfiles takes the profiles of a shard along. Those that are not there,
// as where only report.json was kept, are a warning.
func (s shard) copyProfiles(r *reports.Report, to string) error {
	lost := 0
	for _, c := range s.report.Cells {
		for _, p := range c.Observation.Profiles {
			name := filepath.FromSlash(p.Path)
			if !filepath.IsLocal(name) {
				return fmt.Errorf("%s: got profile %q, want a path below the report", s.file, p.Path)
			}
			switch err := copyFile(filepath.Join(filepath.Dir(s.file), name), filepath.Join(to, name)); {
			case errors.Is(err, os.ErrNotExist):
				lost++
			case err != nil:
				return fmt.Errorf("%s: copy profile: %w", s.file, err)
			}
		}
	}
	if lost > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("shard %v: %d of its profiles were not beside its report.json", s.part, lost))
	}
	return nil
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}

package reports

import (
	"errors"
	"fmt"
	"strings"
)

// checkParts refuses reports that are not the shards of one run. It sets index
// and count of each part.
func checkParts(parts []part) error {
	var errs []error
	paths := map[int]string{} // of each index
	for i := range parts {
		p := &parts[i]
		if err := p.readName(); err != nil {
			errs = append(errs, err)
			continue
		}
		for _, d := range p.differences(parts[0]) {
			errs = append(errs, fmt.Errorf("%s: got %s, want %s as in %s: shards must come from one command on like machines", p.path, d[0], d[1], parts[0].path))
		}
		if other, twice := paths[p.index]; twice {
			errs = append(errs, fmt.Errorf("%s: got shard %v, which %s has too, want each shard once", p.path, p, other))
		}
		paths[p.index] = p.path
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return checkScenarios(parts)
}

// readName finds out which shard the part is.
func (p *part) readName() (err error) {
	if n := len(p.report.Shards); n != 1 {
		return fmt.Errorf("%s: got a report of %d shards, want that of one, made by stress run -shard I/N", p.path, n)
	}
	p.index, p.count, err = p.report.Shards[0].Part()
	if err != nil {
		return fmt.Errorf("%s: name of the shard: %w", p.path, err)
	}
	return nil
}

// differences are the properties in which a part differs from the first one,
// each as a pair of got and want.
func (p part) differences(first part) (all [][2]string) {
	a, b := p.report, first.report
	for _, x := range [][3]string{
		{"parts", fmt.Sprint(p.count), fmt.Sprint(first.count)},
		{"tool", a.Tool, b.Tool},
		{"Go", a.Environment.Go, b.Environment.Go},
		{"platform", a.Environment.OS + "/" + a.Environment.Arch, b.Environment.OS + "/" + b.Environment.Arch},
		{"commit", a.Environment.Commit, b.Environment.Commit},
		{"before", a.Before, b.Before},
		{"after", a.After, b.After},
		{"executors", strings.Join(names(a), ","), strings.Join(names(b), ",")},
	} {
		if x[1] != x[2] {
			all = append(all, [2]string{fmt.Sprintf("%s %q", x[0], x[1]), fmt.Sprintf("%q", x[2])})
		}
	}
	return all
}

// names are those of the executors that the report lists.
func names(r *Report) []string {
	var all []string
	for _, x := range r.Executors {
		all = append(all, x.Name)
	}
	return all
}

// checkScenarios wants each scenario in one part, and parts of equal size: the
// first may have one scenario more than the last.
func checkScenarios(parts []part) error {
	var errs []error
	paths := map[string]string{} // of each scenario
	for _, p := range parts {
		for _, s := range p.report.Scenarios {
			if other, twice := paths[s.Name]; twice {
				errs = append(errs, fmt.Errorf("%s: got scenario %q, which is in %s too, want each in one shard", p.path, s.Name, other))
			}
			paths[s.Name] = p.path
		}
		for _, o := range parts {
			more := len(p.report.Scenarios) - len(o.report.Scenarios)
			if more > 1 || more > 0 && p.index > o.index {
				errs = append(errs, fmt.Errorf("%s and %s: got %d and %d scenarios, want shards of one -scenarios list, which differ by one at most, the first being larger",
					p.path, o.path, len(p.report.Scenarios), len(o.report.Scenarios)))
			}
		}
	}
	return errors.Join(errs...)
}

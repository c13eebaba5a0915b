package benchtext

import (
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/bench/gate/internal/format"
	"github.com/watertight-go/watertight/bench/gate/internal/samples"
)

// otherMachine is the least threshold of a ratio on a machine other than the earlier one.
// Ratios differ between machines, too.
const otherMachine = 0.6

// machines says why the times of a benchmark cannot be compared directly; empty where both
// sides are of one machine, and known to be.
func (c *comparison) machines(was, is *series) string {
	if c.opts.Machine == SameMachine {
		return ""
	}
	a, b := was.cpus(), is.cpus()
	switch {
	case slices.Contains(a, ""):
		return "unknown machine: " + c.old.file + " has no cpu line"
	case slices.Contains(b, ""):
		return "unknown machine: " + c.now.file + " has no cpu line"
	case len(a) > 1:
		return c.old.file + " has runs of several machines: " + list(a)
	case len(b) > 1:
		return c.now.file + " has runs of several machines: " + list(b)
	case a[0] != b[0]:
		return "another machine: " + list([]string{a[0], b[0]})
	}
	return ""
}

func list(cpus []string) string { return format.Printable(strings.Join(cpus, " and ")) }

// cpus are the processors that the samples are of, each once, in order.
func (s *series) cpus() (all []string) {
	for _, b := range s.blocks {
		if cpu := b.cpu(); !slices.Contains(all, cpu) {
			all = append(all, cpu)
		}
	}
	return all
}

// merged says that samples of two benchmarks of one name may be in the series, because no
// line of the file says of which package they are; empty where that is not so.
func (s *series) merged(o *Output) string {
	if s.blocks[0].pkg() != "" {
		return ""
	}
	var packages []string
	for _, b := range s.blocks {
		if !slices.Contains(packages, b.ended) {
			packages = append(packages, b.ended)
		}
	}
	if len(s.blocks) > 1 && (len(packages) > 1 || packages[0] == "") || s.places > o.fewestPlaces() {
		return fmt.Sprintf("%s has this name in several places and no pkg: line that says of which package: keep all lines of go test", o.file)
	}
	return ""
}

// fewestPlaces is how often the benchmark that comes least often comes again behind others.
func (o *Output) fewestPlaces() int {
	fewest := o.rows[o.order[0]].places
	for _, s := range o.rows {
		fewest = min(fewest, s.places)
	}
	return fewest
}

// floorNames are the names of benchmarks that others are measured by: the floor, or the
// other one of a pair.
var floorNames = []string{"floor", "baseline", "base", "before", "old", "reference", "control"}

// floor finds the benchmark that divides the times of another one: the one that was asked
// for, one that differs from it in a part of the name that says floor, or BenchmarkFloor in
// the same package or in any. Nil where there is none in both files.
func (c *comparison) floor(k key) (name string, was, is *series) {
	for _, name := range c.floors(k.name) {
		f := key{name, k.unit}
		if was, is := c.old.rows[f], c.now.rows[f]; was != nil && is != nil && name != k.name {
			return name, was, is
		}
	}
	return "", nil, nil
}

// floors are the names that a floor of the benchmark may have.
func (c *comparison) floors(name string) (all []string) {
	pkg, short, procs := parts(name)
	if c.isFloor(short) {
		return nil
	}
	wanted := "BenchmarkFloor"
	if c.opts.Floor != "" {
		wanted = "Benchmark" + strings.TrimPrefix(c.opts.Floor, "Benchmark")
	} else {
		all = siblings(pkg, short, procs)
	}
	all = append(all, pkg+wanted+procs)
	for _, k := range c.old.order {
		if _, short, p := parts(k.name); short == wanted && p == procs {
			all = append(all, k.name)
		}
	}
	return all
}

// siblings are the names that differ in one part, which says floor.
func siblings(pkg, short, procs string) (all []string) {
	elements := strings.Split(short, "/")
	for i := len(elements) - 1; i > 0; i-- {
		for _, floor := range floorNames {
			other := slices.Clone(elements)
			other[i] = floor
			all = append(all, pkg+strings.Join(other, "/")+procs)
		}
	}
	return all
}

// isFloor says that a benchmark is one that others are measured by.
func (c *comparison) isFloor(short string) bool {
	if c.opts.Floor != "" {
		return strings.TrimPrefix(short, "Benchmark") == strings.TrimPrefix(c.opts.Floor, "Benchmark")
	}
	elements := strings.Split(short, "/")
	return short == "BenchmarkFloor" || slices.ContainsFunc(elements[1:], func(e string) bool { return slices.Contains(floorNames, e) })
}

// parts splits "example.com/x.BenchmarkCall/n=5-8" into the package with its dot, the
// benchmark, and the number of processors with its dash.
func parts(name string) (pkg, short, procs string) {
	if i := strings.Index(name, ".Benchmark"); i >= 0 {
		pkg, name = name[:i+1], name[i+1:]
	}
	if i := strings.LastIndexByte(name, '-'); i >= 0 && strings.Trim(name[i+1:], "0123456789") == "" {
		name, procs = name[:i], name[i:]
	}
	return pkg, name, procs
}

// ratios are samples as parts of their floor.
func ratios(values, floor []float64) []float64 {
	middle := samples.Median(floor)
	all := make([]float64, len(values))
	for i, v := range values {
		all[i] = v / middle
	}
	return all
}

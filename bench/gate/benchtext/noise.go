package benchtext

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/watertight-go/watertight/bench/gate/internal/samples"
)

// Noise is how much benchmarks differ on one machine between runs of the same code.
type Noise struct {
	Schema string `json:"schema"`
	// OS, Arch and CPU are those of the machine.
	OS   string `json:"os,omitempty"`
	Arch string `json:"arch,omitempty"`
	CPU  string `json:"cpu"`
	// Runs is how many runs were compared.
	Runs int        `json:"runs"`
	Rows []NoiseRow `json:"rows"`
	// Doubts are reasons to calibrate again, in words.
	Doubts []string `json:"-"`
}

// NoiseRow is the noise of one benchmark in one unit.
type NoiseRow struct {
	// Name is the benchmark with its package.
	Name string `json:"name"`
	Unit string `json:"unit"`
	// Part is how far two runs are apart by chance: 0.03 is 3 %.
	Part float64 `json:"part"`
	// Least and Most are the least and the largest value of all runs.
	Least float64 `json:"least"`
	Most  float64 `json:"most"`
}

// NoiseSchema is the version of the file of Noise.
const NoiseSchema = "watertight.noise/1"

// Calibrate computes the noise from two or more runs of the same code on one machine. A row
// that fewer than two runs have is left out, and named in Doubts. It returns an error for
// runs of different machines, and for one run that is given twice.
func Calibrate(m Machine, runs ...*Output) (*Noise, error) {
	if err := checkRuns(m, runs); err != nil {
		return nil, fmt.Errorf("gate -calibrate: %w", err)
	}
	n := &Noise{Schema: NoiseSchema, Runs: len(runs), CPU: runs[0].cpus()[0]}
	for _, to := range []struct {
		field *string
		name  string
	}{{&n.OS, "goos"}, {&n.Arch, "goarch"}} {
		if v := runs[0].values(to.name); len(v) > 0 {
			*to.field = v[0]
		}
	}
	for _, k := range union(runs) {
		n.add(k, runs)
	}
	return n, nil
}

// checkRuns is an error for runs that are not of one machine, or not different runs.
func checkRuns(m Machine, runs []*Output) error {
	if len(runs) < 2 {
		return fmt.Errorf("got %d files, want two or more outputs of the same code", len(runs))
	}
	var errs []error
	for i, o := range runs {
		errs = append(errs, sameSystem(runs[0], o))
		cpus := o.cpus()
		switch {
		case m == SameMachine:
		case slices.Contains(cpus, ""):
			errs = append(errs, fmt.Errorf("unknown machine: %s has no cpu line", o.file))
		case !slices.Equal(cpus, runs[0].cpus()) || len(cpus) > 1:
			errs = append(errs, fmt.Errorf("got machines %q in %s and %q in %s, want one", runs[0].cpus(), runs[0].file, cpus, o.file))
		}
		for _, earlier := range runs[:i] {
			if earlier.equal(o) {
				errs = append(errs, fmt.Errorf("%s and %s have the same results: want two runs", earlier.file, o.file))
			}
		}
	}
	return errors.Join(errs...)
}

// cpus are the processors that a file's results are of, each once.
func (o *Output) cpus() (all []string) {
	for _, k := range o.order {
		for _, cpu := range o.rows[k].cpus() {
			if !slices.Contains(all, cpu) {
				all = append(all, cpu)
			}
		}
	}
	return all
}

func (o *Output) equal(other *Output) bool {
	return slices.Equal(o.order, other.order) && !slices.ContainsFunc(o.order, func(k key) bool {
		return !slices.Equal(o.rows[k].values, other.rows[k].values)
	})
}

// union are the rows of all runs, each once.
func union(runs []*Output) (all []key) {
	seen := map[key]bool{}
	for _, o := range runs {
		for _, k := range o.order {
			if !seen[k] {
				seen[k] = true
				all = append(all, k)
			}
		}
	}
	return all
}

// add computes the noise of a row.
func (n *Noise) add(k key, runs []*Output) {
	var medians, all []float64
	within := 0.0
	for _, o := range runs {
		s := o.rows[k]
		if s == nil {
			continue
		}
		all = append(all, s.values...)
		medians = append(medians, samples.Median(s.values))
		if own := samples.Noise(s.values); !math.IsInf(own, 0) && !math.IsNaN(own) {
			within = max(within, own)
		}
	}
	if len(medians) < 2 {
		n.Doubts = append(n.Doubts, fmt.Sprintf("%s is in one run only: left out", k))
		return
	}
	row := NoiseRow{Name: k.name, Unit: k.unit, Least: slices.Min(all), Most: slices.Max(all)}
	if between := slices.Max(medians)/slices.Min(medians) - 1; !math.IsNaN(between) && !math.IsInf(between, 0) {
		row.Part = max(within, between*widening(len(medians)))
	}
	n.Rows = append(n.Rows, row)
}

// widening is by how much the range of so few runs is widened to hold the difference of 98
// of 100 pairs of runs. Two runs that happen to be equal do not show that there is no
// noise. It is 2.33 times the root of 2, divided by the mean range of so many normal
// values (d2 of control charts).
func widening(runs int) float64 {
	ranges := []float64{1.128, 1.693, 2.059, 2.326, 2.534, 2.704, 2.847, 2.970, 3.078}
	return 2.33 * math.Sqrt2 / ranges[min(runs, 10)-2]
}

// Drift is by how much the first benchmark differs between two outputs of one program: the
// machine did not stay the same. 0.02 is 2 %.
func Drift(a, b *Output) float64 {
	k := a.order[0]
	if b.rows[k] == nil {
		return 0
	}
	x, y := samples.Median(a.rows[k].values), samples.Median(b.rows[k].values)
	return max(x, y)/min(x, y) - 1
}

// find is the row of a benchmark and a unit, or nil.
func (n *Noise) find(k key) *NoiseRow {
	if n == nil {
		return nil
	}
	for i := range n.Rows {
		if n.Rows[i].Name == k.name && n.Rows[i].Unit == k.unit {
			return &n.Rows[i]
		}
	}
	return nil
}

// seen are the counts that runs of the earlier code had; none without a calibration.
func (c *comparison) seen(k key) []float64 {
	if row := c.opts.Noise.find(k); row != nil {
		return []float64{row.Least, row.Most}
	}
	return nil
}

// noise is the least effect of a row: the noise of the machine. It notes where the
// threshold is below.
func (c *comparison) noise(k key, threshold float64) float64 {
	row := c.opts.Noise.find(k)
	if row == nil {
		c.noNoise++
		return 0
	}
	if row.Part > threshold {
		c.belowNoise = append(c.belowNoise, fmt.Sprintf("%s (%.1f %%, threshold %.1f %%)", k, 100*row.Part, 100*threshold))
	}
	return row.Part
}

// usableNoise leaves out a noise of another machine, and says so.
func (c *comparison) usableNoise() {
	n := c.opts.Noise
	if n == nil || c.opts.Machine == SameMachine || slices.Equal(c.old.cpus(), []string{n.CPU}) {
		return
	}
	c.opts.Noise = nil
	c.result.Warnings = append(c.result.Warnings, fmt.Sprintf("the noise is of another machine (%s; %s is of %s): not used", n.CPU, c.old.file, list(c.old.cpus())))
}

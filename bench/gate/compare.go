package gate

import (
	"fmt"
	"maps"
	"slices"

	"github.com/watertight-go/watertight/bench/gate/internal/baseline"
	"github.com/watertight-go/watertight/bench/gate/internal/format"
	"github.com/watertight-go/watertight/bench/gate/result"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/reports"
)

// Compare compares a report with the baseline, for the executors named or for
// all. It returns an error if the baseline has no rows for this kind of build,
// if the run was cut short, or if the report has no rows of these executors.
func Compare(b *Baseline, r *reports.Report, opts Options, executors ...string) (result.Result, error) {
	if err := opts.Check(); err != nil {
		return result.Result{}, err
	}
	opts = opts.withDefaults()
	sets, err := baseline.FromReport(r, executors...)
	if err != nil {
		return result.Result{}, err
	}
	c := comparison{opts: opts, executors: executors, batches: batches(r)}
	c.unmeasuredCosts(r)
	for _, is := range sets {
		was, err := b.setFor(is, r.Environment.RaceBuild)
		if err != nil {
			return result.Result{}, err
		}
		c.set(was, is)
	}
	c.unmeasuredSets(b, sets)
	c.result.Waive(opts.Waivers, opts.Now)
	return c.result, nil
}

// comparison is a Result that is being built.
type comparison struct {
	opts      Options
	executors []string
	// batches are the ratios of each time row, batch by batch.
	batches map[string][][]float64
	result  result.Result
}

// wanted says whether rows of the executor are compared.
func (c *comparison) wanted(executor string) bool {
	return len(c.executors) == 0 || slices.Contains(c.executors, executor)
}

func (c *comparison) add(r result.Row) {
	r.Name = format.Printable(r.Name)
	c.result.Rows = append(c.result.Rows, r)
}

// unmeasuredCosts adds a row for each cost that could not be measured.
func (c *comparison) unmeasuredCosts(r *reports.Report) {
	for _, cost := range r.Bench {
		if cost.Trouble != "" && c.wanted(cost.Executor) {
			c.add(result.Row{Name: baseline.CostRow{Executor: cost.Executor, Agents: cost.Agents}.Name(), Status: result.Unknown,
				Got: "not measured", Want: "allocations, leftovers and times", Note: format.Printable(cost.Trouble)})
		}
	}
}

// setFor is the baseline's set that a measured set is compared with.
func (b *Baseline) setFor(is baseline.Set, raceBuild bool) (baseline.Set, error) {
	if was, ok := b.file.Find(is.Key); ok {
		return was, nil
	}
	plainKey := is.Key
	plainKey.Race = false
	if plain, ok := b.file.Find(plainKey); ok && !raceBuild {
		// A full run has cells under the race detector, a quick run has none.
		// If the baseline is of a quick run, all of them are new.
		return baseline.Set{Key: is.Key, Machine: plain.Machine}, nil
	}
	return baseline.Set{}, fmt.Errorf("gate: the run is of %s, and the baseline has only %s; add it with `stress baseline -o FILE`, which keeps the others", is.Key, b.file.Keys())
}

// set compares the rows of one kind of build.
func (c *comparison) set(was, is baseline.Set) {
	against := fmt.Sprintf("%s, measured %s on %s, %d cores", was.Key, format.Printable(was.Machine.Day), cpu(was.Machine), was.Machine.Cores)
	if c.result.Against != "" {
		against = c.result.Against + "; " + against
	}
	c.result.Against = against
	if c.measures(Cells, len(was.Cells)) {
		compareRows(c, was.Cells, is.Cells, c.newCell, c.cell)
	}
	if c.measures(Costs, len(was.Costs)) {
		compareRows(c, was.Costs, is.Costs, c.newCost, c.cost)
	}
	if c.measures(Times, len(was.Times)) {
		threshold := c.threshold(was, is)
		compareRows(c, was.Times, is.Times, c.newTime, func(a, b baseline.TimeRow) { c.time(a, b, threshold) })
	}
}

// measures says whether rows of the kind are compared. If not, the result says
// how many rows of the baseline are left out.
func (c *comparison) measures(k Kind, n int) bool {
	if slices.Contains(c.opts.Measure, k) {
		return true
	}
	if n > 0 {
		c.result.LeftOut = append(c.result.LeftOut, fmt.Sprintf("%s of the baseline's %s left out, as asked", plural.Count(n, "row"), k))
	}
	return false
}

// row is what the rows of all kinds have in common.
type row interface {
	Name() string
	ExecutorName() string
}

// compareRows pairs the rows by name. onlyNow takes a row that the baseline does
// not have, both takes a pair. A row that was not measured now is missing.
func compareRows[T row](c *comparison, was, is []T, onlyNow func(T), both func(was, is T)) {
	before := map[string]T{}
	for _, r := range was {
		if c.wanted(r.ExecutorName()) {
			before[r.Name()] = r
		}
	}
	for _, r := range is {
		w, ok := before[r.Name()]
		if !ok {
			onlyNow(r)
			continue
		}
		delete(before, r.Name())
		both(w, r)
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		c.add(result.Row{Name: name, Status: result.Missing, Got: "not measured", Want: "a row of the baseline"})
	}
}

// unmeasuredSets warns of rows with or without the race detector that the
// baseline has and the run has not.
func (c *comparison) unmeasuredSets(b *Baseline, sets []baseline.Set) {
	for _, s := range sets {
		other := s.Key
		other.Race = !other.Race
		_, known := b.file.Find(other)
		if known && !slices.ContainsFunc(sets, func(o baseline.Set) bool { return o.Key == other }) {
			c.result.Warnings = append(c.result.Warnings, fmt.Sprintf("the baseline's rows of %s were not measured in this run", other))
		}
	}
}

package gate

import (
	"fmt"
	"maps"
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// Compare holds a report against the baseline, for the executors named, or for
// all. The error says why it cannot: the report is of a kind of build that the
// baseline does not have, was cut short, or holds nothing of these executors.
func Compare(b *Baseline, r *reports.Report, opts Options, executors ...string) (Result, error) {
	opts = opts.withDefaults()
	sets, err := Sets(r, executors...)
	if err != nil {
		return Result{}, err
	}
	c := comparison{opts: opts, batches: batches(r)}
	c.troubles(r, executors)
	for _, is := range sets {
		was, ok := b.find(is.Key)
		if plain, known := b.find(is.Key.plain()); !ok && known && !r.Environment.RaceBuild {
			// Race cells, which a run has and a quick run does not: all are new.
			was, ok = Set{Key: is.Key, Machine: plain.Machine}, true
		}
		if !ok {
			return Result{}, fmt.Errorf("gate: got a run of %s, want one of those in the baseline: %s; add it with `stress baseline -o FILE`, which keeps the others", is.Key, b.keys())
		}
		c.set(was, is, executors)
	}
	c.unmeasured(b, sets)
	c.result.waive(opts)
	return c.result, nil
}

// unmeasured names the race detector's rows of this Go that the run lacks.
func (c *comparison) unmeasured(b *Baseline, sets []Set) {
	for _, s := range sets {
		twin := s.Key
		twin.Race = !twin.Race
		_, known := b.find(twin)
		if known && !slices.ContainsFunc(sets, func(o Set) bool { return o.Key == twin }) {
			c.result.Warnings = append(c.result.Warnings, fmt.Sprintf("the baseline's rows of %s were not measured in this run", twin))
		}
	}
}

// troubles names the costs that could not be measured.
func (c *comparison) troubles(r *reports.Report, executors []string) {
	for _, cost := range r.Bench {
		if cost.Trouble == "" || len(executors) > 0 && !slices.Contains(executors, cost.Executor) {
			continue
		}
		c.add(Row{Name: CostRow{Executor: cost.Executor, Agents: cost.Agents}.name(), Status: Unknown,
			Got: "not measured", Want: "allocations, leftovers and times", Note: printable(cost.Trouble)})
	}
}

// comparison is a Result in the making.
type comparison struct {
	opts    Options
	batches map[string][][]float64
	result  Result
}

// batches are the ratios of each time row, batch by batch.
func batches(r *reports.Report) map[string][][]float64 {
	all := map[string][][]float64{}
	for _, c := range r.Bench {
		for _, t := range c.Times {
			name := TimeRow{Executor: c.Executor, Agents: c.Agents, Procs: t.Procs}.name()
			for len(all[name]) <= t.Batch && t.Batch < 2 {
				all[name] = append(all[name], nil)
			}
			if t.Batch >= 0 && t.Batch < 2 {
				all[name][t.Batch] = append(all[name][t.Batch], t.Ratios()...)
			}
		}
	}
	return all
}

// set compares the rows of one kind of build.
func (c *comparison) set(was, is Set, executors []string) {
	m := was.Machine
	against := fmt.Sprintf("%s, measured %s on %s, %d cores", was.Key, printable(m.Day), printable(m.CPU), m.Cores)
	if c.result.Against != "" {
		against = c.result.Against + "; " + against
	}
	c.result.Against = against
	keep := func(name string) bool { return len(executors) == 0 || slices.Contains(executors, name) }
	if c.measures(Cells, len(was.Cells)) {
		compareRows(c, ofThese(was.Cells, keep), is.Cells, CellRow.name, c.newCell, c.cell)
	}
	if c.measures(Costs, len(was.Costs)) {
		compareRows(c, ofThese(was.Costs, keep), is.Costs, CostRow.name, c.newCost, c.cost)
	}
	if c.measures(Times, len(was.Times)) {
		threshold := c.threshold(was, is)
		compareRows(c, ofThese(was.Times, keep), is.Times, TimeRow.name, c.newTime,
			func(a, b TimeRow) { c.time(a, b, threshold) })
	}
}

// measures says whether rows of the kind are compared; where not, it names how
// many of the baseline's are left out.
func (c *comparison) measures(k Kind, n int) bool {
	if slices.Contains(c.opts.Measure, k) {
		return true
	}
	if n > 0 {
		c.result.LeftOut = append(c.result.LeftOut, fmt.Sprintf("%d rows of the baseline's %s were left out, as asked", n, k))
	}
	return false
}

// row is what all kinds of rows have.
type row interface{ executor() string }

func (c CellRow) executor() string { return c.Executor }
func (c CostRow) executor() string { return c.Executor }
func (t TimeRow) executor() string { return t.Executor }

func ofThese[T row](rows []T, keep func(string) bool) []T {
	return slices.DeleteFunc(slices.Clone(rows), func(r T) bool { return !keep(r.executor()) })
}

// compareRows pairs rows by name; those without a partner are named.
func compareRows[T any](c *comparison, was, is []T, name func(T) string, fresh func(T), both func(was, is T)) {
	before := map[string]T{}
	for _, r := range was {
		before[name(r)] = r
	}
	for _, r := range is {
		w, ok := before[name(r)]
		if !ok {
			fresh(r)
			continue
		}
		delete(before, name(r))
		both(w, r)
	}
	for _, gone := range slices.Sorted(maps.Keys(before)) {
		c.add(Row{Name: gone, Status: Missing, Got: "not measured", Want: "a row of the baseline"})
	}
}

func (c *comparison) add(r Row) {
	r.Name = printable(r.Name)
	c.result.Rows = append(c.result.Rows, r)
}

// threshold is that of time: on another machine the ratio to the floor is
// another, and only a coarse change can be told from that.
func (c *comparison) threshold(was, is Set) float64 {
	a, b := was.Machine, is.Machine
	if a.CPU == b.CPU && a.CPU != "" && a.Cores == b.Cores || len(is.Times) == 0 {
		return c.opts.Threshold
	}
	limit := max(c.opts.Threshold, ForeignThreshold)
	c.result.Warnings = append(c.result.Warnings, fmt.Sprintf(
		"the times of the baseline are of another machine (%s, %d cores; here %s, %d cores): their threshold is %.0f %%",
		printable(a.CPU), a.Cores, printable(b.CPU), b.Cores, 100*limit))
	return limit
}

// cell compares verdicts and leftovers.
func (c *comparison) cell(was, is CellRow) {
	for _, clause := range slices.Sorted(maps.Keys(is.Clauses)) {
		row := Row{Name: fmt.Sprintf("%s/clause-%d", is.name(), int(clause)), Got: string(is.Clauses[clause]), Want: "not in the baseline"}
		before, ok := was.Clauses[clause]
		if ok {
			row.Want = string(before)
		}
		row.Status = verdictStatus(before, is.Clauses[clause])
		c.add(row)
	}
	for _, clause := range slices.Sorted(maps.Keys(was.Clauses)) {
		if _, ok := is.Clauses[clause]; !ok {
			c.add(Row{Name: fmt.Sprintf("%s/clause-%d", is.name(), int(clause)), Status: Missing, Got: "not put to the test", Want: string(was.Clauses[clause])})
		}
	}
	if !is.Looked {
		if was.Looked {
			c.add(Row{Name: is.name() + "/goroutines", Status: Unknown, Got: "not looked at", Want: fmt.Sprint(was.Left)})
		}
		return
	}
	c.atMost(is.name()+"/goroutines", was.Left, is.Left)
	c.atMost(is.name()+"/released-goroutines", was.Released, is.Released)
	c.atMost(is.name()+"/descriptors", was.Descriptors, is.Descriptors)
}

// verdictStatus is what a verdict means beside the earlier one, which is empty
// where there was none.
func verdictStatus(was, is scenarios.Status) Status {
	switch {
	case is == scenarios.Unknown && was == scenarios.Unknown:
		return Unsure
	case is == scenarios.Unknown:
		return Unknown
	case is == scenarios.Fail && was != scenarios.Fail:
		return Worse
	case was == "":
		return New
	case is == scenarios.Pass && was == scenarios.Fail:
		return Better
	case was == scenarios.Pass && is != scenarios.Pass && is != scenarios.Waived:
		// No longer claimed: it was kept, and nobody looks any more.
		return Missing
	}
	return OK
}

// atMost compares exact counts.
func (c *comparison) atMost(name string, was, is int) {
	row := Row{Name: name, Status: OK, Got: fmt.Sprint(is), Want: fmt.Sprintf("at most %d", was), value: float64(is), ceiled: true}
	switch {
	case is > was:
		row.Status = Worse
	case is < was:
		row.Status = Better
	}
	c.add(row)
}

// newCell names a cell that the baseline does not have; what it breaks counts,
// as nobody has accepted it.
func (c *comparison) newCell(is CellRow) {
	broken := slices.DeleteFunc(slices.Sorted(maps.Keys(is.Clauses)), func(k executor.Clause) bool { return is.Clauses[k] != scenarios.Fail })
	for _, k := range broken {
		c.add(Row{Name: fmt.Sprintf("%s/clause-%d", is.name(), int(k)), Status: Worse, Got: "fail", Want: "not in the baseline"})
	}
	if len(broken) == 0 {
		c.add(Row{Name: is.name(), Status: New, Got: "keeps its clauses", Want: "not in the baseline"})
	}
}

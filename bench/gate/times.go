package gate

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/bench/gate/internal/baseline"
	"github.com/watertight-go/watertight/bench/gate/internal/format"
	"github.com/watertight-go/watertight/bench/gate/internal/samples"
	"github.com/watertight-go/watertight/bench/gate/result"
	"github.com/watertight-go/watertight/reports"
)

// mostBatches is how many batches of samples there can be: the first and the
// confirming one.
const mostBatches = 2

// batches are the ratios of each time row of a report, batch by batch.
func batches(r *reports.Report) map[string][][]float64 {
	all := map[string][][]float64{}
	for _, c := range r.Bench {
		for _, t := range c.Times {
			if t.Batch < 0 || t.Batch >= mostBatches {
				continue
			}
			name := baseline.TimeRow{Executor: c.Executor, Agents: c.Agents, Procs: t.Procs}.Name()
			for len(all[name]) <= t.Batch {
				all[name] = append(all[name], nil)
			}
			all[name][t.Batch] = append(all[name][t.Batch], t.Ratios()...)
		}
	}
	return all
}

// time compares the ratios to the floor.
func (c *comparison) time(was, is baseline.TimeRow, threshold float64) {
	batches := c.batches[is.Name()]
	if row, unusable := unusableTime(is.Name(), was.Ratios, batches); unusable {
		c.add(row)
		return
	}
	status, e, note := samples.JudgeBatches(was.Ratios, batches, threshold, c.opts.Alpha)
	first, _ := samples.Compare(was.Ratios, batches[0], c.opts.Alpha).Judge(threshold, c.opts.Alpha)
	c.add(result.Row{Name: is.Name(), Status: status, Note: note, Figure: &e.Is,
		Got:         fmt.Sprintf("%s (%s)", ratio(e.Is), format.Percent(e.Change)),
		Want:        fmt.Sprintf("%s, %s at most", ratio(e.Was), format.Percent(e.Limit(threshold))),
		Unconfirmed: len(batches) == 1 && (first == result.Worse || first == result.Unsure),
	})
}

// unusableTime is the row for samples that cannot be compared.
func unusableTime(name string, was []float64, batches [][]float64) (row result.Row, unusable bool) {
	row = result.Row{Name: name, Status: result.Unknown, Want: fmt.Sprintf("%d samples or more", samples.Least)}
	if len(batches) == 0 {
		row.Got = "no samples"
		return row, true
	}
	for _, s := range append([][]float64{was}, batches...) {
		if err := baseline.Positive(name, s); err != nil {
			row.Got, row.Want, row.Note = "no ratio", "", err.Error()
			return row, true
		}
		if len(s) < samples.Least {
			row.Got = fmt.Sprintf("%d samples", len(s))
			return row, true
		}
	}
	return row, false
}

func (c *comparison) newTime(is baseline.TimeRow) {
	c.add(result.Row{Name: is.Name(), Status: result.New, Got: ratio(samples.Median(is.Ratios)), Want: "not in the baseline"})
}

func ratio(v float64) string { return fmt.Sprintf("%.2f x floor", v) }

// otherMachine is the least threshold of time on a machine other than the
// baseline's. The ratio to the floor differs between machines.
const otherMachine = 0.6

// threshold is that of time.
func (c *comparison) threshold(was, is baseline.Set) float64 {
	a, b := was.Machine, is.Machine
	if cpu(a) == cpu(b) && cpu(a) != unknownMachine && a.Cores == b.Cores || len(is.Times) == 0 {
		return c.opts.Threshold
	}
	threshold := max(c.opts.Threshold, otherMachine)
	c.result.Warnings = append(c.result.Warnings, fmt.Sprintf(
		"the times of the baseline are of another machine (%s, %d cores; here %s, %d cores): their threshold is %.0f %%",
		cpu(a), a.Cores, cpu(b), b.Cores, 100*threshold))
	return threshold
}

// unknownMachine is the name of a processor that nobody wrote down.
const unknownMachine = "unknown machine"

// cpu is the name of a processor. Some systems put blanks around and in it.
func cpu(m baseline.Machine) string {
	return cmp.Or(format.Printable(strings.Join(strings.Fields(m.CPU), " ")), unknownMachine)
}

package ci

import (
	"cmp"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/source"
	"github.com/watertight-go/watertight/reports/internal/view"
	"github.com/watertight-go/watertight/scenarios"
)

// fault is one result for a machine: a clause that the candidate breaks, or
// that could not be judged, at one line, with all scenarios that show it.
type fault struct {
	faultKey
	// count is how many goroutines were left behind; stack is that of one.
	count int
	stack string
	// scenarios show the fault; got and want are those of the first.
	scenarios []string
	got, want string
}

// faultKey tells faults apart.
type faultKey struct {
	clause executor.Clause
	status scenarios.Status
	// at is the line to look at. created is the go statement of the goroutines
	// that were left behind, where that is another line.
	at, created source.Site
	// createdBy is the function of the go statement; class is the class of the
	// goroutines.
	createdBy string
	class     leak.Class
}

// faults are those of the After executor: broken clauses before unknown ones,
// by clause and line. Faults of other executors are left out.
func faults(r *reports.Report) []*fault {
	c := &collector{report: r, made: source.Executor(r, r.After), byKey: map[faultKey]*fault{}}
	for _, cell := range r.Cells {
		if cell.Observation.Executor == r.After {
			c.addCell(cell)
		}
	}
	slices.SortStableFunc(c.all, func(a, b *fault) int {
		return cmp.Or(cmp.Compare(b.severity(), a.severity()), cmp.Compare(a.clause, b.clause),
			strings.Compare(a.at.File, b.at.File), cmp.Compare(a.at.Line, b.at.Line))
	})
	return c.all
}

// severity is 1 for a broken clause and 0 for an unknown one.
func (f *fault) severity() int {
	if f.status == scenarios.Fail {
		return 1
	}
	return 0
}

// collector gathers the faults of one executor, each once.
type collector struct {
	report *reports.Report
	// made is the function that makes the executor.
	made  source.Site
	byKey map[faultKey]*fault
	all   []*fault
}

func (c *collector) addCell(cell scenarios.Cell) {
	if len(cell.Verdict.Clauses) == 0 {
		c.add(cell, scenarios.ClauseResult{Status: scenarios.Unknown, Reason: "no clause was judged"}, fault{faultKey: faultKey{at: c.made}})
	}
	for _, k := range cell.Verdict.Clauses {
		if k.Status == scenarios.Fail || k.Status == scenarios.Unknown {
			c.addClause(cell, k)
		}
	}
}

// addClause adds a clause once for each place that left goroutines behind. A
// clause that is about something else is added at the executor.
func (c *collector) addClause(cell scenarios.Cell, k scenarios.ClauseResult) {
	found := leftBehind(cell, k)
	for _, f := range found {
		b := source.Of(c.report, cell.Observation, f)
		c.add(cell, k, fault{faultKey: faultKey{at: b.At, created: b.Created, createdBy: f.CreatedBy, class: f.Class}, count: f.Count, stack: f.Stack})
	}
	if len(found) == 0 {
		c.add(cell, k, fault{faultKey: faultKey{at: c.made}})
	}
}

// add adds f, or counts it with an equal fault of another scenario.
func (c *collector) add(cell scenarios.Cell, k scenarios.ClauseResult, f fault) {
	f.clause, f.status = k.Clause, k.Status
	name := view.CellName(view.KeyOf(cell.Observation))
	known := c.byKey[f.faultKey]
	if known == nil {
		f.got, f.want = cmp.Or(k.Got, k.Reason), k.Want
		if k.Status == scenarios.Unknown {
			f.got = cmp.Or(k.Reason, k.Got)
		}
		f.scenarios = []string{name}
		c.byKey[f.faultKey] = &f
		c.all = append(c.all, &f)
		return
	}
	known.count += f.count
	if !slices.Contains(known.scenarios, name) {
		known.scenarios = append(known.scenarios, name)
	}
}

// leftBehind are the goroutines that a broken clause is about.
func leftBehind(cell scenarios.Cell, k scenarios.ClauseResult) []leak.Finding {
	if k.Status != scenarios.Fail || k.Clause != executor.LeavesNothing && k.Clause != executor.BoundsStuck {
		return nil
	}
	o := cell.Observation.OnMachine()
	left := o.Left
	if k.Clause == executor.LeavesNothing && len(o.Released.Leak.Findings) > 0 {
		left = o.Released
	}
	var found []leak.Finding
	for _, f := range left.Leak.Findings {
		if !o.StartedByAgent(f) {
			found = append(found, f)
		}
	}
	return found
}

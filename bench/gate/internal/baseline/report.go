package baseline

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/watertight-go/watertight/bench/gate/internal/format"
	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// FromReport makes sets of a report: one of the ordinary binary, and one of the
// cells in a binary built with -race. Without names it takes the rows of all
// executors. Costs that could not be measured are left out.
func FromReport(r *reports.Report, executors ...string) ([]Set, error) {
	key, err := keyOf(r)
	if err != nil {
		return nil, fmt.Errorf("gate: %w", err)
	}
	wanted := func(name string) bool { return len(executors) == 0 || slices.Contains(executors, name) }
	e := r.Environment
	machine := Machine{Version: e.Go, CPU: e.CPU, Cores: e.Cores, Tool: r.Tool, Day: r.Created.UTC().Format("2006-01-02")}
	plain, race := Set{Key: key, Machine: machine}, Set{Key: key, Machine: machine}
	race.Race = true
	for _, c := range r.Cells {
		switch {
		case !wanted(c.Observation.Executor):
		case c.Observation.Race && !e.RaceBuild:
			race.Cells = append(race.Cells, cellRow(c))
		default:
			plain.Cells = append(plain.Cells, cellRow(c))
		}
	}
	for _, c := range r.Bench {
		if wanted(c.Executor) && c.Trouble == "" && c.Requests > 0 {
			plain.Costs = append(plain.Costs, costRow(c))
			plain.Times = append(plain.Times, timeRows(c)...)
		}
	}
	sets := slices.DeleteFunc([]Set{plain, race}, func(s Set) bool { return len(s.Cells)+len(s.Costs) == 0 })
	if len(sets) == 0 {
		return nil, fmt.Errorf("gate: the report has no rows of %q; run it first", executors)
	}
	return sets, nil
}

var minorVersion = regexp.MustCompile(`^(?:devel )?go(\d+\.\d+)`)

// keyOf is the kind of build of a report that is complete.
func keyOf(r *reports.Report) (Key, error) {
	if r == nil {
		return Key{}, errors.New("got a nil report")
	}
	m := minorVersion.FindStringSubmatch(r.Environment.Go)
	if m == nil {
		return Key{}, fmt.Errorf("got Go version %q in the report, want one as go1.27.4", format.Printable(r.Environment.Go))
	}
	if r.Partial != "" {
		return Key{}, fmt.Errorf("the report is of a run that was cut short (%s); run it again", format.Printable(r.Partial))
	}
	e := r.Environment
	return Key{Go: m[1], OS: e.OS, Arch: e.Arch, Race: e.RaceBuild}, nil
}

func cellRow(c scenarios.Cell) CellRow {
	o := c.Observation
	row := CellRow{Executor: o.Executor, Scenario: o.Scenario, Clauses: map[executor.Clause]scenarios.Status{}, Inspected: inspected(o)}
	for _, k := range c.Verdict.Clauses {
		row.Clauses[k.Clause] = k.Status
	}
	if row.Inspected {
		m := o.OnMachine()
		row.Left = m.Left.ByExecutor
		row.Released = m.Released.ByExecutor + m.Released.ByAgent - m.Released.AgentOwn
		row.Descriptors = max(m.Released.Leak.Descriptors, 0)
	}
	return row
}

// inspected reports whether what the cell left was inspected, on the machine's clock.
func inspected(o scenarios.Observation) bool {
	m := o.OnMachine()
	return m.Left.Inspected && m.Released.Inspected
}

func costRow(c reports.Cost) CostRow {
	return CostRow{Executor: c.Executor, Agents: c.Agents, Allocs: format.Round(c.Allocs), AllocBytes: format.Round(c.AllocBytes),
		Goroutines: format.Round(c.Goroutines), Descriptors: format.Round(c.Descriptors),
		RetainedBytes: format.Round(c.RetainedBytes), NoDescriptors: c.NoDescriptors}
}

// timeRows are the ratios of all batches, one row for each GOMAXPROCS.
func timeRows(c reports.Cost) []TimeRow {
	var rows []TimeRow
	index := map[int]int{}
	for _, t := range c.Times {
		i, ok := index[t.Procs]
		if !ok {
			i = len(rows)
			index[t.Procs] = i
			rows = append(rows, TimeRow{Executor: c.Executor, Agents: c.Agents, Procs: t.Procs})
		}
		for _, ratio := range t.Ratios() {
			rows[i].Ratios = append(rows[i].Ratios, format.Round(ratio))
		}
	}
	return rows
}

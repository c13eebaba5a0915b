package gate

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

func (c CellRow) name() string { return c.Executor + "/" + c.Scenario }
func (c CostRow) name() string { return fmt.Sprintf("%s/agents=%d", c.Executor, c.Agents) }
func (t TimeRow) name() string {
	return fmt.Sprintf("%s/agents=%d/procs=%d/time", t.Executor, t.Agents, t.Procs)
}

var minor = regexp.MustCompile(`^(?:devel )?go(\d+\.\d+)`)

// minorOf is the minor version in what runtime.Version says.
func minorOf(version string) (string, error) {
	m := minor.FindStringSubmatch(version)
	if m == nil {
		return "", fmt.Errorf("got Go version %q in the report, want one as go1.27.4", printable(version))
	}
	return m[1], nil
}

// Sets are the rows of a report, of the executors named: one set for the ordinary
// binary and one for the cells in a binary built with -race. Without names they
// are those of all executors. Costs that could not be measured are left out.
func Sets(r *reports.Report, executors ...string) ([]Set, error) {
	if r == nil {
		return nil, errors.New("gate: got no report, want one")
	}
	version, err := minorOf(r.Environment.Go)
	if err != nil {
		return nil, fmt.Errorf("gate: %w", err)
	}
	if r.Partial != "" {
		return nil, fmt.Errorf("gate: got a report of a run that was cut short (%s), want a whole one", printable(r.Partial))
	}
	wanted := map[string]bool{}
	for _, x := range executors {
		wanted[x] = true
	}
	e := r.Environment
	machine := Machine{Version: e.Go, CPU: e.CPU, Cores: e.Cores, Tool: r.Tool, Day: r.Created.UTC().Format("2006-01-02")}
	plain := Set{Key: Key{Go: version, OS: e.OS, Arch: e.Arch, Race: e.RaceBuild}, Machine: machine}
	race := Set{Key: Key{Go: version, OS: e.OS, Arch: e.Arch, Race: true}, Machine: machine}
	for _, c := range r.Cells {
		o := c.Observation
		switch {
		case len(wanted) > 0 && !wanted[o.Executor]:
		case o.Race && !e.RaceBuild:
			race.Cells = append(race.Cells, cellRow(c))
		default:
			plain.Cells = append(plain.Cells, cellRow(c))
		}
	}
	for _, c := range r.Bench {
		if len(wanted) > 0 && !wanted[c.Executor] {
			continue
		}
		if c.Trouble != "" || c.Requests == 0 {
			continue // named by Compare and Put
		}
		plain.Costs = append(plain.Costs, costRow(c))
		plain.Times = append(plain.Times, timeRows(c)...)
	}
	var sets []Set
	for _, s := range []Set{plain, race} {
		if len(s.Cells)+len(s.Costs) > 0 {
			sets = append(sets, s)
		}
	}
	if len(sets) == 0 {
		return nil, fmt.Errorf("gate: got a report without rows of %q, want a run of it", executors)
	}
	return sets, nil
}

func cellRow(c reports.Cell) CellRow {
	o := c.Observation
	row := CellRow{Executor: o.Executor, Scenario: o.Scenario, Clauses: map[executor.Clause]scenarios.Status{}, Looked: o.Left.Looked && o.Released.Looked}
	for _, k := range c.Verdict.Clauses {
		row.Clauses[k.Clause] = k.Status
	}
	if row.Looked {
		row.Left = o.Left.ByExecutor
		row.Released = o.Released.ByExecutor + o.Released.ByAgent - o.Released.AgentOwn
		row.Descriptors = max(o.Released.Leak.Descriptors, 0)
	}
	return row
}

func costRow(c reports.Cost) CostRow {
	return CostRow{Executor: c.Executor, Agents: c.Agents, Allocs: round(c.Allocs), AllocBytes: round(c.AllocBytes),
		Goroutines: round(c.Goroutines), Descriptors: round(c.Descriptors), RetainedBytes: round(c.RetainedBytes), NoDescriptors: c.NoDescriptors}
}

// timeRows are the ratios of all batches, joined for each GOMAXPROCS.
func timeRows(c reports.Cost) []TimeRow {
	var rows []TimeRow
	at := map[int]int{}
	for _, t := range c.Times {
		i, ok := at[t.Procs]
		if !ok {
			i = len(rows)
			at[t.Procs] = i
			rows = append(rows, TimeRow{Executor: c.Executor, Agents: c.Agents, Procs: t.Procs})
		}
		for _, ratio := range t.Ratios() {
			rows[i].Ratios = append(rows[i].Ratios, round(ratio))
		}
	}
	return rows
}

// round keeps a thousandth, which is below what any figure here can tell.
func round(v float64) float64 { return math.Round(v*1000) / 1000 }

// Accept is Sets for a new baseline: all that was to be measured must have been,
// and all that was run judged. A clause may be unknown only beside a broken one,
// as where the cell's process died: whoever accepts that knows what they accept.
func Accept(r *reports.Report, executors ...string) ([]Set, error) {
	sets, err := Sets(r, executors...)
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, c := range r.Bench {
		if c.Trouble != "" {
			errs = append(errs, fmt.Errorf("%s could not be measured: %s", printable(costRow(c).name()), printable(c.Trouble)))
		}
	}
	for _, s := range sets {
		for _, c := range s.Cells {
			if unjudged := c.unjudged(); len(unjudged) > 0 {
				errs = append(errs, fmt.Errorf("%s: got clause %v unknown, want all judged: run it again, as a later unknown would pass for the same", printable(c.name()), unjudged))
			}
		}
		for _, t := range s.Times {
			errs = append(errs, positive(t.name(), t.Ratios))
			if n := len(t.Ratios); n < MinSamples {
				errs = append(errs, fmt.Errorf("%s: got %d samples, want %d or more", printable(t.name()), n, MinSamples))
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("gate: baseline: %w", err)
	}
	return sets, nil
}

// unjudged are the clauses that nothing is known of; none where one is broken.
func (c CellRow) unjudged() (clauses []int) {
	for clause, status := range c.Clauses {
		switch status {
		case scenarios.Fail:
			return nil
		case scenarios.Unknown:
			clauses = append(clauses, int(clause))
		}
	}
	slices.Sort(clauses)
	return clauses
}

// Doubts are what should keep a set from being committed as it is.
func (s Set) Doubts() []string {
	var all []string
	for _, c := range s.Cells {
		for clause, status := range c.Clauses {
			if status == scenarios.Unknown {
				all = append(all, fmt.Sprintf("%s: %s could not be judged", printable(c.name()), clause))
			}
		}
	}
	for _, t := range s.Times {
		if n := noise(t.Ratios); n > DefaultThreshold {
			all = append(all, fmt.Sprintf("%s: the same code differed by %.0f %% within this run: measure again on a quieter machine", printable(t.name()), 100*n))
		}
	}
	slices.Sort(all)
	return all
}

package casestudy

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// seen is an observation of 100 requests x 5 agents, with agents' goroutines
// and others left behind.
func seen(name, scenario string, byAgent, byExecutor, blocked int, change ...func(*scenarios.Observation)) scenarios.Cell {
	o := scenarios.Observation{Executor: name, Scenario: scenario, Clock: scenarios.RealClock}
	o.Setup = scenarios.Setup{Requests: 100, Agents: 5, AgentTimeout: 100 * time.Millisecond}
	o.Totals = scenarios.Totals{Requests: 100, Blocked: blocked, AgentsRunning: byAgent}
	o.Left = scenarios.Leftovers{Inspected: true, ByAgent: byAgent, ByExecutor: byExecutor}
	o.Left.Leak.Goroutines = byAgent + byExecutor
	if byAgent > 0 {
		o.Left.Leak.Findings = []leak.Finding{{Count: byAgent, File: "/home/u/executor/waitgroup.go", Line: 35}}
	}
	for _, c := range change {
		c(&o)
	}
	return scenarios.Cell{Observation: o, Verdict: scenarios.Verdict{Executor: name, Scenario: scenario}}
}

func judgedAs(c scenarios.Cell, clause executor.Clause, status scenarios.Status) scenarios.Cell {
	c.Verdict.Clauses = []scenarios.ClauseResult{{Clause: clause, Status: status, Got: "145 left", Want: "at most 160"}}
	return c
}

func series(samples ...scenarios.Sample) func(*scenarios.Observation) {
	return func(o *scenarios.Observation) { o.Series = samples }
}

func holding(heap, stacks int64) func(*scenarios.Observation) {
	return func(o *scenarios.Observation) {
		o.Left.Leak.HeapMeasured, o.Left.Leak.Heap, o.Left.Leak.Stacks = true, heap, stacks
	}
}

func crashed(o *scenarios.Observation) {
	o.Crash = &scenarios.Crash{Kind: "fatal", Message: "fatal error: it is over"}
}

// notRun is what becomes of a cell whose process could not be started.
func notRun(o *scenarios.Observation) {
	o.Crash = &scenarios.Crash{Kind: "start", Message: "resource temporarily unavailable"}
}

func hit(resource string) func(*scenarios.Observation) {
	return func(o *scenarios.Observation) {
		o.Limit = &scenarios.LimitHit{Resource: resource, Limit: 200, Lowered: "lowered from 10000", At: 40}
	}
}

func tools(done ...bool) func(*scenarios.Observation) {
	return func(o *scenarios.Observation) {
		var runs []scenarios.ToolRun
		for _, d := range done {
			runs = append(runs, scenarios.ToolRun{DoneAtStart: d})
		}
		o.Calls = []scenarios.Call{{Agents: []scenarios.AgentRun{{Tools: runs}}}}
	}
}

func raced(found ...string) func(*scenarios.Observation) {
	return func(o *scenarios.Observation) { o.Race, o.Races = true, found }
}

// day is a timeline with this many bytes mapped after an hour and at its end.
func day(hour, end uint64) func(*scenarios.Observation) {
	return series(scenarios.Sample{}, scenarios.Sample{At: time.Hour, TotalBytes: hour << 20}, scenarios.Sample{At: 24 * time.Hour, TotalBytes: end << 20})
}

func TestClaims(t *testing.T) {
	const acc = loads.Accumulation
	comparison := func(after string, r scenarios.Relation) []scenarios.Comparison {
		return []scenarios.Comparison{{Scenario: "x", Before: "waitgroup", After: after, Relation: r}, {Scenario: "y", Before: "waitgroup", After: after, Relation: scenarios.Same}}
	}
	for _, tt := range []struct {
		name, id    string
		cells       []scenarios.Cell
		comparisons []scenarios.Comparison
		want        reports.ClaimVerdict
		says        string
	}{
		{"all stuck", "1a", []scenarios.Cell{seen("waitgroup", acc, 500, 100, 100)}, nil, reports.Holds, "executor/waitgroup.go:35"},
		{"few stuck", "1a", []scenarios.Cell{seen("waitgroup", acc, 12, 0, 0)}, nil, reports.DoesNotHold, "left 12 goroutines"},
		{"not inspected", "1a", []scenarios.Cell{seen("waitgroup", acc, 500, 100, 100, func(o *scenarios.Observation) { o.Left.Inspected = false })}, nil, reports.NotMeasured, ""},
		{"fix leaves none", "1b", []scenarios.Cell{seen("errgroup", acc, 0, 0, 0)}, nil, reports.Holds, "0 goroutines left"},
		{"fix leaves all", "1b", []scenarios.Cell{seen("errgroup", acc, 500, 100, 100)}, nil, reports.DoesNotHold, "600 goroutines left"},
		{"fix only blocks", "1b", []scenarios.Cell{seen("errgroup", acc, 0, 3, 3)}, nil, reports.DoesNotHold, "3 callers blocked"},
		{"within the bound", "1c", []scenarios.Cell{judgedAs(seen("reference", acc, 145, 0, 0), executor.BoundsStuck, scenarios.Pass)}, nil, reports.Holds, "145 left"},
		{"beyond the bound", "1c", []scenarios.Cell{judgedAs(seen("reference", acc, 400, 0, 0), executor.BoundsStuck, scenarios.Fail)}, nil, reports.DoesNotHold, ""},
		{"bound unknown", "1c", []scenarios.Cell{judgedAs(seen("reference", acc, 145, 0, 0), executor.BoundsStuck, scenarios.Unknown)}, nil, reports.NotMeasured, ""},
		{"base as claimed", "2a", []scenarios.Cell{seen("waitgroup", acc, 500, 0, 0, series(scenarios.Sample{TotalBytes: 50 << 20}))}, nil, reports.Holds, "50.0 MiB"},
		{"small base", "2a", []scenarios.Cell{seen("waitgroup", acc, 500, 0, 0, series(scenarios.Sample{TotalBytes: 12 << 20}))}, nil, reports.DoesNotHold, "12.0 MiB"},
		{"500 KiB each", "2b", []scenarios.Cell{seen("waitgroup", acc, 100, 0, 0, holding(40<<20, 10<<20))}, nil, reports.Holds, "50.0 MiB per 100"},
		{"8 KiB each", "2b", []scenarios.Cell{seen("waitgroup", acc, 100, 0, 0, holding(400<<10, 400<<10))}, nil, reports.DoesNotHold, "8.0 KiB each"},
		{"50 KiB each", "2c", []scenarios.Cell{seen("waitgroup", acc, 1000, 0, 0, holding(40<<20, 10<<20))}, nil, reports.Holds, "50.0 MiB per 1000"},
		{"heap not measured", "2c", []scenarios.Cell{seen("waitgroup", acc, 1000, 0, 0)}, nil, reports.NotMeasured, ""},
		{"real client", "2e", []scenarios.Cell{seen("waitgroup", loads.ClientMemory, 500, 0, 0, holding(10<<20, 12<<20))}, nil, reports.Holds, "45.1 KiB each"},
		{"real client per 100", "2d", []scenarios.Cell{seen("waitgroup", loads.ClientMemory, 500, 0, 0, holding(10<<20, 12<<20))}, nil, reports.DoesNotHold, ""},
		{"55 MB after an hour", "3a", []scenarios.Cell{seen("waitgroup", loads.Timeline, 9, 0, 0, day(55, 90))}, nil, reports.Holds, "55.0 MiB mapped"},
		{"12 MB after an hour", "3a", []scenarios.Cell{seen("waitgroup", loads.Timeline, 9, 0, 0, day(12, 90))}, nil, reports.DoesNotHold, "12.0 MiB mapped"},
		{"a day and a crash", "3b", []scenarios.Cell{seen("waitgroup", loads.Timeline, 9, 0, 0, day(55, 310), crashed)}, nil, reports.Holds, "it is over"},
		{"a day without a crash", "3b", []scenarios.Cell{seen("waitgroup", loads.Timeline, 9, 0, 0, day(55, 310))}, nil, reports.DoesNotHold, "no crash"},
		{"past 10,000", "3c", []scenarios.Cell{seen("waitgroup", loads.Channel, 9, 0, 0, series(scenarios.Sample{Goroutines: 13_000}))}, nil, reports.DoesNotHold, "13000 goroutines and no crash"},
		{"a panic at 10,000", "3c", []scenarios.Cell{seen("waitgroup", loads.Channel, 9, 0, 0, series(scenarios.Sample{Goroutines: 10_000}), crashed, hit("goroutines"))}, nil, reports.Holds, "crashed at 10000"},
		{"another limit", "3c", []scenarios.Cell{seen("waitgroup", loads.Channel, 9, 0, 0, series(scenarios.Sample{Goroutines: 10_000}), crashed, hit("memory"))}, nil, reports.DoesNotHold, ""},
		{"too few to tell", "3c", []scenarios.Cell{seen("waitgroup", loads.Channel, 9, 0, 0, series(scenarios.Sample{Goroutines: 900}))}, nil, reports.NotMeasured, ""},
		{"threads first", "3d", []scenarios.Cell{seen("waitgroup", loads.Syscall, 9, 0, 0, hit("threads"))}, nil, reports.DoesNotHold, "syscall: threads at request 40, limit 200, lowered from 10000"},
		{"goroutines first", "3d", []scenarios.Cell{seen("waitgroup", loads.Channel, 9, 0, 0, hit("goroutines"))}, nil, reports.Holds, ""},
		{"no limit", "3d", []scenarios.Cell{seen("waitgroup", loads.Channel, 9, 0, 0)}, nil, reports.NotMeasured, ""},
		{"a leak", "4", []scenarios.Cell{seen("errgroup", acc, 500, 100, 100)}, nil, reports.DoesNotHold, "1 of 1 scenario "},
		{"no leak", "4", []scenarios.Cell{seen("errgroup", acc, 0, 0, 0), seen("errgroup", "normal", 0, 0, 0)}, nil, reports.Holds, "0 of 2 scenarios"},
		{"an agent's own", "4", []scenarios.Cell{seen("errgroup", acc, 0, 0, 0), seen("errgroup", "agent-leaks", 1, 0, 0, func(o *scenarios.Observation) { o.Left.AgentOwn = 1 })}, nil, reports.Holds, ""},
		{"only the obedient", "4", []scenarios.Cell{seen("errgroup", "normal", 0, 0, 0)}, nil, reports.NotMeasured, ""},
		{"errgroup breaks", "5a", nil, comparison("errgroup", scenarios.Broken), reports.DoesNotHold, "BROKEN in 1 (x), same in 1"},
		{"errgroup keeps", "5a", nil, comparison("errgroup", scenarios.Fixed), reports.Holds, "fixed in 1, same in 1"},
		{"errgroup changes", "5a", nil, comparison("errgroup", scenarios.Changed), reports.DoesNotHold, "changed in 1 (x)"},
		{"reference breaks", "5b", nil, comparison("reference", scenarios.Broken), reports.DoesNotHold, ""},
		{"reference changes", "5b", nil, comparison("reference", scenarios.Changed), reports.Holds, "changed in 1 (x)"},
		{"others compared", "5b", nil, comparison("errgroup", scenarios.Same), reports.NotMeasured, ""},
		{"tools stop", "6", []scenarios.Cell{seen("errgroup", "tool-chain-cancelled", 0, 0, 0, tools(false, false)), seen("waitgroup", "tool-chain-cancelled", 0, 0, 0, tools(false, true, true))}, nil, reports.Holds, "waitgroup 2"},
		{"tools go on", "6", []scenarios.Cell{seen("errgroup", "tool-chain-timeout", 0, 0, 0, tools(false, true))}, nil, reports.DoesNotHold, "errgroup started 1"},
		{"no tool at all", "6", []scenarios.Cell{seen("errgroup", "tool-chain-cancelled", 0, 0, 0, tools())}, nil, reports.NotMeasured, ""},
		{"race clean", "7", []scenarios.Cell{seen("errgroup", "concurrent", 0, 0, 0, raced()), seen("reference", "concurrent", 0, 0, 0, raced())}, nil, reports.Holds, "reference: 0 races"},
		{"a race", "7", []scenarios.Cell{seen("errgroup", "concurrent", 0, 0, 0, raced()), seen("reference", "concurrent", 0, 0, 0, raced("WARNING"))}, nil, reports.DoesNotHold, "reference: 1 race"},
		{"a crash in the race binary", "7", []scenarios.Cell{seen("errgroup", "concurrent", 0, 0, 0, raced(), crashed)}, nil, reports.DoesNotHold, "1 crash"},
		{"a race cell that was not run", "7", []scenarios.Cell{seen("errgroup", "concurrent", 0, 0, 0, raced(), notRun), seen("reference", "concurrent", 0, 0, 0, raced())}, nil, reports.NotMeasured, ""},
		{"a day that was not run", "3b", []scenarios.Cell{seen("waitgroup", loads.Timeline, 9, 0, 0, notRun)}, nil, reports.NotMeasured, ""},
		{"10,000 that were not run", "3c", []scenarios.Cell{seen("waitgroup", loads.Channel, 9, 0, 0, notRun)}, nil, reports.NotMeasured, ""},
		{"one fix only", "7", []scenarios.Cell{seen("reference", "concurrent", 0, 0, 0, raced())}, nil, reports.NotMeasured, ""},
		{"no race binary", "7", []scenarios.Cell{seen("reference", "concurrent", 0, 0, 0)}, nil, reports.NotMeasured, ""},
		{"context checks still wait", "8a", []scenarios.Cell{seen("contextcheck", acc, 500, 100, 100)}, nil, reports.Holds, "100 of 100 callers"},
		{"context checks return", "8a", []scenarios.Cell{seen("contextcheck", acc, 500, 0, 0)}, nil, reports.DoesNotHold, "0 of 100 callers"},
		{"one more costs", "8b", []scenarios.Cell{seen("waitgroup", acc, 500, 0, 0, series(scenarios.Sample{Goroutines: 5}, scenarios.Sample{Requests: 10, Goroutines: 65})),
			seen("detached", acc, 500, 0, 0, series(scenarios.Sample{Goroutines: 5}, scenarios.Sample{Requests: 10, Goroutines: 115}))}, nil, reports.Holds, "11.0 goroutines for each request under way, against 6.0"},
		{"one more is free", "8b", []scenarios.Cell{seen("waitgroup", acc, 500, 0, 0, series(scenarios.Sample{Goroutines: 5}, scenarios.Sample{Requests: 10, Goroutines: 65})),
			seen("detached", acc, 500, 0, 0, series(scenarios.Sample{Goroutines: 5}, scenarios.Sample{Requests: 10, Goroutines: 65}))}, nil, reports.DoesNotHold, ""},
	} {
		t.Run(tt.id+" "+tt.name, func(t *testing.T) {
			r := &reports.Report{Before: "waitgroup", After: "reference", Cells: tt.cells, Comparisons: tt.comparisons}
			for _, x := range exhibits.Specs() {
				r.Executors = append(r.Executors, reports.Executor{Name: x.Name})
			}
			got := claimOf(t, r, tt.id)
			require.Equal(t, tt.want, got.Verdict, "%+v", got)
			require.Contains(t, got.Measured, tt.says)
		})
	}
}

func claimOf(t *testing.T, r *reports.Report, id string) reports.Claim {
	t.Helper()
	for _, c := range claims(r) {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("no claim %s", id)
	return reports.Claim{}
}

// Without cells nothing holds and nothing is refuted.
func TestClaimsWithoutCells(t *testing.T) {
	all := claims(&reports.Report{Before: "waitgroup", After: "reference"})
	require.GreaterOrEqual(t, len(all), 16)
	for _, c := range all {
		require.Equal(t, reports.NotMeasured, c.Verdict, c.ID)
		require.NotEmpty(t, c.How, c.ID)
	}
}

package reports

import (
	"fmt"
	"strings"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/scenarios"
)

// fixtures are the reports that every renderer is tried on.
func fixtures() map[string]*Report {
	return map[string]*Report{
		"full":    full(30),
		"sparse":  sparse(),
		"empty":   {Schema: Schema},
		"partial": partial(),
		"hostile": hostile(),
	}
}

var rowNames = []string{"Normal execution", "With timeout", "Context cancel", "Error handling", "Partial success", "All failures", "Goroutine cleanup"}

// breaks are the clauses that an executor of the full report breaks in its
// scenario number i: each in a pattern of its own, the reference in none.
var breaks = map[string]func(i int) []executor.Clause{
	"waitgroup":    func(i int) []executor.Clause { return pick(i%3 == 0, 1, 6) },
	"contextcheck": func(i int) []executor.Clause { return pick(i%4 == 0, 1, 6) },
	"detached":     func(i int) []executor.Clause { return pick(i%5 == 0, 6) },
	"errgroup":     func(i int) []executor.Clause { return append(pick(i%3 == 0, 1, 6), pick(i%4 == 1, 3)...) },
	"reference":    func(int) []executor.Clause { return nil },
}

func pick(yes bool, clauses ...executor.Clause) []executor.Clause {
	if yes {
		return clauses
	}
	return nil
}

// full is a whole run of five executors, with load cells behind n scenarios.
func full(n int) *Report {
	r := &Report{
		Schema: Schema, Tool: "stress v1.2.3", Created: time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC), Elapsed: int64(72 * time.Second),
		Environment: Environment{Go: "go1.27.4", OS: "linux", Arch: "amd64", CPU: "Example CPU @ 3.00GHz", Cores: 2, GOMAXPROCS: 2,
			MemoryMiB: 16384, Commit: "0123abc", Args: []string{"run"}, Race: "5 cells in a binary built with -race", Proof: "goroutineleak profile"},
		Before: "waitgroup", After: "reference",
	}
	for _, s := range exhibits.Specs() {
		r.Executors = append(r.Executors, Named{Name: s.Name, Doc: s.Doc})
	}
	for i := range n {
		row := Row{Name: fmt.Sprintf("scenario-%02d", i), Field: "a thing of the field"}
		if i < len(rowNames) {
			row.Row = rowNames[i]
		}
		r.Scenarios = append(r.Scenarios, row)
		for _, x := range r.Executors {
			r.Cells = append(r.Cells, ordinary(x.Name, row.Name, breaks[x.Name](i)))
		}
	}
	raced := ordinary("reference", "scenario-00", nil)
	raced.Observation.Race = true
	r.Cells = append(r.Cells, raced)
	addLoad(r)
	addComparisons(r)
	addClaims(r)
	return r
}

func ordinary(name, scenario string, broken []executor.Clause) Cell {
	o := scenarios.Observation{Executor: name, Scenario: scenario, Clock: scenarios.RealClock, Elapsed: 200 * time.Millisecond}
	o.Setup.Agents, o.Setup.Requests = 3, 1
	o.Left.Looked, o.Left.Goleak.Asked = true, true
	v := scenarios.Verdict{Executor: name, Scenario: scenario}
	for c := executor.Clause(1); c <= 10; c++ {
		v.Clauses = append(v.Clauses, scenarios.ClauseResult{Clause: c, Status: scenarios.Pass, Got: "as wanted", Want: "what the clause says"})
	}
	for _, c := range broken {
		v.Clauses[c-1].Status, v.Clauses[c-1].Got = scenarios.Fail, "something else"
		if c == executor.BoundsStuck {
			leave(&o.Left, name, 4)
		}
	}
	return Cell{Observation: o, Verdict: v}
}

// leave puts n stuck agents and one caller for five of them into a look.
func leave(r *scenarios.Remains, name string, n int) {
	r.ByAgent, r.ByExecutor = n, n/5
	r.Leak.Findings = []leak.Finding{{Class: leak.Blocked, Count: n, State: "chan receive", Function: "mocks.hang", Entry: "executor.func1",
		CreatedBy: "example.com/project/executor.(*" + name + ").ExecuteParallel", File: "/home/someone/project/executor/" + name + ".go", Line: 31}}
	if n >= 5 {
		r.Leak.Findings = append(r.Leak.Findings, leak.Finding{Class: leak.Waiting, Count: n / 5, State: "sync.WaitGroup.Wait",
			CreatedBy: "example.com/project/scenarios.launch", File: "/home/someone/project/scenarios/load.go", Line: 78})
	}
	r.Leak.Goroutines = n + n/5
	r.Leak.HeapMeasured, r.Leak.Heap, r.Leak.Stacks = true, int64(n)*4096, int64(n)*2048
}

// addLoad adds the accumulation of each executor, and a limit that was hit.
func addLoad(r *Report) {
	for _, name := range []string{"accumulation", "timeline", "limit-socket"} {
		r.Scenarios = append(r.Scenarios, Row{Name: name, Field: "load"})
		for _, x := range r.Executors {
			if name == "limit-socket" && x.Name != r.Before {
				continue
			}
			c := ordinary(x.Name, name, breaks[x.Name](0))
			load(&c, map[bool]int{true: 17, false: 500}[x.Name == r.After])
			if name == "limit-socket" {
				c.Observation.Limit = &scenarios.LimitHit{Resource: "descriptors", Limit: 256, Lowered: "lowered from 20000", At: 39, Message: "accept: too many open files"}
			}
			r.Cells = append(r.Cells, c)
		}
	}
}

func load(c *Cell, stuck int) {
	o := &c.Observation
	o.Setup.Requests, o.Setup.Agents = 100, 5
	leave(&o.Left, o.Executor, stuck)
	o.Left.Goleak = scenarios.Witness{Why: "not run: too many goroutines (600)"}
	o.Totals.Requests, o.Totals.Blocked = 100, o.Left.ByExecutor
	o.Totals.Latency = scenarios.Latency{N: 100, P50: 102 * time.Millisecond, P99: 1130 * time.Millisecond}
	o.Elapsed = 7720 * time.Millisecond
	o.Series = []scenarios.Sample{{Requests: 0, Goroutines: 18}, {Requests: 50, Goroutines: 300}}
	c.Verdict.Clauses[executor.BoundsStuck-1].Want = "at most 170 agents' calls left behind, no caller blocked, no other goroutine"
	for _, kind := range []string{"goroutine", "heap"} {
		for _, moment := range []string{"start", "end", "diff"} {
			o.Profiles = append(o.Profiles, scenarios.ProfileFile{Kind: kind, Moment: moment,
				Path: fmt.Sprintf("profiles/%s/%s/%s-%s.pb.gz", o.Executor, o.Scenario, kind, moment), Total: 500, Unit: "count"})
		}
	}
}

func addComparisons(r *Report) {
	for _, after := range []string{"reference", "contextcheck", "detached", "errgroup"} {
		for i, row := range r.Scenarios[:len(r.Scenarios)-3] {
			c := scenarios.Comparison{Scenario: row.Name, Row: row.Row, Before: r.Before, After: after, Relation: relation(breaks[r.Before](i), breaks[after](i)),
				BeforeSaw: fmt.Sprintf("%d of 5 results, no error, 51ms", i%6), AfterSaw: fmt.Sprintf("%d of 5 results, no error, 51ms", i%6)}
			if len(breaks[after](i)) > 0 {
				c.AfterSaw = "0 of 5 results, error: agent b failed: broken pipe, 11ms"
			}
			if i == 2 {
				c.Relation, c.How = scenarios.Changed, []string{"request 0: error text: before one text, after another", "request 1: error text: before one, after two"}
			}
			r.Comparisons = append(r.Comparisons, c)
		}
	}
}

func relation(was, is []executor.Clause) scenarios.Relation {
	switch {
	case len(is) > len(was):
		return scenarios.Broken
	case len(was) > len(is):
		return scenarios.Fixed
	case len(is) > 0:
		return scenarios.StillFailing
	}
	return scenarios.Same
}

func addClaims(r *Report) {
	r.Claims = []Claim{
		{"1a", "100 requests x 5 hanging agents leave 500 stuck goroutines", Holds, "waitgroup: 100 requests x 5 agents left 500 goroutines in agents and 100 others, 100 callers blocked", "scenario accumulation"},
		{"2a", "50 MB of base memory", DoesNotHold, "17.1 MB mapped before the first request", "scenario accumulation, first sample"},
		{"7", "100+ concurrent requests run clean under the race detector", NotMeasured, "", "needs a C compiler"},
	}
	for _, x := range r.Executors {
		p := Projection{Executor: x.Name, RequestsPerHour: 100, Note: "from timeline: 18 to 1380 goroutines over 230 requests",
			PerRequest: Interval{6, 5.9, 6.1, .95, 20}, BytesPerGoroutine: Interval{5120, 5000, 5240, .95, 20},
			Limits: []ProjectedLimit{{"10,000 goroutines", 1e4, Interval{16.6, 16.6, 16.6, .95, 20}, false}, {"300 MiB", 300 << 20, Interval{95, 90, -1, .95, 20}, false}}}
		if x.Name == r.After {
			p.PerRequest = Interval{0, 0, .01, .95, 20}
			for i := range p.Limits {
				p.Limits[i].Hours, p.Limits[i].Never = Interval{-1, 500, -1, .95, 20}, true
			}
		}
		r.Projections = append(r.Projections, p)
	}
	r.Warnings = []string{"one profile could not be written"}
}

// sparse has holes: cells that were not run, unknown, waived, not applicable or
// without clauses, a process that died, and witnesses that disagree.
func sparse() *Report {
	r := &Report{Schema: Schema, Before: "old", After: "new", Executors: []Named{{Name: "old"}, {Name: "new"}, {Name: "idle"}}}
	for _, name := range []string{"a", "b", "c", "d"} {
		r.Scenarios = append(r.Scenarios, Row{Name: name})
	}
	waived := ordinary("new", "a", []executor.Clause{6})
	waived.Verdict = scenarios.Waive(waived.Verdict, scenarios.Waiver{Clause: 6, Reason: "known"})
	lacks := Cell{Observation: scenarios.Observation{Executor: "new", Scenario: "b"}, Verdict: scenarios.Verdict{Executor: "new", Scenario: "b",
		Clauses: []scenarios.ClauseResult{{Clause: 8, Status: scenarios.NotApplicable, Reason: "not claimed"}}}}
	unknown := ordinary("old", "a", nil)
	unknown.Verdict.Clauses[0] = scenarios.ClauseResult{Clause: 1, Status: scenarios.Unknown, Reason: "the machine was late"}
	crashed := ordinary("old", "b", []executor.Clause{7})
	crashed.Observation.Crash = &scenarios.Crash{Kind: "panic", Message: "boom"}
	crashed.Verdict.Clauses[4] = scenarios.ClauseResult{Clause: 5, Status: scenarios.Unknown, Reason: "the process died"}
	odd := ordinary("old", "c", nil)
	odd.Observation.Left.Goleak.Differs = "created by f: goleak saw 1, package leak none"
	odd.Verdict = scenarios.Verdict{}
	r.Cells = []Cell{waived, lacks, unknown, crashed, odd}
	r.Comparisons = []scenarios.Comparison{
		{Scenario: "a", Row: "Normal execution", Before: "old", After: "new", Relation: scenarios.Undecided, How: []string{"clause 1 (returns in time): before: unknown; after: 57ms"}},
		{Scenario: "b", Before: "old", After: "new", Relation: scenarios.Fixed},
	}
	r.Claims = []Claim{{ID: "1", Claim: "it leaks", Verdict: NotMeasured, How: "needs scenario d"}}
	r.Projections = []Projection{{Executor: "old"}}
	return r
}

// partial is a run that was interrupted when nothing had failed yet.
func partial() *Report {
	r := full(8)
	r.Partial = "interrupted: 12 of 40 cells were run"
	var kept []Cell
	for _, c := range r.Cells {
		if o := c.Observation; len(kept) < 12 && (o.Executor == "reference" || o.Scenario < "scenario-03") {
			kept = append(kept, c)
		}
	}
	r.Cells, r.Claims, r.Projections = kept, nil, nil
	return r
}

// evil are strings that try to steer a terminal, to become markup, to break a
// table, or to push everything else off the screen.
var evil = []string{
	"\x1b[2J\x1b[31mred\x1b[0m",
	"pipe | pipe || end",
	"`code` ``` $math$ *bold* _it_ ~no~ [x](http://example.com) ![i](j)",
	"<script>alert(1)</script> &amp; <!-- --> </td>",
	"line\nbreak\r\n# heading\r- item\t|---|",
	"nul\x00bell\x07del\x7fcsi\u009b2J",
	"right\u202eot tfel\u2066 \u200f\u061cend",
	"wide 世界世界世界世界世界世界世界世界世界 ＡＢＣ 👩‍👩‍👧",
	"marks a" + strings.Repeat("\u0301", 300),
	"bad utf-8 \xff\xfe\x80",
	strings.Repeat("long", 2500),
	strings.Repeat("世", 3400),
	"1. # - + > =",
	"   ",
	"",
}

// hostile is the full report with evil in every place that takes a string.
func hostile() *Report {
	r := &Report{Schema: Schema, Tool: evil[0], Partial: evil[4], Warnings: evil, Elapsed: -5}
	r.Environment = Environment{Go: evil[1], OS: evil[2], Arch: evil[3], CPU: evil[5], Commit: evil[6], Race: evil[7], Proof: evil[10], Args: evil}
	for _, s := range evil {
		r.Executors = append(r.Executors, Named{Name: s, Doc: s, File: s, Line: -1 << 62})
		r.Scenarios = append(r.Scenarios, Row{s, s, s})
	}
	r.Before, r.After = evil[0], evil[10]
	for i, name := range evil {
		scenario := evil[(i+3)%len(evil)]
		c := ordinary(name, scenario, []executor.Clause{1, 3, 6})
		load(&c, 1<<60)
		o := &c.Observation
		o.Totals.Latency.P50, o.Elapsed, o.Left.Leak.Heap = -1<<62, 1<<62, -1<<62
		for j := range o.Left.Leak.Findings {
			f := &o.Left.Leak.Findings[j]
			f.Class, f.CreatedBy, f.File, f.Line = leak.Class(name), name, name+"/"+scenario, -1<<62
			f.State, f.Stack, f.Labels = name, strings.Join(evil, "\n"), map[string]string{name: scenario}
		}
		o.Left.Goleak.Differs, o.Warnings = name, []string{scenario}
		o.Calls = []scenarios.Call{{Error: name, Ended: -1 << 62, Agents: []scenarios.AgentRun{{ID: name, Fault: scenario, Error: name, Outcome: scenario, LateAt: 1 << 62, Tools: []scenarios.ToolRun{{Name: name, Error: scenario}}}}}}
		o.Limit = &scenarios.LimitHit{Resource: name, Limit: -1 << 62, Lowered: scenario, Message: name}
		for j := range o.Profiles {
			o.Profiles[j].Path = scenario
		}
		c.Verdict.Clauses[1] = scenarios.ClauseResult{Clause: 1 << 50, Status: scenarios.Unknown, Reason: name, Want: name}
		r.Cells = append(r.Cells, c)
		r.Comparisons = append(r.Comparisons,
			scenarios.Comparison{Scenario: scenario, Row: scenario, Before: r.Before, After: r.After, Relation: scenarios.Relation(name), BeforeSaw: name, AfterSaw: scenario, How: evil},
			scenarios.Comparison{Scenario: scenario, Row: name, Before: r.Before, After: name, Relation: scenarios.Broken, BeforeSaw: name, AfterSaw: scenario, How: evil})
		r.Claims = append(r.Claims, Claim{name, name, ClaimVerdict(scenario), name, scenario})
		r.Projections = append(r.Projections, Projection{Executor: name, Note: scenario, RequestsPerHour: 1e300,
			PerRequest: Interval{1e300, -1e300, 0, 0, 1}, Limits: []ProjectedLimit{{name, 1, Interval{1e300, 0, -1e300, 2, 1}, false}}})
	}
	return r
}

package browsertest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// evil are names that try to become markup or script, to change the direction of
// writing, to break a table, or to fill the screen.
var evil = []string{
	`<script>window.broken=1</script>`,
	`"><img src=x onerror=window.broken=1>`,
	`</script><script>window.broken=1</script>`,
	`'"&amp;<!--</td></table>`,
	"javascript:window.broken=1",
	"nul\x00bell\x07",
	"right\u202eot tfel\u2066",
	"\U0001f469\u200d\U0001f4bb \u4e16\u754c",
	strings.Repeat("long", 2500),
}

// hostile has evil strings in every field.
func hostile() *reports.Report {
	r := &reports.Report{Schema: reports.Schema, Tool: evil[0], Before: evil[0], After: evil[8], Warnings: evil, Partial: evil[1],
		Environment: reports.Environment{Go: evil[0], OS: evil[1], Arch: evil[2], CPU: evil[3], Commit: evil[4], Args: evil, Race: evil[5], Proof: evil[6]},
		Flames:      &reports.Flames{}}
	for _, s := range evil {
		r.Executors = append(r.Executors, reports.Executor{Name: s, Doc: s})
		r.Scenarios = append(r.Scenarios, reports.Scenario{Name: s, MatrixRow: s, Story: s})
		r.Flames.Functions = append(r.Flames.Functions, reports.FlameFunction{Name: s, File: s})
	}
	for i, s := range evil {
		for _, x := range []string{evil[0], evil[8]} {
			o := scenarios.Observation{Executor: x, Scenario: s, InputTouched: evil, Races: evil, Warnings: evil, Clock: scenarios.Clock(s)}
			o.Calls = []scenarios.Call{{Error: s, Panic: s, Is: evil, Changed: evil, Ended: time.Second, Agents: []scenarios.AgentRun{{ID: s, Fault: s, Started: true, Outcome: s, Error: s, LateAt: 1, LateOutcome: s, Tools: []scenarios.ToolRun{{Name: s, Error: s}}}}}}
			o.Left.Inspected, o.Left.Leak.Goroutines, o.Left.Leak.Warnings, o.Left.Goleak.Differs = true, 50_000, evil, s
			o.Left.Leak.Findings = []leak.Finding{{Class: leak.Class(s), Count: 50_000, State: s, Function: s, Entry: s, CreatedBy: s, File: s, Labels: map[string]string{s: s}, Stack: strings.Join(evil, "\n")}}
			o.Crash = &scenarios.Crash{Kind: s, Message: s, Stacks: strings.Join(evil, "\n")}
			o.Limit = &scenarios.LimitHit{Resource: s, Lowered: s, Message: s}
			o.Profiles = []scenarios.ProfileFile{{Kind: s, Moment: s, Path: s, Unit: s}}
			for j := range 5 {
				o.Series = append(o.Series, scenarios.Sample{At: time.Duration(j) * time.Second, Requests: j, Goroutines: 1 << 40, HeapBytes: 1 << 60})
			}
			r.Cells = append(r.Cells, scenarios.Cell{Observation: o, Verdict: scenarios.Verdict{Clauses: []scenarios.ClauseResult{{Clause: 1, Status: scenarios.Fail, Got: s, Want: s, Evidence: evil, Reason: s}}}})
			r.Flames.Graphs = append(r.Flames.Graphs, reports.Flame{Executor: x, Scenario: s, Kind: s, Moment: "end", Path: s, Type: s, Unit: s, Nodes: []reports.FlameNode{{0, int64(i), 3, 5}, {1, 0, 0, 9}}})
		}
		r.Comparisons = append(r.Comparisons, scenarios.Comparison{Scenario: s, MatrixRow: s, Before: evil[0], After: evil[8], Relation: scenarios.Relation(s), BeforeSaw: s, AfterSaw: s, How: evil})
		r.Claims = append(r.Claims, reports.Claim{ID: s, Claim: s, Verdict: reports.ClaimVerdict(s), Measured: s, How: s})
		r.Projections = append(r.Projections, reports.Projection{Executor: s, Note: s, RequestsPerHour: 100, PerRequest: reports.Interval{Center: 1, Low: 1, High: 1, N: 3},
			Limits: []reports.ProjectedLimit{{Limit: s, Value: 10, Hours: reports.Interval{Center: 1, Low: 1, High: 1, N: 3}}}})
	}
	return r
}

// huge is 5 executors in 40 scenarios. Each cell has 50,000 goroutines of 500
// sites, 1,000 agents in each call, and a long crash.
func huge() *reports.Report {
	r := &reports.Report{Schema: reports.Schema, Before: "waitgroup", After: "reference", Flames: &reports.Flames{Functions: []reports.FlameFunction{{Name: "main.main"}, {Name: "a/b.c"}}}}
	for _, x := range exhibits.Specs() {
		r.Executors = append(r.Executors, reports.Executor{Name: x.Name, Doc: x.Doc})
	}
	stack := strings.Repeat("example.com/some/package.(*Type).method(0xc000012345, 0x1)\n\t/home/someone/package/file.go:123 +0x1d\n", 200)
	var agents []scenarios.AgentRun
	for i := range 1000 {
		agents = append(agents, scenarios.AgentRun{Place: i, ID: fmt.Sprint("agent-", i), Fault: "hang, ignoring the context", Started: true, RunningAtReturn: true})
	}
	var findings []leak.Finding
	for i := range 500 {
		findings = append(findings, leak.Finding{Class: leak.Blocked, Count: 100, State: "chan receive", CreatedBy: fmt.Sprint("example.com/p.F", i), File: fmt.Sprintf("/src/f%d.go", i), Line: i, Stack: stack, Labels: map[string]string{"agent": fmt.Sprint(i)}})
	}
	for i := range 40 {
		name := fmt.Sprintf("scenario-%02d", i)
		r.Scenarios = append(r.Scenarios, reports.Scenario{Name: name, Story: "a thing of the field"})
		for _, x := range r.Executors {
			o := scenarios.Observation{Executor: x.Name, Scenario: name, Crash: &scenarios.Crash{Kind: "deadline", Message: "killed", Stacks: stack}}
			o.Calls = []scenarios.Call{{Agents: agents, Ended: time.Second}, {Agents: agents, Ended: time.Second}}
			o.Left.Inspected, o.Left.Leak.Goroutines, o.Left.Leak.Findings = true, 50_000, findings
			for j := range 1000 {
				o.Series = append(o.Series, scenarios.Sample{At: time.Duration(j) * time.Millisecond, Requests: j, Goroutines: 50 * j, Waiting: 50 * j, HeapBytes: uint64(j) << 20})
			}
			r.Cells = append(r.Cells, scenarios.Cell{Observation: o, Verdict: scenarios.Verdict{Clauses: []scenarios.ClauseResult{{Clause: 6, Status: scenarios.Fail, Got: "50000 goroutines"}}}})
			r.Flames.Graphs = append(r.Flames.Graphs, reports.Flame{Executor: x.Name, Scenario: name, Kind: "goroutine", Moment: "end", Unit: "count", Nodes: []reports.FlameNode{{0, 0, 1, 0}, {1, 1, 1, 50_000}}})
		}
	}
	return r
}

// TestHostileNamesStayNames: no stored string runs as script or becomes an element.
func TestHostileNamesStayNames(t *testing.T) {
	p := open(t, write(t, hostile()), "light", 1440)
	everythingOpen(p)
	p.eval(new(bool), `() => { document.querySelectorAll("button.cell").forEach((b) => b.click()); document.querySelectorAll("details").forEach((d) => d.open = true); return true }`)
	var got struct {
		Broken           bool
		Images, Scripts  int
		Controls, Turned int
		Named            bool
	}
	p.eval(&got, `() => ({
		Broken: "broken" in window,
		Images: document.images.length, Scripts: document.scripts.length,
		Controls: (document.body.innerText.match(/[\u0000-\u0008\u000b-\u001f\u007f]/g) || []).length,
		Turned: (document.body.innerText.match(/[\u202a-\u202e\u2066-\u2069]/g) || []).length,
		Named: document.body.innerText.includes("<script>window.broken=1</script>"),
	})`)
	require.False(t, got.Broken, "a name ran as script")
	require.Zero(t, got.Images)
	require.Equal(t, 2, got.Scripts, "the data and the page's own script")
	require.Zero(t, got.Controls)
	require.Zero(t, got.Turned)
	require.True(t, got.Named, "the name is shown as it is")
}

// TestHugeStaysUsable: even a huge page opens a cell.
func TestHugeStaysUsable(t *testing.T) {
	p := open(t, write(t, huge()), "light", 1440)
	p.drawn()
	var nodes int
	p.eval(&nodes, `() => document.querySelectorAll("*").length`)
	require.Less(t, nodes, 6000, "what is not looked at is folded")
	p.click("button.cell")
	require.Contains(t, p.text("tr.detail .panel"), "50000 goroutines")
	p.eval(&nodes, `() => document.querySelectorAll("tr.detail *").length`)
	require.Less(t, nodes, 4000)
}

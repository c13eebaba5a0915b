package view

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/scenarios"
)

// accumulation shows what accumulates under load. It has a row for each cell
// that was sampled while it ran, or that reached a limit.
func accumulation(x *Index) Section {
	s := Section{ID: "accumulation", Title: "Accumulation"}
	t := Table{Columns: []Column{{"executor", Label}, {"stuck agents", Figure}, {"clause-6 bound", Figure}, {"others left", Figure},
		{"callers blocked", Figure}, {"heap+stacks", Figure}, {"p50", Figure}, {"p99", Figure}, {"elapsed", Figure}}}
	for _, r := range x.Scenarios {
		for _, name := range x.Executors {
			c, ok := x.cell(name, r.Name)
			if !ok || !underLoad(c.Observation) {
				continue
			}
			t.Rows = append(t.Rows, Row{loadText(c.Observation), loadCells(c)})
			if n, byMocks := c.Observation.StuckAgents(); byMocks {
				s.Notes = append(s.Notes, note("stuck agents of %s, %s: %d (%s)", plaintext.Name(r.Name), plaintext.Name(name), n, scenarios.CountedByMocks))
			}
			if c.Observation.Limit != nil {
				s.Notes = append(s.Notes, LimitLine(c.Observation))
			}
		}
	}
	if len(t.Rows) > 0 {
		s.Tables = append(s.Tables, t)
	}
	return s
}

// underLoad reports whether the purpose of a cell is to see what accumulates.
func underLoad(o scenarios.Observation) bool {
	return len(o.Series) > 0 || o.Limit != nil || strings.HasPrefix(o.Scenario, "accumulation")
}

// loadText is the load of a cell, as "accumulation: 100 requests x 5 agents".
func loadText(o scenarios.Observation) string {
	text := fmt.Sprintf("%s: %s x %s", plaintext.Name(o.Scenario), plural.Count(o.Setup.Requests, "request"), plural.Count(o.Setup.Agents, "agent"))
	if o.Clock == scenarios.VirtualClock {
		text += ", on virtual time"
	}
	return text
}

func loadCells(c scenarios.Cell) []Cell {
	o := c.Observation
	stuck, bound := stuckCells(c)
	others, memory := toned(Faint, "-"), toned(Faint, "-")
	if o.Left.Inspected {
		others = Text(fmt.Sprint(o.Left.ByExecutor))
	}
	if left := o.OnMachine().Left; left.Inspected && left.Leak.HeapMeasured {
		memory = Text(format.Size(float64(left.Leak.Heap) + float64(left.Leak.Stacks)))
	}
	p50, p99 := toned(Faint, "-"), toned(Faint, "-")
	if l := o.Totals.Latency; l.N > 0 {
		p50, p99 = Text(format.Duration(l.P50)), Text(format.Duration(l.P99))
	}
	blocked := Text(fmt.Sprint(o.Totals.Blocked))
	if o.Totals.Blocked > 0 {
		blocked.Tone = Bad
	}
	return []Cell{Text(o.Executor), stuck, bound, others, blocked, memory, p50, p99, Text(format.Duration(o.Elapsed))}
}

// stuckCells are the number of stuck agents, and the most that clause 6 allows.
func stuckCells(c scenarios.Cell) (stuck, bound Cell) {
	left := c.Observation.Left
	stuck, bound = toned(Doubt, "?"), toned(Faint, "-")
	most, known := stuckBound(c.Verdict)
	if known {
		bound = Text(fmt.Sprint(most))
	}
	running, _ := c.Observation.StuckAgents()
	if left.Inspected {
		stuck = Text(fmt.Sprint(running))
	}
	if left.Inspected && known {
		stuck.Tone = Good
		if running-left.AgentOwn > most {
			stuck.Tone = Bad
		}
	}
	return stuck, bound
}

// stuckBound is the number in the Want of clause 6; ok is false where it has
// none.
func stuckBound(v scenarios.Verdict) (bound int, ok bool) {
	for _, k := range v.Clauses {
		if k.Clause == executor.BoundsStuck {
			n, _ := fmt.Sscanf(k.Want, "at most %d", &bound)
			return bound, n == 1
		}
	}
	return 0, false
}

// LimitLine names the first limit that a cell reached. o.Limit must be set.
func LimitLine(o scenarios.Observation) Line {
	l := o.Limit
	text := fmt.Sprintf("first limit of %s, %s: %s (%d", plaintext.Name(o.Scenario), plaintext.Name(o.Executor), l.Resource, l.Limit)
	if l.Lowered != "" {
		text += ", " + l.Lowered
	}
	text += fmt.Sprintf(") at request %d", l.At)
	if l.Message != "" {
		text += ": " + l.Message
	}
	return Line{Text: text}
}

package view

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/reports/internal/plaintext"
	"github.com/watertight-go/watertight/scenarios"
)

// accumulation is what piles up under load, for each cell that was sampled
// while it ran or ran into a limit.
func accumulation(x *Index) Section {
	s := Section{ID: "accumulation", Title: "Accumulation"}
	g := Table{Columns: []Column{{"executor", Label}, {"stuck agents", Figure}, {"clause-6 bound", Figure}, {"others left", Figure},
		{"callers blocked", Figure}, {"heap+stacks", Figure}, {"p50", Figure}, {"p99", Figure}, {"elapsed", Figure}}}
	for _, r := range x.Scenarios {
		for _, name := range x.Executors {
			c, ok := x.cell(name, r.Name)
			if !ok || !underLoad(c.Observation) {
				continue
			}
			o := c.Observation
			group := fmt.Sprintf("%s: %s x %s", plaintext.Name(r.Name), plural.Count(o.Setup.Requests, "request"), plural.Count(o.Setup.Agents, "agent"))
			if o.Clock == scenarios.VirtualClock {
				group += ", on virtual time"
			}
			g.Rows = append(g.Rows, Row{group, loadCells(c)})
			if o.Limit != nil {
				s.Notes = append(s.Notes, LimitLine(o))
			}
		}
	}
	if len(g.Rows) > 0 {
		s.Tables = append(s.Tables, g)
	}
	return s
}

// underLoad says that a cell was run to see what accumulates.
func underLoad(o scenarios.Observation) bool {
	return len(o.Series) > 0 || o.Limit != nil || strings.HasPrefix(o.Scenario, "accumulation")
}

func loadCells(c scenarios.Cell) []Cell {
	o := c.Observation
	bound, hasBound := stuckBound(c.Verdict)
	stuck, limit := toned(Doubt, "?"), toned(Faint, "-")
	other, memory := toned(Faint, "-"), toned(Faint, "-")
	if hasBound {
		limit = Text(fmt.Sprint(bound))
	}
	if o.Left.Inspected {
		stuck, other = Text(fmt.Sprint(o.Left.ByAgent)), Text(fmt.Sprint(o.Left.ByExecutor))
		if hasBound {
			stuck.Tone = Good
			if o.Left.ByAgent-o.Left.AgentOwn > bound {
				stuck.Tone = Bad
			}
		}
		if o.Left.Leak.HeapMeasured {
			memory = Text(format.Size(float64(o.Left.Leak.Heap) + float64(o.Left.Leak.Stacks)))
		}
	}
	p50, p99 := toned(Faint, "-"), toned(Faint, "-")
	if l := o.Totals.Latency; l.N > 0 {
		p50, p99 = Text(format.Duration(l.P50)), Text(format.Duration(l.P99))
	}
	blocked := Text(fmt.Sprint(o.Totals.Blocked))
	if o.Totals.Blocked > 0 {
		blocked.Tone = Bad
	}
	return []Cell{Text(o.Executor), stuck, limit, other, blocked, memory, p50, p99, Text(format.Duration(o.Elapsed))}
}

// stuckBound is the number in clause 6's Want; false where it has none.
func stuckBound(v scenarios.Verdict) (bound int, ok bool) {
	for _, k := range v.Clauses {
		if k.Clause == executor.BoundsStuck {
			n, _ := fmt.Sscanf(k.Want, "at most %d", &bound)
			return bound, n == 1
		}
	}
	return 0, false
}

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

package reports

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// accumulation is what piles up under load, for each cell that was sampled
// while it ran or ran into a limit.
func accumulation(x *index) section {
	s := section{id: "accumulation", title: "Accumulation"}
	g := grid{columns: []column{{"executor", label}, {"stuck agents", figure}, {"clause-6 bound", figure}, {"others left", figure},
		{"callers blocked", figure}, {"heap+stacks", figure}, {"p50", figure}, {"p99", figure}, {"elapsed", figure}}}
	for _, r := range x.rows {
		for _, name := range x.executors {
			c, ok := x.cell(name, r.Name)
			if !ok || !underLoad(c.Observation) {
				continue
			}
			o := c.Observation
			group := fmt.Sprintf("%s: %s x %s", short(r.Name), plural(o.Setup.Requests, "request"), plural(o.Setup.Agents, "agent"))
			if o.Clock == scenarios.VirtualClock {
				group += ", on virtual time"
			}
			g.rows = append(g.rows, row{group, loadCells(c)})
			if o.Limit != nil {
				s.notes = append(s.notes, limitLine(o))
			}
		}
	}
	if len(g.rows) > 0 {
		s.grids = append(s.grids, g)
	}
	return s
}

// underLoad says that a cell was run to see what accumulates.
func underLoad(o scenarios.Observation) bool {
	return len(o.Series) > 0 || o.Limit != nil || strings.HasPrefix(o.Scenario, "accumulation")
}

func loadCells(c Cell) []cell {
	o := c.Observation
	bound, hasBound := stuckBound(c.Verdict)
	stuck, limit := toned(doubt, "?"), toned(faint, "-")
	other, memory := toned(faint, "-"), toned(faint, "-")
	if hasBound {
		limit = say(fmt.Sprint(bound))
	}
	if o.Left.Looked {
		stuck, other = say(fmt.Sprint(o.Left.ByAgent)), say(fmt.Sprint(o.Left.ByExecutor))
		if hasBound {
			stuck.tone = good
			if o.Left.ByAgent-o.Left.AgentOwn > bound {
				stuck.tone = bad
			}
		}
		if o.Left.Leak.HeapMeasured {
			memory = say(size(float64(o.Left.Leak.Heap) + float64(o.Left.Leak.Stacks)))
		}
	}
	p50, p99 := toned(faint, "-"), toned(faint, "-")
	if l := o.Totals.Latency; l.N > 0 {
		p50, p99 = say(duration(l.P50)), say(duration(l.P99))
	}
	blocked := say(fmt.Sprint(o.Totals.Blocked))
	if o.Totals.Blocked > 0 {
		blocked.tone = bad
	}
	return []cell{say(o.Executor), stuck, limit, other, blocked, memory, p50, p99, say(duration(o.Elapsed))}
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

func limitLine(o scenarios.Observation) line {
	l := o.Limit
	text := fmt.Sprintf("first limit of %s, %s: %s (%d", short(o.Scenario), short(o.Executor), l.Resource, l.Limit)
	if l.Lowered != "" {
		text += ", " + l.Lowered
	}
	text += fmt.Sprintf(") at request %d", l.At)
	if l.Message != "" {
		text += ": " + l.Message
	}
	return line{text: text}
}

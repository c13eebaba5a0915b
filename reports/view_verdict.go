package reports

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/scenarios"
)

// An executor's verdict names the place that most goroutines left behind were
// created at, and further ones that account for at least one in twenty.
const (
	placesShown = 3
	oneIn       = 20
)

// verdicts is the block to read first: who is safe, and why the others are not.
func verdicts(x *index) section {
	s := section{id: "verdict", title: "Verdict"}
	s.lead = append(s.lead, headline(x))
	g := grid{columns: []column{{kind: sign}, {kind: label}, {kind: prose}}}
	for _, name := range verdictOrder(x) {
		n := x.summary.Of(name)
		mark, t := "✗", bad
		switch {
		case n.Safe() && x.report.Partial == "":
			mark, t = "✓", good
		case n.Fail == 0:
			mark, t = "?", doubt
		}
		g.rows = append(g.rows, row{cells: []cell{toned(t, mark), toned(t, name), {lines: why(x, n)}}})
	}
	if len(g.rows) > 0 {
		s.grids = append(s.grids, g)
		if text := settled(x); text != "" {
			s.notes = append(s.notes, line{text: text})
		}
		s.notes = append(s.notes, line{text: legend(), tone: faint})
	}
	return s
}

// settled says in one line what the claims came to.
func settled(x *index) string {
	of := map[ClaimVerdict][]string{}
	for _, c := range x.report.Claims {
		of[c.Verdict] = append(of[c.Verdict], short(c.ID))
	}
	var parts []string
	for _, v := range []ClaimVerdict{DoesNotHold, Holds, NotMeasured} {
		if len(of[v]) > 0 {
			parts = append(parts, fmt.Sprintf("%s: %s", v, strings.Join(of[v], ", ")))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "Claims (below): " + strings.Join(parts, "; ") + "."
}

// legend says what the clauses' numbers stand for.
func legend() string {
	var parts []string
	for _, k := range executor.Clauses {
		parts = append(parts, fmt.Sprintf("%d %s", k.Clause, k.Title))
	}
	return "Clauses: " + strings.Join(parts, ", ") + "."
}

// verdictOrder is the candidate first, then the report's order.
func verdictOrder(x *index) []string {
	names := slices.Clone(x.executors)
	slices.SortStableFunc(names, func(a, b string) int { return rank(a, x) - rank(b, x) })
	return names
}

func rank(name string, x *index) int {
	if name == x.report.After {
		return 0
	}
	return 1
}

// headline answers the one question in one line.
func headline(x *index) line {
	var safe []string
	for _, n := range x.summary.Executors {
		if n.Safe() {
			safe = append(safe, n.Executor)
		}
	}
	switch after := x.summary.Of(x.report.After); {
	case len(x.report.Cells) == 0:
		return line{text: "Nothing was measured: no executor can be called safe.", tone: doubt}
	case after.Fail > 0:
		return line{text: fmt.Sprintf("NOT SAFE: the candidate %s breaks the contract. Safe: %s.", short(after.Executor), listed(safe)), tone: bad}
	case !after.Safe():
		return line{text: fmt.Sprintf("NOT KNOWN: the candidate %s could not be looked at everywhere. Safe: %s.", short(after.Executor), listed(safe)), tone: doubt}
	case x.report.Partial != "":
		return line{text: fmt.Sprintf("NOT KNOWN: the run is partial. No clause broken so far: %s.", listed(safe)), tone: doubt}
	}
	if len(safe) == len(x.executors) {
		return line{text: fmt.Sprintf("Safe: %s. No executor of this run breaks the contract.", listed(safe)), tone: good}
	}
	return line{text: fmt.Sprintf("Safe: %s. Every other executor breaks the contract or could not be judged.", listed(safe)), tone: good}
}

func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(shortAll(names), ", ")
}

// why is one executor's verdict in a few lines.
func why(x *index, n Count) []string {
	if n.Cells == 0 {
		return []string{"not run"}
	}
	if n.Safe() {
		text := fmt.Sprintf("keeps every clause in all %s that it was run in", plural(n.Scenarios, "scenario"))
		if n.Scenarios == 1 {
			text = "keeps every clause in the one scenario that it was run in"
		}
		if x.report.Partial != "" {
			text = fmt.Sprintf("broke no clause in the %s that it was run in so far", plural(n.Scenarios, "scenario"))
		}
		if n.Waived > 0 {
			text += fmt.Sprintf(", but for %s with a failure that is waived", plural(n.Waived, "cell"))
		}
		return []string{text}
	}
	var lines []string
	if text := brokenClauses(n); text != "" {
		if died := deaths(x, n.Executor); died > 0 {
			text += fmt.Sprintf("; its process died in %s", plural(died, "cell"))
		}
		lines = append(lines, text)
	}
	for _, text := range []string{lost(x, n.Executor), waiting(x, n.Executor)} {
		if text != "" {
			lines = append(lines, text)
		}
	}
	if n.Unknown > 0 {
		lines = append(lines, fmt.Sprintf("could not be judged in %s", plural(n.Unknown, "cell")))
	}
	return append(lines, remains(x, n.Executor)...)
}

// brokenClauses says what an executor breaks, the most broken first.
func brokenClauses(n Count) string {
	if len(n.Broken) == 0 {
		return ""
	}
	broken := slices.Clone(n.Broken)
	slices.SortStableFunc(broken, func(a, b BrokenClause) int { return len(b.Scenarios) - len(a.Scenarios) })
	worst := broken[0]
	text := fmt.Sprintf("breaks clause %s in %d of %s", strings.TrimSpace(fmt.Sprintf("%d %s", worst.Clause, titled(worst.Clause))), len(worst.Scenarios), plural(n.Scenarios, "scenario"))
	for _, b := range broken[1:] {
		text += fmt.Sprintf(", %d in %d", b.Clause, len(b.Scenarios))
	}
	return text
}

// lost says where an executor takes from callers what the one before gave them.
func lost(x *index, name string) string {
	var names []string
	for _, c := range x.report.Comparisons {
		if c.After == name && c.Relation == scenarios.Broken {
			names = append(names, short(c.Scenario))
		}
	}
	if len(names) == 0 {
		return ""
	}
	text := fmt.Sprintf("BROKEN against %s in %s: %s", short(x.report.Before), plural(len(names), "scenario"), strings.Join(names[:min(placesShown, len(names))], ", "))
	if more := len(names) - placesShown; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// waiting counts the callers that never came back while they were watched.
func waiting(x *index, name string) string {
	callers, cells := 0, 0
	for _, c := range x.report.Cells {
		if c.Observation.Executor == name && c.Observation.Totals.Blocked > 0 {
			callers += c.Observation.Totals.Blocked
			cells++
		}
	}
	if callers == 0 {
		return ""
	}
	return fmt.Sprintf("%s never came back while watched, in %s", plural(callers, "caller"), plural(cells, "cell"))
}

func deaths(x *index, name string) int {
	n := 0
	for _, c := range x.report.Cells {
		if c.Observation.Executor == name && c.Observation.Crash != nil {
			n++
		}
	}
	return n
}

// pile is the goroutines that were left behind at one place, in all scenarios.
type pile struct {
	place, by string
	count     int
	classes   map[leak.Class]int
}

// remains says which go statements created the goroutines that an executor left
// behind where it broke a clause.
func remains(x *index, name string) []string {
	piles := map[string]*pile{}
	total := 0
	for _, c := range x.report.Cells {
		o := c.Observation
		if o.Executor != name || c.Verdict.Status() != scenarios.Fail || !o.Left.Looked {
			continue
		}
		for _, f := range o.Left.Leak.Findings {
			at := place(f.File, f.Line)
			p := piles[at]
			if p == nil {
				p = &pile{place: at, by: function(f.CreatedBy), classes: map[leak.Class]int{}}
				piles[at] = p
			}
			p.count += f.Count
			p.classes[f.Class] += f.Count
			total += f.Count
		}
	}
	sorted := slices.SortedFunc(maps.Values(piles), func(a, b *pile) int {
		return cmp.Or(cmp.Compare(b.count, a.count), strings.Compare(a.place, b.place))
	})
	var lines []string
	shown := 0
	for _, p := range sorted[:min(placesShown, len(sorted))] {
		if len(lines) == 0 || p.count >= total/oneIn {
			lines, shown = append(lines, p.String()), shown+p.count
		}
	}
	if more := len(sorted) - len(lines); more > 0 {
		lines[len(lines)-1] += fmt.Sprintf("; and %d at %s", total-shown, plural(more, "more place"))
	}
	return lines
}

// titled is a clause's title in brackets; empty for one without.
func titled(c executor.Clause) string {
	if t := title(c); t != "" {
		return "(" + t + ")"
	}
	return ""
}

// String is as in "leaves 500 blocked goroutines: executor/waitgroup.go:31 ExecuteParallel".
func (p *pile) String() string {
	var parts []string
	known := 0
	for _, class := range []leak.Class{leak.Proven, leak.Blocked, leak.Waiting, leak.Running} {
		if n := p.classes[class]; n != 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, class))
			known += n
		}
	}
	if p.count != known {
		parts = append(parts, fmt.Sprintf("%d of another class", p.count-known))
	}
	return strings.TrimSpace(fmt.Sprintf("leaves %s goroutines: %s %s", strings.Join(parts, " + "), p.place, p.by))
}

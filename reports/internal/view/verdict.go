package view

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/plaintext"
	"github.com/watertight-go/watertight/scenarios"
)

// An executor's verdict names the place that most goroutines left behind were
// created at, and further ones that account for at least one in twenty.
const (
	placesShown = 3
	oneIn       = 20
)

// verdicts is the block to read first: who is safe, and why the others are not.
func verdicts(x *Index) Section {
	s := Section{ID: "verdict", Title: "Verdict"}
	s.Lead = append(s.Lead, Headline(x))
	g := Table{Columns: []Column{{Kind: Sign}, {Kind: Label}, {Kind: Prose}}}
	for _, name := range verdictOrder(x) {
		n := x.Report.Count(name)
		mark, t := "✗", Bad
		switch {
		case n.Safe() && x.Report.Partial == "":
			mark, t = "✓", Good
		case n.Fail == 0:
			mark, t = "?", Doubt
		}
		g.Rows = append(g.Rows, Row{Cells: []Cell{toned(t, mark), toned(t, name), {Lines: why(x, n)}}})
	}
	if len(g.Rows) > 0 {
		s.Grids = append(s.Grids, g)
		if text := settled(x); text != "" {
			s.Notes = append(s.Notes, Line{Text: text})
		}
		s.Notes = append(s.Notes, Line{Text: legend(), Tone: Faint})
	}
	return s
}

// settled says in one line what the claims came to.
func settled(x *Index) string {
	of := map[reports.ClaimVerdict][]string{}
	for _, c := range x.Report.Claims {
		of[c.Verdict] = append(of[c.Verdict], plaintext.Name(c.ID))
	}
	var parts []string
	for _, v := range []reports.ClaimVerdict{reports.DoesNotHold, reports.Holds, reports.NotMeasured} {
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
func verdictOrder(x *Index) []string {
	names := slices.Clone(x.Executors)
	slices.SortStableFunc(names, func(a, b string) int { return rank(a, x) - rank(b, x) })
	return names
}

func rank(name string, x *Index) int {
	if name == x.Report.After {
		return 0
	}
	return 1
}

// headline answers the one question in one line.
func Headline(x *Index) Line {
	var safe []string
	for _, name := range x.Executors {
		if x.Report.Count(name).Safe() {
			safe = append(safe, name)
		}
	}
	switch after := x.Report.Count(x.Report.After); {
	case len(x.Report.Cells) == 0:
		return Line{Text: "Nothing was measured: no executor can be called safe.", Tone: Doubt}
	case after.Fail > 0:
		return Line{Text: fmt.Sprintf("NOT SAFE: the candidate %s breaks the contract. Safe: %s.", plaintext.Name(after.Executor), listed(safe)), Tone: Bad}
	case !after.Safe():
		return Line{Text: fmt.Sprintf("NOT KNOWN: the candidate %s could not be looked at everywhere. Safe: %s.", plaintext.Name(after.Executor), listed(safe)), Tone: Doubt}
	case x.Report.Partial != "":
		return Line{Text: fmt.Sprintf("NOT KNOWN: the run is partial. No clause broken so far: %s.", listed(safe)), Tone: Doubt}
	}
	if len(safe) == len(x.Executors) {
		return Line{Text: fmt.Sprintf("Safe: %s. No executor of this run breaks the contract.", listed(safe)), Tone: Good}
	}
	return Line{Text: fmt.Sprintf("Safe: %s. Every other executor breaks the contract or could not be judged.", listed(safe)), Tone: Good}
}

func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(plaintext.Names(names), ", ")
}

// why is one executor's verdict in a few lines.
func why(x *Index, n reports.Count) []string {
	if n.Cells == 0 {
		return []string{"not run"}
	}
	if n.Safe() {
		text := fmt.Sprintf("keeps every clause in all %s that it was run in", plural.Count(n.Scenarios, "scenario"))
		if n.Scenarios == 1 {
			text = "keeps every clause in the one scenario that it was run in"
		}
		if x.Report.Partial != "" {
			text = fmt.Sprintf("broke no clause in the %s that it was run in so far", plural.Count(n.Scenarios, "scenario"))
		}
		if n.Waived > 0 {
			text += fmt.Sprintf(", but for %s with a failure that is waived", plural.Count(n.Waived, "cell"))
		}
		return []string{text}
	}
	var lines []string
	if text := brokenClauses(n); text != "" {
		if died := deaths(x, n.Executor); died > 0 {
			text += fmt.Sprintf("; its process died in %s", plural.Count(died, "cell"))
		}
		lines = append(lines, text)
	}
	for _, text := range []string{lost(x, n.Executor), waiting(x, n.Executor)} {
		if text != "" {
			lines = append(lines, text)
		}
	}
	if n.Unknown > 0 {
		lines = append(lines, fmt.Sprintf("could not be judged in %s", plural.Count(n.Unknown, "cell")))
	}
	return append(lines, remains(x, n.Executor)...)
}

// brokenClauses says what an executor breaks, the most broken first.
func brokenClauses(n reports.Count) string {
	if len(n.Broken) == 0 {
		return ""
	}
	broken := slices.SortedFunc(maps.Keys(n.Broken), func(a, b executor.Clause) int {
		return cmp.Or(len(n.Broken[b])-len(n.Broken[a]), int(a-b))
	})
	worst := broken[0]
	text := fmt.Sprintf("breaks clause %s in %d of %s", strings.TrimSpace(fmt.Sprintf("%d %s", worst, titled(worst))), len(n.Broken[worst]), plural.Count(n.Scenarios, "scenario"))
	for _, c := range broken[1:] {
		text += fmt.Sprintf(", %d in %d", c, len(n.Broken[c]))
	}
	return text
}

// lost says where an executor takes from callers what the one before gave them.
func lost(x *Index, name string) string {
	var names []string
	for _, c := range x.Report.Comparisons {
		if c.After == name && c.Relation == scenarios.Broken {
			names = append(names, plaintext.Name(c.Scenario))
		}
	}
	if len(names) == 0 {
		return ""
	}
	text := fmt.Sprintf("BROKEN against %s in %s: %s", plaintext.Name(x.Report.Before), plural.Count(len(names), "scenario"), strings.Join(names[:min(placesShown, len(names))], ", "))
	if more := len(names) - placesShown; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// waiting counts the callers that never came back while they were watched.
func waiting(x *Index, name string) string {
	callers, cells := 0, 0
	for _, c := range x.Report.Cells {
		if c.Observation.Executor == name && c.Observation.Totals.Blocked > 0 {
			callers += c.Observation.Totals.Blocked
			cells++
		}
	}
	if callers == 0 {
		return ""
	}
	return fmt.Sprintf("%s never came back while watched, in %s", plural.Count(callers, "caller"), plural.Count(cells, "cell"))
}

func deaths(x *Index, name string) int {
	n := 0
	for _, c := range x.Report.Cells {
		if c.Observation.Executor == name && c.Observation.Crash != nil {
			n++
		}
	}
	return n
}

// titled is a clause's title in brackets; empty for one without.
func titled(c executor.Clause) string {
	if t := ClauseTitle(c); t != "" {
		return "(" + t + ")"
	}
	return ""
}

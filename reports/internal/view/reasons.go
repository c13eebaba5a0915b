package view

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// reasons explains an executor's verdict, one line for each cause.
func reasons(x *Index, n reports.Count) []string {
	switch {
	case n.Cells == 0:
		return []string{"not run"}
	case n.Safe():
		return []string{safeText(x, n)}
	}
	unknown := ""
	if n.Unknown > 0 {
		unknown = fmt.Sprintf("could not be judged in %s", plural.Count(n.Unknown, "cell"))
	}
	var lines []string
	for _, text := range []string{brokenText(x, n), lostText(x, n.Executor), blockedText(x, n.Executor), unknown} {
		if text != "" {
			lines = append(lines, text)
		}
	}
	return append(lines, leftovers(x, n.Executor)...)
}

func safeText(x *Index, n reports.Count) string {
	in := plural.Count(n.Scenarios, "scenario")
	text := fmt.Sprintf("keeps every clause in all %s that it was run in", in)
	if n.Scenarios == 1 {
		text = "keeps every clause in the one scenario that it was run in"
	}
	if x.Report.Partial != "" {
		text = fmt.Sprintf("broke no clause in the %s that it was run in so far", in)
	}
	if n.Waived > 0 {
		text += fmt.Sprintf(", except for %s with a failure that is waived", plural.Count(n.Waived, "cell"))
	}
	return text
}

// brokenText says which clauses an executor breaks, the most broken first.
func brokenText(x *Index, n reports.Count) string {
	if len(n.Broken) == 0 {
		return ""
	}
	broken := slices.SortedFunc(maps.Keys(n.Broken), func(a, b executor.Clause) int {
		return cmp.Or(len(n.Broken[b])-len(n.Broken[a]), int(a-b))
	})
	first := fmt.Sprint(int(broken[0]))
	if title := ClauseTitle(broken[0]); title != "" {
		first += " (" + title + ")"
	}
	text := fmt.Sprintf("breaks clause %s in %d of %s", first, len(n.Broken[broken[0]]), plural.Count(n.Scenarios, "scenario"))
	for _, c := range broken[1:] {
		text += fmt.Sprintf(", %d in %d", c, len(n.Broken[c]))
	}
	if died := crashes(x, n.Executor); died > 0 {
		text += fmt.Sprintf("; its process died in %s", plural.Count(died, "cell"))
	}
	return text
}

func crashes(x *Index, name string) int {
	n := 0
	for _, c := range x.Report.Cells {
		if c.Observation.Executor == name && c.Observation.AnyCrash() != nil {
			n++
		}
	}
	return n
}

// lostText names scenarios in which the executor before kept a clause that this
// one breaks.
func lostText(x *Index, name string) string {
	const most = 3
	var names []string
	for _, c := range x.Report.Comparisons {
		if c.After == name && c.Relation == scenarios.Broken {
			names = append(names, plaintext.Name(c.Scenario))
		}
	}
	if len(names) == 0 {
		return ""
	}
	text := fmt.Sprintf("BROKEN against %s in %s: %s", plaintext.Name(x.Report.Before), plural.Count(len(names), "scenario"), strings.Join(names[:min(most, len(names))], ", "))
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// blockedText counts the callers that the executor did not return to while they
// were watched.
func blockedText(x *Index, name string) string {
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
	return fmt.Sprintf("%s never returned while watched, in %s", plural.Count(callers, "call"), plural.Count(cells, "cell"))
}

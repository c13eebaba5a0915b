package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/scenarios"
)

// groups are cells, grouped by a reason. Reasons are in order of appearance.
type groups struct {
	reasons []string
	cells   map[string][]CellKey
}

// add adds the cell of o to the group of a reason.
func (g *groups) add(reason string, o scenarios.Observation) {
	if g.cells == nil {
		g.cells = map[string][]CellKey{}
	}
	if _, seen := g.cells[reason]; !seen {
		g.reasons = append(g.reasons, reason)
	}
	k := KeyOf(o)
	if !slices.Contains(g.cells[reason], k) {
		g.cells[reason] = append(g.cells[reason], k)
	}
}

// lines has one line for each reason, which begins with what.
func (g *groups) lines(what string, t Tone) (lines []Line) {
	for _, reason := range g.reasons {
		lines = append(lines, Line{Text: fmt.Sprintf("%s: %s: %s", what, cellNames(g.cells[reason]), reason), Tone: t})
	}
	return lines
}

// cellNames names cells. Scenarios with the same executors stand together, as in
// "waitgroup, errgroup in panic, goexit; waitgroup in busy".
func cellNames(keys []CellKey) string {
	var rows, sets []string
	executors, members := map[string][]string{}, map[string][]string{}
	for _, k := range keys {
		name := CellName(CellKey{Scenario: plaintext.Name(k.Scenario), Race: k.Race})
		if executors[name] == nil {
			rows = append(rows, name)
		}
		executors[name] = append(executors[name], plaintext.Name(k.Executor))
	}
	for _, name := range rows {
		set := strings.Join(executors[name], ", ")
		if members[set] == nil {
			sets = append(sets, set)
		}
		members[set] = append(members[set], name)
	}
	for i, set := range sets {
		sets[i] = set + " in " + strings.Join(members[set], ", ")
	}
	return strings.Join(sets, "; ")
}

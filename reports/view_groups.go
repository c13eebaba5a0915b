package reports

import (
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/scenarios"
)

// groups are cells by the reason that they share, in order of appearance.
type groups struct {
	reasons []string
	cells   map[string][]cellKey
}

func (g *groups) add(reason string, o scenarios.Observation) {
	if g.cells == nil {
		g.cells = map[string][]cellKey{}
	}
	if _, seen := g.cells[reason]; !seen {
		g.reasons = append(g.reasons, reason)
	}
	k := cellKey{o.Executor, o.Scenario, o.Race}
	if !slices.Contains(g.cells[reason], k) {
		g.cells[reason] = append(g.cells[reason], k)
	}
}

func (g *groups) lines(what string, t tone) (lines []line) {
	for _, reason := range g.reasons {
		lines = append(lines, line{text: fmt.Sprintf("%s: %s: %s", what, cellNames(g.cells[reason]), reason), tone: t})
	}
	return lines
}

// cellNames names cells, those of the same executors together, as in
// "waitgroup, errgroup in panic, goexit; waitgroup in busy".
func cellNames(keys []cellKey) string {
	var rows, sets []string
	executors, members := map[string][]string{}, map[string][]string{}
	for _, k := range keys {
		name := rowName(short(k.scenario), k.race)
		if executors[name] == nil {
			rows = append(rows, name)
		}
		executors[name] = append(executors[name], short(k.executor))
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

// rowName is a scenario with the binary that it ran in.
func rowName(scenario string, race bool) string {
	if race {
		return scenario + " (race)"
	}
	return scenario
}

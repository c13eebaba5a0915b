package casestudy

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// claimProposedBreaksNothing also wants callers to see the same, as was claimed.
func claimProposedBreaksNothing(r *reports.Report) reports.Claim {
	c := claim{"5a", "the proposed fix (errgroup.WithContext) breaks nothing: same results, same errors, same partial success"}
	by, measured := relations(r, proposed)
	if measured == "" {
		return c.open(fmt.Sprintf("comparisons of %s with %s", r.Before, proposed))
	}
	return c.settled(len(by[scenarios.Broken])+len(by[scenarios.Changed]) == 0, measured, "no comparison says BROKEN or changed")
}

// claimAfterBreaksNothing is the same of the candidate, whose callers may see more
// than before.
func claimAfterBreaksNothing(r *reports.Report) reports.Claim {
	c := claim{"5b", fmt.Sprintf("%s breaks no clause that %s kept (what callers see may change)", r.After, r.Before)}
	by, measured := relations(r, r.After)
	if measured == "" {
		return c.open(fmt.Sprintf("comparisons of %s with %s", r.Before, r.After))
	}
	return c.settled(len(by[scenarios.Broken]) == 0, measured, "no comparison says BROKEN")
}

// relations are the scenarios of an executor by how it compares with before, and
// the same in words: empty where nothing could be compared.
func relations(r *reports.Report, executor string) (by map[scenarios.Relation][]string, measured string) {
	by = map[scenarios.Relation][]string{}
	for _, c := range r.Comparisons {
		if c.Before == r.Before && c.After == executor && c.Relation != scenarios.Undecided {
			by[c.Relation] = append(by[c.Relation], c.Scenario)
		}
	}
	var parts []string
	for _, relation := range []scenarios.Relation{scenarios.Broken, scenarios.Changed, scenarios.Fixed, scenarios.Same, scenarios.StillFailing} {
		switch list := by[relation]; {
		case len(list) == 0:
		case relation == scenarios.Broken || relation == scenarios.Changed:
			parts = append(parts, fmt.Sprintf("%s in %d (%s)", relation, len(list), names(list)))
		default:
			parts = append(parts, fmt.Sprintf("%s in %d", relation, len(list)))
		}
	}
	if len(parts) == 0 {
		return by, ""
	}
	return by, fmt.Sprintf("against %s: %s", r.Before, strings.Join(parts, ", "))
}

// toolScenarios are the scenarios of the catalogue in which the context ends
// between two tool calls.
var toolScenarios = []string{"tool-chain-cancelled", "tool-chain-timeout"}

// claimToolsStop counts the tools that the mocks saw started.
func claimToolsStop(r *reports.Report) reports.Claim {
	c := claim{"6", "tools stop between calls once the context is done"}
	late, ok := toolsAfterDone(r, proposed)
	if !ok {
		return c.open(fmt.Sprintf("scenarios %s of %s", names(toolScenarios), proposed))
	}
	measured := []string{fmt.Sprintf("%s started %d with the context done", proposed, late)}
	for _, x := range r.Executors {
		if n, ok := toolsAfterDone(r, x.Name); ok && x.Name != proposed {
			measured = append(measured, fmt.Sprintf("%s %d", x.Name, n))
		}
	}
	return c.settled(late == 0, "tools started: "+strings.Join(measured, ", "), "scenarios "+names(toolScenarios))
}

// toolsAfterDone counts the tools that an executor started with a context already
// done. ok is false where it started no tool at all, which shows nothing.
func toolsAfterDone(r *reports.Report, executor string) (late int, ok bool) {
	for _, name := range toolScenarios {
		c, _ := r.Find(executor, name)
		for _, call := range c.Observation.Calls {
			for _, agent := range call.Agents {
				for _, tool := range agent.Tools {
					ok = true
					if tool.DoneAtStart {
						late++
					}
				}
			}
		}
	}
	return late, ok
}

// claimRaceClean is about both fixes: the proposed one and the candidate.
func claimRaceClean(r *reports.Report) reports.Claim {
	c := claim{"7", "100+ concurrent requests run clean under the race detector"}
	var measured []string
	clean, enough := true, true
	for _, x := range r.Executors {
		n := raceCells(r, x.Name)
		isFix := x.Name == proposed || x.Name == r.After
		if n.cells > 0 {
			measured = append(measured, x.Name+": "+n.String())
		}
		if isFix {
			clean = clean && n.races == 0 && n.crashes == 0
			enough = enough && n.requests >= 100 && n.notRun == 0
		}
	}
	if len(measured) == 0 || clean && !enough {
		return c.open("race cells: " + r.Environment.Race)
	}
	return c.settled(clean, strings.Join(measured, "; "), "the cells run in the race binary")
}

// raceCount counts what the race binary saw of an executor.
type raceCount struct {
	cells, races, crashes, notRun int
	// requests is the largest number of requests of a cell.
	requests int
}

func (n raceCount) String() string {
	return fmt.Sprintf("%s, %s in %s of up to %s", plural.Count(n.races, "race"), plural.Count(n.crashes, "crash"),
		plural.Count(n.cells, "cell"), plural.Count(n.requests, "request"))
}

func raceCells(r *reports.Report, executor string) raceCount {
	var n raceCount
	for _, c := range r.Cells {
		o := c.Observation
		if !o.Race || o.Executor != executor {
			continue
		}
		n.cells++
		n.requests = max(n.requests, o.Totals.Requests)
		n.races += len(o.Races)
		if o.Crash.Died() {
			n.crashes++
		} else if o.Crash != nil {
			n.notRun++
		}
	}
	return n
}

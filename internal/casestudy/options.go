package casestudy

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// toolScenarios are the scenarios of the catalogue in which the context ends
// between two tool calls.
var toolScenarios = []string{"tool-chain-cancelled", "tool-chain-timeout"}

// claimToolsStop is 6, from the tools that agents' mocks saw started.
func claimToolsStop(r *reports.Report) reports.Claim {
	const claim = "tools stop between calls once the context is done (executeCalls checks it)"
	fix, ok := toolsAfterDone(r, proposed)
	if !ok {
		return unmeasured("6", claim, fmt.Sprintf("needs the scenarios %s of %s", names(toolScenarios), proposed))
	}
	told := []string{fmt.Sprintf("%s started %d with the context done", proposed, fix)}
	for _, x := range r.Executors {
		if n, ok := toolsAfterDone(r, x.Name); ok && x.Name != proposed {
			told = append(told, fmt.Sprintf("%s %d", x.Name, n))
		}
	}
	return reports.Claim{ID: "6", Claim: claim, Verdict: verdict(fix == 0),
		Measured: "tools started: " + strings.Join(told, ", "), How: "scenarios " + names(toolScenarios)}
}

// toolsAfterDone counts the tools that an executor started with a context
// already done; false where none was started at all, as then nothing is shown.
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

// claimRaceClean is 7, about the fixes: the proposed one and the candidate.
func claimRaceClean(r *reports.Report) reports.Claim {
	const claim = "100+ concurrent requests run clean under the race detector"
	type count struct{ cells, requests, races, unclean, unseen int }
	counts := map[string]*count{}
	for _, c := range r.Cells {
		o := c.Observation
		if !o.Race {
			continue
		}
		n := counts[o.Executor]
		if n == nil {
			n = &count{}
			counts[o.Executor] = n
		}
		n.cells++
		n.requests = max(n.requests, o.Totals.Requests)
		n.races += len(o.Races)
		if o.Crash.Died() {
			n.unclean++
		} else if o.Crash != nil {
			n.unseen++
		}
	}
	var told []string
	clean, enough := true, true
	for _, x := range r.Executors {
		n := counts[x.Name]
		candidate := x.Name == proposed || x.Name == r.After
		if n == nil {
			enough = enough && !candidate
			continue
		}
		told = append(told, fmt.Sprintf("%s: %d races, %d crashes in %d cells of up to %d requests", x.Name, n.races, n.unclean, n.cells, n.requests))
		if candidate {
			clean = clean && n.races == 0 && n.unclean == 0
			enough = enough && n.requests >= 100 && n.unseen == 0
		}
	}
	if len(told) == 0 || clean && !enough {
		return unmeasured("7", claim, "race cells: "+r.Environment.Race)
	}
	return reports.Claim{ID: "7", Claim: claim, Verdict: verdict(clean), Measured: strings.Join(told, "; "), How: "the cells run in the race binary"}
}

// claimOptionOne is 8a: does the WaitGroup with context checks still wait?
func claimOptionOne(r *reports.Report) reports.Claim {
	const claim = "option 1 (the WaitGroup with context checks) is rightly rejected: it still waits for ever"
	o, ok := accumulated(r, optionOne)
	if !ok {
		return unmeasured("8a", claim, "needs the accumulation scenario of "+optionOne)
	}
	return reports.Claim{ID: "8a", Claim: claim, Verdict: verdict(o.Totals.Blocked > 0),
		Measured: fmt.Sprintf("%d of %d callers blocked, %d goroutines left", o.Totals.Blocked, o.Totals.Requests, o.Left.Leak.Goroutines),
		How:      "scenario " + loads.Accumulation + ": callers still waiting when their time was over"}
}

// claimOptionTwo is 8b: what do two goroutines per agent cost, what do they leave?
func claimOptionTwo(r *reports.Report) reports.Claim {
	const claim = "option 2 (one more goroutine per agent with a timeout select) is rightly rejected: it costs more goroutines and leaves the agents' behind"
	o, ok := accumulated(r, optionTwo)
	before, beforeToo := accumulated(r, r.Before)
	if !ok || !beforeToo || len(o.Series) == 0 || len(before.Series) == 0 {
		return unmeasured("8b", claim, fmt.Sprintf("needs the accumulation scenario of %s and %s", optionTwo, r.Before))
	}
	each, beforeEach := underWay(o), underWay(before)
	if each == 0 || beforeEach == 0 {
		return unmeasured("8b", claim, "needs a sample while requests are under way")
	}
	return reports.Claim{ID: "8b", Claim: claim, Verdict: verdict(each > 1.2*beforeEach && o.Left.ByAgent > 0),
		Measured: fmt.Sprintf("%.1f goroutines for each request under way against %.1f of %s; %d left (%d in agents), %d callers blocked",
			each, beforeEach, r.Before, o.Left.Leak.Goroutines, o.Left.ByAgent, o.Totals.Blocked),
		How: "scenario " + loads.Accumulation + ": samples before the first agent's time is over, more by a fifth; and what was left"}
}

// underWay is how many goroutines a request holds before its agents' time is
// over, from the last sample before that of the first request; zero where there
// is none.
func underWay(o scenarios.Observation) float64 {
	each := 0.0
	for _, s := range o.Series {
		if s.At < o.Setup.AgentTimeout && s.Requests > 0 {
			each = float64(s.Goroutines-o.Series[0].Goroutines) / float64(s.Requests)
		}
	}
	return each
}

package casestudy

import (
	"fmt"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// claimStuck is about the original.
func claimStuck(r *reports.Report) reports.Claim {
	c := claim{"1a", "100 requests x 5 hanging agents leave 500 stuck goroutines"}
	o, ok := accumulated(r, r.Before)
	if !ok {
		return c.open(accumulationOf(r.Before))
	}
	agents := o.Setup.Requests * o.Setup.Agents
	stuck, byMocks := o.StuckAgents()
	counted := ""
	if byMocks {
		counted = " (" + scenarios.CountedByMocks + ")"
	}
	measured := fmt.Sprintf("%s: %d requests x %d agents left %s in agents%s and %s, %s blocked%s",
		o.Executor, o.Setup.Requests, o.Setup.Agents, goroutines(stuck), counted, plural.Count(max(o.Left.ByExecutor, o.Totals.Blocked), "other"),
		callers(o.Totals.Blocked), createdAt(o))
	// An agent may leave more than one goroutine, as where one waits for another.
	return c.settled(within(float64(stuck), float64(agents), 1.1), measured,
		fmt.Sprintf("scenario %s: goroutines in agents, within a tenth of requests x agents", loads.Accumulation))
}

// claimFixed is about the proposed fix. "About none" is taken as at most one in
// twenty.
func claimFixed(r *reports.Report) reports.Claim {
	c := claim{"1b", "with the proposed fix (errgroup.WithContext) about none are left"}
	o, ok := accumulated(r, proposed)
	if !ok {
		return c.open(accumulationOf(proposed))
	}
	agents, left := o.Setup.Requests*o.Setup.Agents, o.Left.Leak.Goroutines
	measured := fmt.Sprintf("%s: %s left after %s, %s blocked%s", proposed, goroutines(left), plural.Count(agents, "agent call"), callers(o.Totals.Blocked), createdAt(o))
	return c.settled(left*20 <= agents && o.Totals.Blocked == 0, measured,
		fmt.Sprintf("scenario %s: at most one goroutine left for twenty agent calls, no caller blocked", loads.Accumulation))
}

// claimBounded compares what the candidate leaves with the bound of clause 6.
func claimBounded(r *reports.Report) reports.Claim {
	c := claim{"1c", fmt.Sprintf("with %s at most the bound of clause 6 is left, and no caller is blocked", r.After)}
	cell, ok := r.Find(r.After, loads.Accumulation)
	clause, judged := clauseOf(cell.Verdict, executor.BoundsStuck)
	if !ok || !judged || (clause.Status != scenarios.Pass && clause.Status != scenarios.Fail) {
		return c.open("clause 6 judged in " + accumulationOf(r.After))
	}
	o := cell.Observation
	measured := fmt.Sprintf("%s: %s; %s left, %s blocked", r.After, clause.Got, goroutines(o.Left.Leak.Goroutines), callers(o.Totals.Blocked))
	if limited, ok := r.Find(r.After, loads.MaxInFlight); ok && limited.Observation.Left.Inspected {
		measured += fmt.Sprintf("; with MaxInFlight %d: %d left", limited.Observation.Setup.MaxInFlight, limited.Observation.Left.Leak.Goroutines)
	}
	return c.settled(clause.Status == scenarios.Pass && o.Totals.Blocked == 0, measured, "clause 6 in scenario "+loads.Accumulation)
}

func clauseOf(v scenarios.Verdict, clause executor.Clause) (scenarios.ClauseResult, bool) {
	for _, c := range v.Clauses {
		if c.Clause == clause {
			return c, true
		}
	}
	return scenarios.ClauseResult{}, false
}

// claimNoLeakPossible does not hold where one scenario leaves something behind.
func claimNoLeakPossible(r *reports.Report) reports.Claim {
	c := claim{"4", "with errgroup.WithContext no leak is possible"}
	all := cells(r, proposed)
	var leaky []string
	blocked, where := 0, ""
	for _, cell := range all {
		o := cell.Observation
		// Goroutines that an agent's own code started are not the executor's.
		if o.Left.Inspected && o.Left.ByAgent-o.Left.AgentOwn+o.Left.ByExecutor > 0 {
			leaky = append(leaky, o.Scenario)
			if where == "" {
				where = place(o)
			}
		}
		if o.Totals.Blocked > 0 {
			blocked++
		}
	}
	// Agents that honour their context show nothing either way.
	if _, ok := accumulated(r, proposed); !ok && len(leaky)+blocked == 0 {
		return c.open(accumulationOf(proposed))
	}
	measured := fmt.Sprintf("%s left goroutines in %d of %s", proposed, len(leaky), plural.Count(len(all), "scenario"))
	if len(leaky) > 0 {
		measured += fmt.Sprintf(" (%s; most at %s)", names(leaky), where)
	}
	if blocked > 0 {
		measured += fmt.Sprintf("; callers still wait in %d", blocked)
	}
	return c.settled(len(leaky)+blocked == 0, measured, "goroutines left and callers blocked in every scenario that "+proposed+" ran")
}

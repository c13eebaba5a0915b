package casestudy

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// claims settles the claims of the case from the report's cells and comparisons,
// and from nothing else. A claim about "the original" is put to the run's
// before, one about "the fix" to errgroup, which the case proposes, and to the
// run's after.
func claims(r *reports.Report) []reports.Claim {
	all := []reports.Claim{
		claimStuck(r),
		claimFixed(r, "1b", proposed),
		claimBounded(r),
	}
	all = append(all, memoryClaims(r)...)
	all = append(all, timelineClaims(r)...)
	all = append(all,
		claimNoLeakPossible(r),
		claimBreaksNothing(r, "5a", proposed),
		claimBreaksNothing(r, "5b", r.After),
		claimToolsStop(r),
		claimRaceClean(r),
		claimOptionOne(r),
		claimOptionTwo(r),
	)
	return all
}

// claimStuck is 1 for the original.
func claimStuck(r *reports.Report) reports.Claim {
	const claim = "100 requests x 5 hanging agents leave 500 stuck goroutines"
	o, ok := accumulated(r, r.Before)
	if !ok {
		return unmeasured("1a", claim, "needs the accumulation scenario of "+r.Before)
	}
	agents := o.Setup.Requests * o.Setup.Agents
	// Past a million goroutines a dump does not hold all of them; the mocks know
	// how many of their calls have not returned.
	stuck := max(o.Left.ByAgent, o.Totals.AgentsRunning)
	measured := fmt.Sprintf("%s: %d requests x %d agents left %d goroutines in agents and %d others, %d callers blocked",
		o.Executor, o.Setup.Requests, o.Setup.Agents, stuck, max(o.Left.ByExecutor, o.Totals.Blocked), o.Totals.Blocked)
	if at := place(o); at != "" {
		measured += "; created at " + at
	}
	return reports.Claim{ID: "1a", Claim: claim, Measured: measured,
		// A goroutine of an agent may be left twice, as where one waits for another.
		Verdict: verdict(about(float64(stuck), float64(agents), 1.1)),
		How:     fmt.Sprintf("scenario %s: goroutines in agents within a tenth of requests x agents", loads.Accumulation)}
}

// claimFixed is 1 for the fix: "about none" is taken as at most one in twenty.
func claimFixed(r *reports.Report, id, name string) reports.Claim {
	const claim = "with the proposed fix (errgroup.WithContext) about none are left"
	o, ok := accumulated(r, name)
	if !ok {
		return unmeasured(id, claim, "needs the accumulation scenario of "+name)
	}
	agents := o.Setup.Requests * o.Setup.Agents
	measured := fmt.Sprintf("%s: %d goroutines left after %d agent calls, %d callers blocked", name, o.Left.Leak.Goroutines, agents, o.Totals.Blocked)
	if at := place(o); at != "" {
		measured += "; created at " + at
	}
	return reports.Claim{ID: id, Claim: claim, Measured: measured,
		Verdict: verdict(o.Left.Leak.Goroutines*20 <= agents && o.Totals.Blocked == 0),
		How:     fmt.Sprintf("scenario %s: at most one goroutine left for twenty agent calls, no caller blocked", loads.Accumulation)}
}

// claimBounded sets what the candidate leaves beside clause 6.
func claimBounded(r *reports.Report) reports.Claim {
	claim := fmt.Sprintf("with %s at most the bound of clause 6 is left, and no caller is blocked", r.After)
	c, ok := r.Find(r.After, loads.Accumulation)
	clause, judged := clauseOf(c.Verdict, executor.BoundsStuck)
	if !ok || !judged || (clause.Status != scenarios.Pass && clause.Status != scenarios.Fail) {
		return unmeasured("1c", claim, "needs clause 6 judged in the accumulation scenario of "+r.After)
	}
	o := c.Observation
	measured := fmt.Sprintf("%s: %s; %d goroutines left, %d callers blocked", r.After, clause.Got, o.Left.Leak.Goroutines, o.Totals.Blocked)
	if capped, ok := r.Find(r.After, loads.MaxInFlight); ok && capped.Observation.Left.Inspected {
		measured += fmt.Sprintf("; with MaxInFlight %d: %d left", capped.Observation.Setup.MaxInFlight, capped.Observation.Left.Leak.Goroutines)
	}
	return reports.Claim{ID: "1c", Claim: claim, Measured: measured,
		Verdict: verdict(clause.Status == scenarios.Pass && o.Totals.Blocked == 0),
		How:     fmt.Sprintf("clause 6 in scenario %s", loads.Accumulation)}
}

func clauseOf(v scenarios.Verdict, clause executor.Clause) (scenarios.ClauseResult, bool) {
	for _, c := range v.Clauses {
		if c.Clause == clause {
			return c, true
		}
	}
	return scenarios.ClauseResult{}, false
}

// claimNoLeakPossible is 4: one scenario with something left is enough.
func claimNoLeakPossible(r *reports.Report) reports.Claim {
	const claim = "errgroup.WithContext leaves no leak possible"
	all := cells(r, proposed)
	var leaky []string
	blocked := 0
	where := ""
	for _, c := range all {
		o := c.Observation
		// What an agent's own code started is not the executor's to stop.
		if o.Left.Inspected && o.Left.ByAgent-o.Left.AgentOwn+o.Left.ByExecutor > 0 {
			leaky = append(leaky, o.Scenario)
			where = firstOf(where, place(o))
		}
		if o.Totals.Blocked > 0 {
			blocked++
		}
	}
	// Agents that honour their context show nothing either way.
	if _, ok := accumulated(r, proposed); !ok && len(leaky)+blocked == 0 {
		return unmeasured("4", claim, "needs the accumulation scenario of "+proposed)
	}
	measured := fmt.Sprintf("%s left goroutines in %d of %d scenarios", proposed, len(leaky), len(all))
	if len(leaky) > 0 {
		measured += fmt.Sprintf(" (%s; most at %s)", names(leaky), where)
	}
	if blocked > 0 {
		measured += fmt.Sprintf("; callers still wait in %d", blocked)
	}
	return reports.Claim{ID: "4", Claim: claim, Measured: measured, Verdict: verdict(len(leaky)+blocked == 0),
		How: "goroutines left and callers blocked in every scenario that " + proposed + " ran"}
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// claimBreaksNothing is 5: no comparison with the original says BROKEN.
func claimBreaksNothing(r *reports.Report, id, name string) reports.Claim {
	claim := fmt.Sprintf("%s breaks no clause that %s kept (what callers see may change)", name, r.Before)
	if name == proposed {
		claim = "the proposed fix (errgroup.WithContext) breaks nothing: same results, same errors, same partial success"
	}
	by := map[scenarios.Relation][]string{}
	compared := 0
	for _, c := range r.Comparisons {
		if c.Before == r.Before && c.After == name && c.Relation != scenarios.Undecided {
			compared++
			by[c.Relation] = append(by[c.Relation], c.Scenario)
		}
	}
	if compared == 0 {
		return unmeasured(id, claim, fmt.Sprintf("needs comparisons of %s with %s", r.Before, name))
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
	// The analysis claims sameness of its fix; of the others only that nothing is lost is asked.
	kept := len(by[scenarios.Broken]) == 0 && (name != proposed || len(by[scenarios.Changed]) == 0)
	return reports.Claim{ID: id, Claim: claim, Verdict: verdict(kept),
		Measured: fmt.Sprintf("against %s: %s", r.Before, strings.Join(parts, ", ")),
		How:      "no comparison says BROKEN, and of the proposed fix none says changed"}
}

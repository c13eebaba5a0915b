package casestudy

import (
	"fmt"

	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// claimContextChecks is about the first rejected option.
func claimContextChecks(r *reports.Report) reports.Claim {
	c := claim{"8a", "keeping the WaitGroup and adding context checks was rightly rejected: it still waits for ever"}
	o, ok := accumulated(r, contextChecks)
	if !ok {
		return c.open(accumulationOf(contextChecks))
	}
	return c.settled(o.Totals.Blocked > 0,
		fmt.Sprintf("%s: %d of %s blocked, %s left", contextChecks, o.Totals.Blocked, callers(o.Totals.Requests), goroutines(o.Left.Leak.Goroutines)),
		"scenario "+loads.Accumulation+": callers that still waited when their time was over")
}

// claimOneMore is about the second rejected option.
func claimOneMore(r *reports.Report) reports.Claim {
	c := claim{"8b", "one more goroutine per agent, with a select on a timeout, was rightly rejected: it costs more goroutines and leaves those of the agents behind"}
	o, ok := accumulated(r, oneMore)
	before, ok2 := accumulated(r, r.Before)
	if !ok || !ok2 || len(o.Series) == 0 || len(before.Series) == 0 {
		return c.open(accumulationOf(oneMore + " and " + r.Before))
	}
	each, eachBefore := perRequest(o), perRequest(before)
	if each == 0 || eachBefore == 0 {
		return c.open("a sample while requests are under way")
	}
	return c.settled(each > 1.2*eachBefore && o.Left.ByAgent > 0,
		fmt.Sprintf("%s: %.1f goroutines for each request under way, against %.1f of %s; %d left (%d in agents), %s blocked",
			oneMore, each, eachBefore, r.Before, o.Left.Leak.Goroutines, o.Left.ByAgent, callers(o.Totals.Blocked)),
		"scenario "+loads.Accumulation+": goroutines before the first agent's time is over, more by a fifth; and what was left")
}

// perRequest is how many goroutines a request holds while its agents run: from the
// last sample before the time of the first request's agents is over. Zero where
// there is no such sample.
func perRequest(o scenarios.Observation) float64 {
	each := 0.0
	for _, s := range o.Series {
		if s.At < o.Setup.AgentTimeout && s.Requests > 0 {
			each = float64(s.Goroutines-o.Series[0].Goroutines) / float64(s.Requests)
		}
	}
	return each
}

package scenariotest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
)

// fit counts how many clauses of the policy each policy would have broken, had the
// executor declared it.
type fit struct {
	// declared is the policy that was judged by, where it was always the same; else it
	// is empty.
	declared executor.Policy
	cells    int
	// broken has the failures by policy, and under "" those by what was declared.
	broken map[executor.Policy]int
}

// ofPolicy are the clauses that depend on the policy.
var ofPolicy = []executor.Clause{executor.LosesNothing, executor.PartialSuccess, executor.Cancels, executor.Survives}

// add judges a cell by each policy.
func (f *fit) add(s scenarios.Scenario, cell scenarios.Cell, waivers []executor.Waiver) {
	o := cell.Observation
	if o.Crash != nil || len(o.Calls) == 0 || o.Totals.Blocked > 0 {
		return // no policy makes that better
	}
	if f.broken == nil {
		f.broken = map[executor.Policy]int{}
	}
	declared := executor.Policy(o.Setup.Policy)
	if f.cells++; f.cells == 1 {
		f.declared = declared
	} else if f.declared != declared {
		f.declared = ""
	}
	f.broken[""] += brokenOfPolicy(cell.Verdict)
	for _, p := range executor.Policies {
		o.Setup.Policy = string(p)
		f.broken[p] += brokenOfPolicy(judge.Waive(judged(s, o), waivers...))
	}
}

func brokenOfPolicy(v scenarios.Verdict) (n int) {
	for _, c := range withStatus(v, scenarios.Fail) {
		if slices.Contains(ofPolicy, c.Clause) {
			n++
		}
	}
	return n
}

// String is empty where no policy fits far better than the declared one: a third of
// the failures at most.
func (f *fit) String() string {
	was := f.broken[""]
	if was < 2 {
		return ""
	}
	least := was
	for _, p := range executor.Policies {
		least = min(least, f.broken[p])
	}
	if 3*least > was {
		return ""
	}
	var better, options []string
	for _, p := range executor.Policies {
		if f.broken[p] == least {
			better = append(better, fmt.Sprintf("%s (%d failures)", p, least))
			options = append(options, "scenariotest.Policy(executor."+goName[p]+")")
		}
	}
	declared := fmt.Sprintf("%s (%d)", f.declared, was)
	if f.declared == "" {
		declared = fmt.Sprintf("the policies that the scenarios ask for (%d)", was)
	}
	return fmt.Sprintf("\nwhat was seen fits policy %s better than %s: %s", strings.Join(better, " or "), declared, strings.Join(options, " or "))
}

// goName are the policies' constants.
var goName = map[executor.Policy]string{
	executor.BestEffort: "BestEffort", executor.FailFast: "FailFast",
	executor.CollectErrors: "CollectErrors", executor.FirstError: "FirstError",
}

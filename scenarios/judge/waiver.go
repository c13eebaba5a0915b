package judge

import (
	"path"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// Waive returns the verdict with every failed clause that has a waiver for its
// scenario marked as waived, with the waiver's reason. A waiver without a reason
// waives nothing, and what is unknown cannot be waived, but for what could not be
// seen because the process died of what clause 7 is waived for.
func Waive(v scenarios.Verdict, waivers ...executor.Waiver) scenarios.Verdict {
	clauses := make([]scenarios.ClauseResult, len(v.Clauses))
	for i, c := range v.Clauses {
		for _, w := range waivers {
			if c.Status == scenarios.Fail && w.Clause == c.Clause && w.Reason != "" && covers(w, v.Scenario) {
				c.Status, c.Reason = scenarios.Waived, w.Reason
			}
		}
		clauses[i] = c
	}
	if i := slices.IndexFunc(clauses, func(c scenarios.ClauseResult) bool {
		return c.Clause == executor.Survives && c.Status == scenarios.Waived
	}); i >= 0 {
		for k, c := range clauses {
			if c.Status == scenarios.Unknown && c.Reason == unseen {
				clauses[k].Status, clauses[k].Reason = scenarios.Waived, clauses[i].Reason+" ("+unseen+")"
			}
		}
	}
	v.Clauses = clauses
	return v
}

func covers(w executor.Waiver, scenario string) bool {
	for _, pattern := range w.Scenarios {
		if match, err := path.Match(pattern, scenario); match && err == nil {
			return true
		}
	}
	return len(w.Scenarios) == 0
}

// WaitsForIgnoring are the waivers of an executor whose call waits for agents
// that ignore their context, as every errgroup and WaitGroup does: clauses 1, 2,
// 3 and 6, in the scenarios that have such agents.
func WaitsForIgnoring(reason string) []executor.Waiver {
	return waiversWhere(reason, func(s scenarios.Scenario) bool { return !s.Honours() },
		executor.ReturnsInTime, executor.LosesNothing, executor.PartialSuccess, executor.BoundsStuck)
}

// LetsPanicsThrough are the waivers of an executor in which an agent's panic or
// Goexit ends the process or its call: clauses 1, 2, 3 and 7, in the scenarios
// that are about them.
func LetsPanicsThrough(reason string) []executor.Waiver {
	return waiversWhere(reason, func(s scenarios.Scenario) bool {
		return strings.Contains(s.Name, "panic") || strings.Contains(s.Name, "goexit")
	}, executor.ReturnsInTime, executor.LosesNothing, executor.PartialSuccess, executor.Survives)
}

func waiversWhere(reason string, where func(scenarios.Scenario) bool, clauses ...executor.Clause) (all []executor.Waiver) {
	var names []string
	for _, s := range scenarios.Catalogue() {
		if where(s) {
			names = append(names, s.Name)
		}
	}
	for _, c := range clauses {
		all = append(all, executor.Waiver{Clause: c, Reason: reason, Scenarios: names})
	}
	return all
}

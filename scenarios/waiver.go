package scenarios

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
)

// Waiver accepts that an executor breaks a clause.
type Waiver = executor.Waiver

// Waive returns the verdict with every failed clause that has a waiver for its
// scenario marked as waived, with the waiver's reason. A waiver without a reason
// waives nothing, and what is unknown cannot be waived, but for what could not be
// seen because the process died of what clause 7 is waived for.
func Waive(v Verdict, waivers ...Waiver) Verdict {
	clauses := make([]ClauseResult, len(v.Clauses))
	for i, c := range v.Clauses {
		for _, w := range waivers {
			if c.Status == Fail && w.Clause == c.Clause && w.Reason != "" && covers(w, v.Scenario) {
				c.Status, c.Reason = Waived, w.Reason
			}
		}
		clauses[i] = c
	}
	if i := slices.IndexFunc(clauses, func(c ClauseResult) bool { return c.Clause == executor.Survives && c.Status == Waived }); i >= 0 {
		for k, c := range clauses {
			if c.Status == Unknown && c.Reason == unseen {
				clauses[k].Status, clauses[k].Reason = Waived, clauses[i].Reason+" ("+unseen+")"
			}
		}
	}
	v.Clauses = clauses
	return v
}

func covers(w Waiver, scenario string) bool {
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
	return waiversWhere(reason, func(s Scenario) bool { return !s.honours() },
		executor.ReturnsInTime, executor.LosesNothing, executor.PartialSuccess, executor.BoundsStuck)
}

// LetsPanicsThrough are the waivers of an executor in which an agent's panic or
// Goexit ends the process or its call: clauses 1, 2, 3 and 7, in the scenarios
// that are about them.
func LetsPanicsThrough(reason string) []executor.Waiver {
	return waiversWhere(reason, func(s Scenario) bool {
		return strings.Contains(s.Name, "panic") || strings.Contains(s.Name, "goexit")
	}, executor.ReturnsInTime, executor.LosesNothing, executor.PartialSuccess, executor.Survives)
}

func waiversWhere(reason string, where func(Scenario) bool, clauses ...executor.Clause) (all []executor.Waiver) {
	var names []string
	for _, s := range Catalogue() {
		if where(s) {
			names = append(names, s.Name)
		}
	}
	for _, c := range clauses {
		all = append(all, executor.Waiver{Clause: c, Reason: reason, Scenarios: names})
	}
	return all
}

// CheckSpec names everything in a Spec that makes no sense: clauses that do not
// exist, waivers without a reason or for scenarios that do not exist, a policy
// that is none.
func CheckSpec(spec executor.Spec) error {
	var errs []error
	if spec.New == nil {
		errs = append(errs, errors.New("spec.New: got nil, want the executor's constructor"))
	}
	switch spec.Policy {
	case "", executor.BestEffort, executor.FailFast, executor.CollectErrors:
	default:
		errs = append(errs, fmt.Errorf("spec.Policy: got %q, want %q, %q or %q", spec.Policy, executor.BestEffort, executor.FailFast, executor.CollectErrors))
	}
	for _, c := range spec.Lacks {
		errs = append(errs, exists("Lacks", c))
	}
	for _, w := range spec.Waivers {
		errs = append(errs, exists("Waivers", w.Clause))
		if w.Reason == "" {
			errs = append(errs, fmt.Errorf("waiver of %v: got no reason, want why the failure is accepted", w.Clause))
		}
		for _, pattern := range w.Scenarios {
			if !matchesAny(pattern) {
				errs = append(errs, fmt.Errorf("waiver of %v: got scenario %q, which matches none of the catalogue", w.Clause, pattern))
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("scenarios: executor %q: %w", spec.Name, err)
	}
	return nil
}

func exists(field string, c executor.Clause) error {
	if c < 1 || int(c) > len(executor.Clauses) {
		return fmt.Errorf("%s: got clause %d, want 1 to %d", field, int(c), len(executor.Clauses))
	}
	return nil
}

func matchesAny(pattern string) bool {
	for _, s := range Catalogue() {
		if covers(Waiver{Scenarios: []string{pattern}}, s.Name) {
			return true
		}
	}
	return false
}

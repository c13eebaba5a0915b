package judge

import (
	"errors"
	"fmt"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/nearest"
	"github.com/watertight-go/watertight/scenarios"
)

// CheckSpec returns an error that names everything in a Spec that is invalid: a
// missing constructor, an unknown policy, clauses that do not exist, and waivers
// without a reason or for scenarios that do not exist.
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
		errs = append(errs, checkWaiver(w)...)
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("judge: executor %q: %w", spec.Name, err)
	}
	return nil
}

func checkWaiver(w executor.Waiver) []error {
	errs := []error{exists("Waivers", w.Clause)}
	if w.Reason == "" {
		errs = append(errs, fmt.Errorf("waiver of %v: got no reason, want why the failure is accepted", w.Clause))
	}
	for _, pattern := range w.Scenarios {
		if !matchesAny(pattern) {
			errs = append(errs, fmt.Errorf("waiver of %v: %w", w.Clause, nearest.Unknown("scenario", pattern, scenarioNames(), "stress list shows all")))
		}
	}
	return errs
}

func exists(field string, c executor.Clause) error {
	if c < 1 || int(c) > len(executor.Clauses) {
		return fmt.Errorf("%s: got clause %d, want 1 to %d", field, int(c), len(executor.Clauses))
	}
	return nil
}

func scenarioNames() (names []string) {
	for _, s := range scenarios.Catalogue() {
		names = append(names, s.Name)
	}
	return names
}

func matchesAny(pattern string) bool {
	for _, s := range scenarios.Catalogue() {
		if covers(executor.Waiver{Scenarios: []string{pattern}}, s.Name) {
			return true
		}
	}
	return false
}

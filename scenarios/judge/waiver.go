package judge

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/nearest"
	"github.com/watertight-go/watertight/scenarios"
)

// Waive returns the verdict with every failed clause marked as waived that a
// waiver accepts for this scenario. The result has the waiver's reason. A waiver
// without a reason waives nothing. An unknown clause is not waived, with one
// exception: it is unknown because the process died, and the crash itself, clause
// 7, is waived.
func Waive(v scenarios.Verdict, waivers ...executor.Waiver) scenarios.Verdict {
	v.Clauses = slices.Clone(v.Clauses)
	for i := range v.Clauses {
		c := &v.Clauses[i]
		for _, w := range waivers {
			if c.Status == scenarios.Fail && w.Reason != "" && accepts(w, *c) && covers(w, v.Scenario) {
				c.Status, c.Reason = scenarios.Waived, w.Reason
			}
		}
	}
	crash := slices.IndexFunc(v.Clauses, func(c scenarios.ClauseResult) bool {
		return c.Clause == executor.Survives && c.Status == scenarios.Waived
	})
	if crash < 0 {
		return v
	}
	for i := range v.Clauses {
		if c := &v.Clauses[i]; c.Status == scenarios.Unknown && c.Reason == unseen {
			c.Status, c.Reason = scenarios.Waived, v.Clauses[crash].Reason+" ("+unseen+")"
		}
	}
	return v
}

// accepts reports whether the waiver is for this failure of a clause.
func accepts(w executor.Waiver, c scenarios.ClauseResult) bool {
	return w.Clause == c.Clause && (w.Breach == executor.AnyBreach || w.Breach == c.Breach)
}

// covers reports whether the waiver is for this scenario. One without patterns is
// for all.
func covers(w executor.Waiver, scenario string) bool {
	for _, pattern := range w.Scenarios {
		if match, err := path.Match(pattern, scenario); match && err == nil {
			return true
		}
	}
	return len(w.Scenarios) == 0
}

// WaitsForIgnoring returns the waivers for an executor whose call waits for agents
// that ignore their context, as errgroup and WaitGroup do: for clauses 1, 2, 3, 6 to 9
// and 13, in the scenarios that have such agents, where a call ended late because
// of one.
func WaitsForIgnoring(reason string) []executor.Waiver {
	return waiversWhere(reason, executor.ByWaiting, func(s scenarios.Scenario) bool { return !s.Honours() },
		executor.ReturnsInTime, executor.LosesNothing, executor.PartialSuccess, executor.BoundsStuck,
		executor.Survives, executor.RespectsLimit, executor.RunsTools, executor.EndsWithConsumer)
}

// LetsPanicsThrough returns the waivers for an executor in which the panic or Goexit of an
// agent, or of a consumer that it calls on a goroutine of its own, ends the process or the
// call: for clauses 1, 2, 3 and 7, in the scenarios about panics and Goexit. A call that returns without what such an agent
// owes, or that never returns, is not covered.
func LetsPanicsThrough(reason string) []executor.Waiver {
	return waiversWhere(reason, executor.ByPanic, func(s scenarios.Scenario) bool {
		return strings.Contains(s.Name, "panic") || strings.Contains(s.Name, "goexit") || s.Consumer != nil && s.MayCrash
	}, executor.ReturnsInTime, executor.LosesNothing, executor.PartialSuccess, executor.Survives)
}

func waiversWhere(reason string, breach executor.Breach, where func(scenarios.Scenario) bool, clauses ...executor.Clause) (all []executor.Waiver) {
	var names []string
	for _, s := range scenarios.All() {
		if where(s) {
			names = append(names, s.Name)
		}
	}
	for _, c := range clauses {
		all = append(all, executor.Waiver{Clause: c, Breach: breach, Reason: reason, Scenarios: names})
	}
	return all
}

// CheckSpec returns an error that names everything in a Spec that is invalid: a
// missing constructor, an unknown policy, clauses that do not exist, and waivers
// without a reason or for scenarios that do not exist.
func CheckSpec(spec executor.Spec) error {
	var errs []error
	if spec.New == nil && spec.NewStream == nil {
		errs = append(errs, errors.New("spec.New and spec.NewStream: got nil for both, want the executor's constructor"))
	}
	if spec.Policy != "" && !slices.Contains(executor.Policies, spec.Policy) {
		errs = append(errs, fmt.Errorf("spec.Policy: got %q, want one of %q", spec.Policy, executor.Policies))
	}
	if b := spec.Bounds; b.Limit < 0 || b.AgentTimeout < 0 || b.Grace < 0 || b.Buffer < 0 {
		errs = append(errs, fmt.Errorf("spec.Bounds: got %+v, want no negative number", b))
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
	if !slices.Contains([]executor.Breach{executor.AnyBreach, executor.ByWaiting, executor.ByPanic}, w.Breach) {
		errs = append(errs, fmt.Errorf("waiver of %v: got breach %q, want %q, %q, or none for all", w.Clause, w.Breach, executor.ByWaiting, executor.ByPanic))
	}
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
	for _, s := range scenarios.All() {
		names = append(names, s.Name)
	}
	return names
}

func matchesAny(pattern string) bool {
	for _, s := range scenarios.All() {
		if covers(executor.Waiver{Scenarios: []string{pattern}}, s.Name) {
			return true
		}
	}
	return false
}

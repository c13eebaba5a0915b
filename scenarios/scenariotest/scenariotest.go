// Package scenariotest puts any parallel executor through the whole catalogue
// of scenarios in `go test`, as testing/slogtest does for log handlers.
//
//	func TestExecutor(t *testing.T) {
//		scenariotest.Test(t, func(c executor.Config) executor.ParallelExecutor {
//			return mypackage.New(c)
//		})
//	}
//
// There is one subtest for each scenario. It runs on virtual time, where a
// minute costs nothing and bounds are exact; what cannot block there durably
// runs on the machine's clock, and says so. Scenarios in which a defect could
// take the process with it run in a child process: the same test binary, asked
// for that one subtest, so TestMain and what stands before Test run there again.
package scenariotest

import (
	"slices"
	"strings"
	"testing"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// Option changes what Test asks of an executor.
type Option func(*options)

type options struct {
	waivers []scenarios.Waiver
	lacks   []executor.Clause
	only    []string
}

// Waive accepts that the executor breaks a clause. The failure is logged with
// the reason, which must not be empty.
func Waive(clause executor.Clause, reason string) Option {
	return func(o *options) {
		o.waivers = append(o.waivers, scenarios.Waiver{Clause: clause, Reason: reason})
	}
}

// Lacks declares capabilities that the executor does not have and does not
// claim, by their clauses; they are not judged.
func Lacks(clauses ...executor.Clause) Option {
	return func(o *options) { o.lacks = append(o.lacks, clauses...) }
}

// Only runs the named scenarios instead of all.
func Only(names ...string) Option {
	return func(o *options) { o.only = append(o.only, names...) }
}

// Test runs the executor that newExecutor builds through the catalogue. It is
// built anew for each scenario, with that scenario's configuration, and on
// virtual time inside the bubble: it must start no goroutine that outlives it
// there. A failure names the clause that is broken, what was observed and what
// is asked for. Where the machine was too slow to judge times, the subtest is
// skipped and says so; where something else could not be looked at, it fails.
func Test(t *testing.T, newExecutor func(executor.Config) executor.ParallelExecutor, opts ...Option) {
	t.Helper()
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	for _, w := range o.waivers {
		if w.Reason == "" {
			t.Errorf("scenariotest: waiver of %v: got no reason, want why the failure is accepted", w.Clause)
		}
	}
	spec := executor.Spec{
		Name:  "candidate",
		Lacks: o.lacks,
		New:   func(c executor.Config) (executor.ParallelExecutor, error) { return newExecutor(c), nil },
	}
	for _, s := range o.scenarios(t) {
		t.Run(s.Name, func(t *testing.T) {
			cell, err := run(t, s, spec)
			if err != nil {
				t.Fatal(err)
			}
			cell.Verdict = scenarios.Waive(cell.Verdict, o.waivers...)
			tell(t, s, cell)
		})
	}
}

// scenarios are those that were asked for.
func (o options) scenarios(t *testing.T) []scenarios.Scenario {
	t.Helper()
	if len(o.only) == 0 {
		return scenarios.Catalogue()
	}
	var some []scenarios.Scenario
	for _, name := range o.only {
		s, err := scenarios.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		some = append(some, s)
	}
	return some
}

// tell reports a verdict to the test.
func tell(t *testing.T, s scenarios.Scenario, cell scenarios.Cell) {
	t.Helper()
	for _, w := range cell.Observation.Warnings {
		t.Log("note: " + w)
	}
	late := false
	for _, c := range cell.Verdict.Clauses {
		switch c.Status {
		case scenarios.Fail:
			t.Error(text(s, c))
		case scenarios.Waived:
			t.Log(text(s, c))
		case scenarios.Unknown:
			if late = scenarios.NeedsRepeat(cell.Observation); !late {
				t.Error(text(s, c))
			}
		}
	}
	if late && !t.Failed() {
		t.Skipf("unknown: this machine fired timers %v late, %d times over", cell.Observation.Control.Lateness, attempts)
	}
}

// text is one clause of a verdict, for people.
func text(s scenarios.Scenario, c scenarios.ClauseResult) string {
	var b strings.Builder
	b.WriteString(string(c.Status) + ": " + c.Clause.String() + " in " + s.Name + ": " + s.Field)
	for _, line := range [][2]string{{"got", c.Got}, {"want", c.Want}, {"reason", c.Reason}} {
		if line[1] != "" {
			b.WriteString("\n" + line[0] + ":  " + line[1])
		}
	}
	for _, e := range slices.Compact(c.Evidence) {
		b.WriteString("\n  " + strings.ReplaceAll(strings.TrimRight(e, "\n"), "\n", "\n  "))
	}
	return b.String()
}

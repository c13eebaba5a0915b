// Package scenariotest puts any parallel executor through the whole catalogue
// of scenarios in `go test`, as testing/slogtest does for log handlers.
//
//	func TestExecutor(t *testing.T) {
//		scenariotest.Test(t, func(c executor.Config) executor.ParallelExecutor {
//			return mypackage.New(c)
//		})
//	}
//
// TestSpec does the same for an executor.Spec, which package executor/adapt
// makes of any fan-out of tasks:
//
//	func TestForEach(t *testing.T) {
//		scenariotest.TestSpec(t, adapt.Each(mypackage.ForEach))
//	}
//
// There is one subtest for each scenario, so -run TestExecutor/panic runs one.
// It runs on virtual time, where a minute costs nothing and bounds are exact;
// what cannot block there durably runs on the machine's clock, and says so.
//
// # Child processes
//
// Cells run in a child process, so that a crash or a hang is a finding. It is
// the same test binary, asked for the same test, in which the same call of Test
// serves its parent: TestMain and what stands before the call run again there.
// One child serves all scenarios, until something was left in it; then the next
// scenario gets a new one. It has the parent's own flags, without those of
// package testing: none that say what to test, how often, or where to write
// coverage and profiles. It ends when the parent does, however that ends.
//
// With -cover, the scenarios in which no ordinary defect crashes the process run
// in the test's own, so that they count. With `go test -exec` a child would run
// without that program around it, so Test refuses it: use InProcess.
package scenariotest

import (
	"testing"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/scenarios/judge"
)

// Test runs the executor that newExecutor builds through the catalogue. It is
// built anew for each scenario, with that scenario's configuration, and on
// virtual time inside the bubble: it must start no goroutine that outlives it
// there. Nor may it keep for the next scenario what was made inside one: channels,
// and with them contexts and timers, belong to their bubble, and to use them in
// another ends the process. (Where a child dies of that, each scenario gets one
// of its own from then on; in the test's own process it is the end.)
//
// A failure names the clause that is broken, what was observed and what is asked
// for, and shows the request's timeline and what was left behind.
//
// A subtest is passed where every clause is kept that the executor claims: one of
// which it claims nothing is only named, and the others decide. Where a clause is
// waived, the executor claims none, the scenario cannot be run, or the machine was
// too slow to judge times, it is skipped and says so; where something else could
// not be looked at, it fails. The last line counts what was not run apart, and
// names the waivers that were not needed though all their scenarios were run.
func Test(t *testing.T, newExecutor func(executor.Config) executor.ParallelExecutor, opts ...Option) {
	t.Helper()
	TestSpec(t, executor.Spec{
		Name: "candidate",
		New:  func(c executor.Config) (executor.ParallelExecutor, error) { return newExecutor(c), nil },
	}, opts...)
}

// TestSpec is Test for an executor that is described by a Spec.
func TestSpec(t *testing.T, spec executor.Spec, opts ...Option) {
	t.Helper()
	// A context makes its channel when it is first asked for it: were that in a
	// scenario, the test's own would belong to that one's bubble.
	t.Context().Done()
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	spec = o.apply(spec)
	u := &suite{name: t.Name(), ordinal: ordinalOf(t), spec: spec, opts: o}
	if c := servedCall(); c != nil {
		if c.Test == u.name && c.Ordinal == u.ordinal {
			serve(t, spec, o)
		}
		return // a child serves one call of Test
	}
	all, err := o.scenarios()
	if err == nil {
		err = judge.CheckSpec(spec)
	}
	if err != nil {
		t.Fatal(err)
	}
	if found := child.UnderExec(); found != "" && !o.inProcess {
		t.Fatal("scenariotest: go test -exec: " + found + ", and child processes would run without that program: run the tests without it, or in this process with scenariotest.InProcess()")
	}
	defer u.close()
	for _, s := range all {
		t.Run(s.Name, func(t *testing.T) {
			t.Helper() // so that messages name the line of the caller
			u.test(t, s)
		})
	}
	t.Log(u.counters.summary(len(all), spec))
}

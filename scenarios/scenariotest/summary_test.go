package scenariotest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
)

// tellIn runs tell in a subtest of its own and returns what it came to. The
// failure of a subtest would be this test's, so failing verdicts are not for it.
func tellIn(t *testing.T, s scenarios.Scenario, cell scenarios.Cell) (skipped bool) {
	t.Run(s.Name, func(t *testing.T) {
		t.Cleanup(func() { skipped = t.Skipped() })
		new(suite).tell(t, s, cell)
	})
	return skipped
}

// What is waived is skipped, and never passed: this executor breaks clause 3 only.
func TestWaiver(t *testing.T) {
	spec, err := exhibits.Lookup("errgroup")
	require.NoError(t, err)
	s, err := scenarios.Lookup("partial-success")
	require.NoError(t, err)
	reason := "all or nothing is what this service wants"
	spec.Waivers = []executor.Waiver{{Clause: executor.PartialSuccess, Reason: reason, Scenarios: []string{"partial-*"}}}
	u := ordinary(t, spec)
	cell, err := u.run(t, s)
	require.NoError(t, err)
	require.Equal(t, scenarios.Waived, cell.Verdict.Status())
	u.counters.add(s.Name, cell.Verdict.Status())
	u.counters.use(cell.Verdict)
	require.Contains(t, u.counters.summary(1, spec), "0 passed, 0 failed, 1 waived")
	require.Contains(t, u.counters.summary(1, spec), "waived in 1 scenario: clause 3 (partial success): "+reason)
	require.True(t, tellIn(t, s, cell))

	// The control: the same waiver for another scenario waives nothing here.
	u.spec.Waivers[0].Scenarios = []string{"normal"}
	cell, err = u.run(t, s)
	require.NoError(t, err)
	require.Equal(t, scenarios.Fail, cell.Verdict.Status())
}

// Of what was not run nothing is known: neither that it is not applicable, nor
// that a waiver is not needed there.
func TestNotRunIsNoResult(t *testing.T) {
	spec := respoilt(func(*executor.Config) {})
	spec.Waivers = []executor.Waiver{
		{Clause: executor.Cancels, Reason: "of normal", Scenarios: []string{"normal"}},
		{Clause: executor.Cancels, Reason: "of one not run", Scenarios: []string{"normal", "hang-forever"}},
		{Clause: executor.Cancels, Reason: "of the wire", Scenarios: []string{"wire-*"}},
		{Clause: executor.Cancels, Reason: "of one not asked for", Scenarios: []string{"cancel-before"}},
		{Clause: executor.Cancels, Reason: "of one that is unknown", Scenarios: []string{"cancel"}},
		{Clause: executor.Cancels, Reason: "of all"},
	}
	u := &suite{name: t.Name(), spec: spec, opts: options{inProcess: true}}
	names := []string{"normal", "hang-forever", "wire-hang-body"}
	for _, name := range names {
		s, err := scenarios.Lookup(name)
		require.NoError(t, err)
		t.Run(name, func(t *testing.T) { u.test(t, s) })
	}
	u.counters.add("cancel", scenarios.Unknown)
	require.Equal(t, "spoilt: 2 of 4 scenarios run: 1 passed, 0 failed, 0 waived, 0 not applicable, 1 unknown; 2 not run, each says why\n"+
		"the waiver of clause 4 (cancels) was not needed: of normal\n"+
		"not applicable: all scenarios about streams: the executor has none (Spec.NewStream)", u.counters.summary(len(names)+1, spec))
}

func TestCheckSpec(t *testing.T) {
	err := judge.CheckSpec(executor.Spec{Name: "x", Policy: "none", Lacks: []executor.Clause{16}, Waivers: []executor.Waiver{
		{Clause: 0, Reason: "r"}, {Clause: 1}, {Clause: 2, Reason: "r", Scenarios: []string{"no-such-*"}},
	}})
	for _, want := range []string{"spec.New and spec.NewStream: got nil for both", `Policy: got "none"`, "Lacks: got clause 16", "Waivers: got clause 0", "got no reason", `unknown scenario "no-such-*"`} {
		require.ErrorContains(t, err, want)
	}
}

// A misspelt name of a scenario is answered with the nearest names.
func TestUnknownScenario(t *testing.T) {
	var o options
	Only("normal", "cancle")(&o)
	_, err := o.scenarios(executor.Spec{})
	require.ErrorContains(t, err, `Only: `)
	require.ErrorContains(t, err, `unknown scenario "cancle": did you mean cancel`)
	Waive(executor.Cancels, "r", "partial-sucess")(&o)
	err = judge.CheckSpec(o.apply(respoilt(func(*executor.Config) {})))
	require.ErrorContains(t, err, `unknown scenario "partial-sucess": did you mean partial-success`)
}

// The summary names the subject: the test where the executor has no name.
func TestSubject(t *testing.T) {
	u := &suite{name: "TestFans/pool", spec: executor.Spec{Name: defaultName}}
	require.Contains(t, u.summary(3), "TestFans/pool: 0 of 3 scenarios run")
	u.spec.Name = "pool"
	require.Contains(t, u.summary(3), "pool: 0 of 3 scenarios run")
}

// A bundle of waivers is not needed only if none of them was used.
func TestBundles(t *testing.T) {
	used := func(clauses ...executor.Clause) *counters {
		n := &counters{}
		for _, s := range scenarios.Catalogue() {
			n.add(s.Name, scenarios.Pass)
		}
		for _, c := range clauses {
			n.use(scenarios.Verdict{Clauses: []scenarios.ClauseResult{{Clause: c, Status: scenarios.Waived, Reason: "r"}}})
		}
		return n
	}
	var o options
	WaitsForIgnoring("r")(&o)
	LetsPanicsThrough("r")(&o)
	Waive(executor.Cancels, "r")(&o)
	Waive(executor.RunsTools, "r")(&o)
	spec := o.apply(respoilt(func(*executor.Config) {}))
	require.Len(t, bundles(spec.Waivers), 4)

	got := used(executor.ReturnsInTime, executor.BoundsStuck).summary(1, spec)
	require.Contains(t, got, "waived in 1 scenario: clause 1 (returns in time): r\nwaived in 1 scenario: clause 6 (bounds what cannot be stopped): r")
	require.NotContains(t, got, "clause 2", "a part of a bundle that was used")
	require.Contains(t, got, "the waiver of clause 4 (cancels) was not needed: r")
	require.Contains(t, got, "the waiver of clause 9 (runs tools) was not needed: r")

	got = used(executor.Cancels).summary(1, spec)
	require.Contains(t, got, "the waiver of clause 1 (returns in time), clause 2 (loses nothing), clause 3 (partial success), clause 6 (bounds what cannot be stopped), clause 7 (survives), clause 8 (respects Limit), clause 9 (runs tools), clause 13 (ends with its consumer) was not needed: r")
	require.NotContains(t, got, "clause 4 (cancels) was not needed")
}

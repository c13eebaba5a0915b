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
		tell(t, s, cell)
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
		"the waiver of clause 4 (cancels) was not needed: of normal", u.counters.summary(len(names)+1, spec))
}

func TestCheckSpec(t *testing.T) {
	err := judge.CheckSpec(executor.Spec{Name: "x", Policy: "none", Lacks: []executor.Clause{11}, Waivers: []executor.Waiver{
		{Clause: 0, Reason: "r"}, {Clause: 1}, {Clause: 2, Reason: "r", Scenarios: []string{"no-such-*"}},
	}})
	for _, want := range []string{"New: got nil", `Policy: got "none"`, "Lacks: got clause 11", "Waivers: got clause 0", "got no reason", `unknown scenario "no-such-*"`} {
		require.ErrorContains(t, err, want)
	}
}

// A misspelt name of a scenario is answered with the nearest names.
func TestUnknownScenario(t *testing.T) {
	var o options
	Only("normal", "cancle")(&o)
	_, err := o.scenarios()
	require.ErrorContains(t, err, `Only: `)
	require.ErrorContains(t, err, `unknown scenario "cancle": did you mean cancel`)
	Waive(executor.Cancels, "r", "partial-sucess")(&o)
	err = judge.CheckSpec(o.apply(respoilt(func(*executor.Config) {})))
	require.ErrorContains(t, err, `unknown scenario "partial-sucess": did you mean partial-success`)
}

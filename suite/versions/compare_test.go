package versions

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/suite"
)

// This binary is what the go command starts test binaries with.
func TestMain(m *testing.M) {
	if suite.StartTest(os.Args[1:]) {
		return
	}
	os.Exit(m.Run())
}

// finding is a leaked goroutine whose first function is entry, created by another.
func finding(entry, by string) leak.Finding {
	return leak.Finding{Class: leak.Blocked, State: "select", Function: entry, Entry: entry, CreatedBy: by, File: "/m/f.go", Line: 7, Count: 1}
}

// test is a test that passed and left some findings.
func test(name string, left ...leak.Finding) suite.Test {
	t := suite.Test{Name: name, Outcome: suite.Passed, Checked: true}
	if len(left) > 0 {
		t.Left = &leak.Report{Findings: left}
	}
	return t
}

// run is a run of one package.
func run(tests ...suite.Test) suite.Observation {
	return suite.Observation{Packages: []suite.Package{{Path: "example.com/m/p", Outcome: suite.Passed, Tests: tests}}}
}

func sideOf(runs ...suite.Observation) suite.Side {
	return suite.Side{Module: "example.com/m", Dir: "/m", Runs: runs}
}

// same is a side whose runs all show the same.
func same(tests ...suite.Test) suite.Side {
	return sideOf(run(tests...), run(tests...), run(tests...))
}

// verdicts are those of a result's sites, as "verdict entry tests".
func verdicts(r suite.Result) (all []string) {
	for _, s := range r.Sites {
		text := fmt.Sprintf("%s %s", s.Verdict, s.Finding.Entry)
		for _, t := range s.Tests {
			text += " " + t.Test
		}
		for range s.Rest {
			text += " -"
		}
		all = append(all, text)
	}
	return all
}

func TestCompare(t *testing.T) {
	f, g := finding("example.com/m/p.loop", "example.com/m/p.New"), finding("example.com/m/p.other", "example.com/m/p.New")
	later := f
	later.Line, later.State, later.Class, later.Function = 90, "chan receive", leak.Proven, "example.com/m/p.inner"
	failed := test("TestA")
	failed.Outcome = suite.Failed
	skipped := test("TestA")
	skipped.Outcome = suite.Skipped
	unchecked := test("TestA")
	unchecked.Checked = false
	notEnded := test("TestA")
	notEnded.Outcome = suite.NotEnded
	leakyAndFailed := test("TestA", f)
	leakyAndFailed.Outcome = suite.Failed
	for name, tt := range map[string]struct {
		before, after suite.Side
		want          []string
	}{
		"the same":                     {same(test("TestA", f)), same(test("TestA", f)), []string{"stays example.com/m/p.loop TestA"}},
		"line and state moved":         {same(test("TestA", f)), same(test("TestA", later)), []string{"stays example.com/m/p.loop TestA"}},
		"fixed":                        {same(test("TestA", f)), same(test("TestA")), []string{"fixed example.com/m/p.loop TestA"}},
		"new":                          {same(test("TestA")), same(test("TestA", f)), []string{"new example.com/m/p.loop TestA"}},
		"fixed in one test only":       {same(test("TestA", f), test("TestB", f)), same(test("TestA", f), test("TestB")), []string{"fixed example.com/m/p.loop TestB", "stays example.com/m/p.loop TestA"}},
		"one fixed, another new":       {same(test("TestA", f)), same(test("TestA", g)), []string{"new example.com/m/p.other TestA", "fixed example.com/m/p.loop TestA"}},
		"fails after":                  {same(test("TestA", f)), same(failed), []string{"not comparable example.com/m/p.loop TestA"}},
		"fails after and leaks":        {same(test("TestA", f)), same(leakyAndFailed), []string{"stays example.com/m/p.loop TestA"}},
		"is skipped after":             {same(test("TestA", f)), same(skipped), []string{"not comparable example.com/m/p.loop TestA"}},
		"is not checked after":         {same(test("TestA", f)), same(unchecked), []string{"not comparable example.com/m/p.loop TestA"}},
		"does not end after":           {same(test("TestA", f)), same(notEnded), []string{"not comparable example.com/m/p.loop TestA"}},
		"fails in one run":             {same(test("TestA", f)), sideOf(run(test("TestA")), run(test("TestA")), run(failed)), []string{"not comparable example.com/m/p.loop TestA"}},
		"is gone after":                {same(test("TestA", f), test("TestB")), same(test("TestB")), []string{"not comparable example.com/m/p.loop TestA"}},
		"exists only after":            {same(test("TestB")), same(test("TestA", f), test("TestB")), []string{"new example.com/m/p.loop TestA"}},
		"only after, at a known place": {same(test("TestB", f)), same(test("TestA", f), test("TestB", f)), []string{"stays example.com/m/p.loop TestB", "not comparable example.com/m/p.loop TestA"}},
		"only after, in some runs":     {same(test("TestB")), sideOf(run(test("TestA", f)), run(test("TestA")), run(test("TestA", f))), []string{"not comparable example.com/m/p.loop TestA"}},
		"package not built after":      {same(test("TestA", f)), sideOf(broken(), broken(), broken()), []string{"not comparable example.com/m/p.loop TestA"}},
		"flaky before":                 {sideOf(run(test("TestA", f)), run(test("TestA")), run(test("TestA", f))), same(test("TestA")), []string{"flaky example.com/m/p.loop TestA"}},
		"flaky after":                  {same(test("TestA")), sideOf(run(test("TestA", f)), run(test("TestA")), run(test("TestA", f))), []string{"flaky example.com/m/p.loop TestA"}},
		"flaky in both":                {sideOf(run(test("TestA", f)), run(test("TestA"))), sideOf(run(test("TestA")), run(test("TestA", f))), []string{"flaky example.com/m/p.loop TestA"}},
		"nothing":                      {same(test("TestA")), same(test("TestA")), nil},
		"left after all, fixed":        {rest(f, test("TestA")), rest(leak.Finding{}, test("TestA")), []string{"fixed example.com/m/p.loop -"}},
		"left after all, test gone":    {rest(f, test("TestA"), test("TestB")), rest(leak.Finding{}, test("TestA")), []string{"not comparable example.com/m/p.loop -"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.want, verdicts(Compare(tt.before, tt.after)))
		})
	}
}

// broken is a run in which a package was not built.
func broken() suite.Observation {
	return suite.Observation{Packages: []suite.Package{{Path: "example.com/m/p", Outcome: suite.Failed, Error: "# example.com/m/p\np.go:3: undefined: x"}}}
}

// rest is a version that leaves something after all tests.
func rest(f leak.Finding, tests ...suite.Test) suite.Side {
	s := same(tests...)
	for _, o := range s.Runs {
		if f.Entry != "" {
			o.Packages[0].Rest = &leak.Report{Findings: []leak.Finding{f}}
		}
	}
	return s
}

// A leak has moved where the same function is started by another, or a function literal
// has got another number.
func TestCompareMoved(t *testing.T) {
	of := func(entry, by, runs string) leak.Finding {
		f := finding(entry, by)
		f.Runs = runs
		return f
	}
	const p = "example.com/m/p."
	plain := of(p+"loop", p+"New", "")
	for name, tt := range map[string]struct {
		before, after []leak.Finding
		want          []string
	}{
		"created elsewhere":    {[]leak.Finding{plain}, []leak.Finding{of(p+"loop", p+"Start", "")}, []string{"moved " + p + "loop TestA"}},
		"started by a library": {[]leak.Finding{plain}, []leak.Finding{of("sync.(*WaitGroup).Go.func1", "sync.(*WaitGroup).Go", p+"loop")}, []string{"moved sync.(*WaitGroup).Go.func1 TestA"}},
		"literal renumbered":   {[]leak.Finding{of(p+"New.func1", p+"New", "")}, []leak.Finding{of(p+"New.func2", p+"New", "")}, []string{"moved " + p + "New.func2 TestA"}},
		"inner literal":        {[]leak.Finding{of(p+"New.func1.2", p+"New.func1", "")}, []leak.Finding{of(p+"New.func3.1", p+"New.func3", "")}, []string{"moved " + p + "New.func3.1 TestA"}},
		"another user of errgroup": {[]leak.Finding{of("g.Go.func1", "g.Go", p+"a")}, []leak.Finding{of("g.Go.func1", "g.Go", p+"b")},
			[]string{"new g.Go.func1 TestA", "fixed g.Go.func1 TestA"}},
		"two for one": {[]leak.Finding{plain}, []leak.Finding{of(p+"loop", p+"A", ""), of(p+"loop", p+"B", "")},
			[]string{"new " + p + "loop TestA", "moved " + p + "loop TestA"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.want, verdicts(Compare(same(test("TestA", tt.before...)), same(test("TestA", tt.after...)))))
		})
	}
}

// A module is the same in another major version, whose path is another one.
func TestCompareAcrossPaths(t *testing.T) {
	before := same(test("TestA", finding("example.com/m/p.loop", "example.com/m/p.New")), test("TestB"))
	after := sideOf()
	for range 3 {
		o := run(test("TestA", finding("example.com/m/v2/p.loop", "example.com/m/v2/p.New")), test("TestB"))
		o.Packages[0].Path = "example.com/m/v2/p"
		after.Runs = append(after.Runs, o)
	}
	after.Module = "example.com/m/v2"
	r := Compare(before, after)
	require.Equal(t, []string{"stays example.com/m/v2/p.loop TestA"}, verdicts(r))
	require.Empty(t, r.NotCompared)
}

// Processes are compared by their program.
func TestCompareProcesses(t *testing.T) {
	leaves := func(command string) suite.Test {
		x := test("TestA")
		x.Left = &leak.Report{Processes: []leak.Process{{PID: 7, Command: command}}}
		return x
	}
	r := Compare(same(leaves("/bin/sleep 20")), same(leaves("sleep 30")))
	require.Len(t, r.Sites, 1)
	require.Equal(t, suite.Stays, r.Sites[0].Verdict)
	r = Compare(same(leaves("sleep 20")), same(leaves("cat")))
	require.Len(t, r.Sites, 2)
	require.Equal(t, "cat", r.Sites[0].Process.Command)
	require.Equal(t, suite.New, r.Sites[0].Verdict)
}

// Each test that cannot be compared is named, a package once.
func TestNotCompared(t *testing.T) {
	f := finding("example.com/m/p.loop", "example.com/m/p.New")
	failed := test("TestFails")
	failed.Outcome = suite.Failed
	before := same(test("TestGone", f), test("TestFails"), test("TestBoth"))
	after := same(failed, test("TestBoth"), test("TestComes"))
	name := func(test string) suite.TestName { return suite.TestName{Package: "example.com/m/p", Test: test} }
	require.Equal(t, []suite.NotCompared{
		{TestName: name("TestComes"), Why: "exists only after"},
		{TestName: name("TestFails"), Why: "passed before, failed after"},
		{TestName: name("TestGone"), Why: "exists only before", Leaks: true},
	}, Compare(before, after).NotCompared)
	require.Equal(t, []suite.NotCompared{{TestName: name(""), Why: "did not run after: p.go:3: undefined: x", Leaks: true}},
		Compare(before, sideOf(broken(), broken(), broken())).NotCompared)
}

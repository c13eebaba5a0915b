package known

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/suite"
)

const pkg = "example.com/m"

// today is the day of all runs.
var today = Run{OS: "linux", Arch: "amd64", Today: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)}

// finding is a goroutine of a function that another started.
func finding(entry, createdBy string) leak.Finding {
	return leak.Finding{Class: leak.Blocked, State: "chan receive", Count: 1, Entry: entry, CreatedBy: createdBy, File: "/m/pool.go", Line: 30}
}

// left is a report with findings.
func left(all ...leak.Finding) *leak.Report { return &leak.Report{Findings: all} }

// process is a report with a child process.
func process(command string) *leak.Report {
	return &leak.Report{Processes: []leak.Process{{PID: 7, Command: command}}}
}

// test is a checked test that passed.
func test(name string, r *leak.Report) suite.Test {
	return suite.Test{Name: name, Outcome: suite.Passed, Checked: true, Left: r}
}

// result is a run of one package whose tests passed.
func result(tests ...suite.Test) suite.Result {
	return ofPackage(suite.Package{Path: pkg, Dir: "/m", Outcome: suite.Passed, Tests: tests, Searched: true})
}

func ofPackage(p suite.Package) suite.Result {
	return suite.NewResult("/m", suite.Observation{Packages: []suite.Package{p}})
}

// list is a list of a file with this text.
func list(t *testing.T, text string) *List {
	t.Helper()
	file := filepath.Join(t.TempDir(), "leaks.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	l, err := Load(file)
	require.NoError(t, err)
	return l
}

// verdicts are those of a result's sites, by test, or by package after all tests.
func verdicts(r suite.Result) map[string]suite.Verdict {
	all := map[string]suite.Verdict{}
	for _, s := range r.Sites {
		for _, t := range s.Tests {
			all[t.Test] = s.Verdict
		}
		for range s.Rest {
			all[AfterAllTests] = s.Verdict
		}
	}
	return all
}

const pool = `leaks:
  - package: example.com/m
    tests: [TestPool, TestGrow*]
    entry: m.work
    createdBy: m.Start
    at: pool.go:12
    reason: Close does not wait
    until: 2026-11-28
`

// Leaks of the list are known, others new, whatever their lines, states and classes.
func TestJudge(t *testing.T) {
	elsewhere := finding("m.work", "m.Start")
	elsewhere.Line, elsewhere.State, elsewhere.Class = 99, "select", leak.Proven
	for name, tt := range map[string]struct {
		test string
		left *leak.Report
		want suite.Verdict
	}{
		"in the list":                       {"TestPool", left(finding("m.work", "m.Start")), suite.Known},
		"another line and state":            {"TestPool", left(elsewhere), suite.Known},
		"by pattern":                        {"TestGrowTwice", left(finding("m.work", "m.Start")), suite.Known},
		"another test":                      {"TestOther", left(finding("m.work", "m.Start")), suite.New},
		"another function":                  {"TestPool", left(finding("m.other", "m.Start")), suite.New},
		"another creator":                   {"TestPool", left(finding("m.work", "m.Open")), suite.New},
		"a process in place of a goroutine": {"TestPool", process("sleep 20"), suite.New},
	} {
		t.Run(name, func(t *testing.T) {
			r := list(t, pool).Judge(result(test(tt.test, tt.left)), today)
			require.Equal(t, tt.want, r.Sites[0].Verdict)
			require.Equal(t, tt.want == suite.New, len(r.Failing()) > 0)
		})
	}
}

// One site of two tests, one of which is in the list, is two: one fails, the other says why not.
func TestJudgeDividesSite(t *testing.T) {
	two := finding("m.work", "m.Start")
	two.Count = 2
	r := list(t, pool).Judge(result(test("TestPool", left(two)), test("TestNew", left(finding("m.work", "m.Start")))), today)
	require.Equal(t, map[string]suite.Verdict{"TestPool": suite.Known, "TestNew": suite.New}, verdicts(r))
	require.Equal(t, suite.New, r.Sites[0].Verdict, "what fails comes first")
	require.Equal(t, []int{1, 2}, []int{r.Sites[0].Count, r.Sites[1].Count})
	require.Contains(t, r.Sites[1].Why, "Close does not wait")
}

// The last day still accepts; the day after fails and says since when and what to do.
func TestJudgeExpired(t *testing.T) {
	l, r := list(t, pool), result(test("TestPool", left(finding("m.work", "m.Start"))))
	require.Equal(t, suite.Known, l.Judge(r, today).Sites[0].Verdict)
	tomorrow := today
	tomorrow.Today = today.Today.AddDate(0, 0, 1)
	s := l.Judge(r, tomorrow).Sites[0]
	require.Equal(t, suite.Expired, s.Verdict)
	require.Contains(t, s.Why, "2026-11-28")
	require.Contains(t, s.Why, "leaks.yaml:2")
}

// An entry without a reason accepts nothing, and says so.
func TestJudgeWithoutReason(t *testing.T) {
	l := list(t, `leaks: [{package: example.com/m, entry: m.work, createdBy: m.Start, until: 2027-01-01, reason: ""}]`)
	s := l.Judge(result(test("TestPool", left(finding("m.work", "m.Start")))), today).Sites[0]
	require.Equal(t, suite.New, s.Verdict)
	require.Contains(t, s.Why, "leaks.yaml:1 has no reason")
}

// Programs, what is left after all tests, and entries for any test.
func TestJudgeOtherKinds(t *testing.T) {
	l := list(t, `leaks:
- {package: example.com/m, tests: [TestChild], program: sleep, until: 2027-01-01, reason: killed by the system}
- {package: example.com/m, tests: [after all tests], entry: m.late, createdBy: m.Example, until: 2027-01-01, reason: an example}
- {package: example.com/m, entry: m.every, createdBy: m.Start, until: 2027-01-01, reason: all of them}
- {package: example.com/m, tests: [TestPool], entry: m.every, createdBy: m.Start, until: 2026-01-01, reason: but not this one}
`)
	every := left(finding("m.every", "m.Start"))
	r := l.Judge(ofPackage(suite.Package{Path: pkg, Dir: "/m", Outcome: suite.Passed, Searched: true, Rest: left(finding("m.late", "m.Example")), Tests: []suite.Test{
		test("TestChild", process("/bin/sleep 20")), test("TestA", every), test("TestPool", every),
	}}), today)
	require.Equal(t, map[string]suite.Verdict{
		"TestChild": suite.Known, AfterAllTests: suite.Known, "TestA": suite.Known, "TestPool": suite.Expired,
	}, verdicts(r), "the entry with the test's name decides")
}

// An entry for one system neither accepts nor is fixed on another.
func TestJudgeConditions(t *testing.T) {
	for name, tt := range map[string]struct {
		conditions string
		known      bool
	}{
		"this system":    {"os: linux, arch: amd64", true},
		"another system": {"os: windows", false},
		"another arch":   {"arch: arm64", false},
		"tag not given":  {"tags: [integration]", false},
	} {
		t.Run(name, func(t *testing.T) {
			l := list(t, "leaks: [{package: example.com/m, tests: [TestPool], entry: m.work, createdBy: m.Start, until: 2027-01-01, reason: r, "+tt.conditions+"}]")
			shown := l.Judge(result(test("TestPool", left(finding("m.work", "m.Start")))), today)
			require.Equal(t, tt.known, shown.Sites[0].Verdict == suite.Known)
			require.Equal(t, tt.known, len(l.Judge(result(test("TestPool", nil)), today).Sites) == 1, "fixed")
		})
	}
}

// Beside an earlier version only what is new is looked up.
func TestJudgeTwoVersions(t *testing.T) {
	r := result(test("TestPool", left(finding("m.work", "m.Start"))))
	r.Before = &suite.Side{Name: "main"}
	for was, want := range map[suite.Verdict]suite.Verdict{
		suite.New: suite.Known, suite.Stays: suite.Stays, suite.Moved: suite.Moved, suite.Flaky: suite.Flaky, suite.Fixed: suite.Fixed,
	} {
		r.Sites[0].Verdict = was
		require.Equal(t, want, list(t, pool).Judge(r, today).Sites[0].Verdict, was)
	}
	r = result(test("TestPool", nil))
	require.NotEmpty(t, list(t, pool).Judge(r, today).Sites)
	r.Before = &suite.Side{Name: "main"}
	require.Empty(t, list(t, pool).Judge(r, today).Sites, "the comparison says what is fixed")
}

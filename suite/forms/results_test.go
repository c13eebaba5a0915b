package forms

import (
	"fmt"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/hostile"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/suite"
)

// begun is when all results of these tests began.
var begun = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// finding is a goroutine that a function of the module left.
func finding(function string, line int) leak.Finding {
	f := leak.Finding{
		Class: leak.Blocked, Count: 1, State: "chan receive", Function: "example.com/m." + function + ".func1", Entry: "example.com/m." + function + ".func1",
		CreatedBy: "example.com/m." + function, File: "/repo/sub/leak.go", Line: line,
	}
	f.Stack = fmt.Sprintf("goroutine 7 [chan receive]:\n%s()\n\t/repo/sub/leak.go:%d +0x1c\ncreated by %s in goroutine 6\n\t/repo/sub/leak.go:%d +0x2a\n", f.Entry, line+1, f.CreatedBy, line)
	return f
}

// inLibrary is a goroutine of a library, which ran a function of the module or did not.
func inLibrary(runs string) leak.Finding {
	f := leak.Finding{
		Class: leak.Waiting, Count: 2, State: "IO wait", Function: "net/http.(*persistConn).readLoop", Entry: "net/http.(*persistConn).readLoop",
		CreatedBy: "net/http.(*Transport).dialConn", File: "/usr/local/go/src/net/http/transport.go", Line: 1944, Hint: "response body not closed?",
	}
	if runs != "" {
		f.Runs, f.RunsFile, f.RunsLine, f.Hint = "example.com/m."+runs, "/repo/sub/group.go", 12, ""
		f.CreatedBy, f.File, f.Line = "golang.org/x/sync/errgroup.(*Group).Go", "/root/go/pkg/mod/golang.org/x/sync@v0.24.0/errgroup/errgroup.go", 78
	}
	return f
}

// left are goroutines that a test left.
func left(all ...leak.Finding) *leak.Report { return &leak.Report{Findings: all, Goroutines: len(all)} }

// ran is a test that passed and left something.
func ran(name string, r *leak.Report) suite.Test {
	t := suite.Test{Name: name, Outcome: suite.Passed, Checked: true, Left: r}
	if r != nil {
		t.File, t.Line = "/repo/sub/leak_test.go", 20+len(name)
	}
	return t
}

// inRepository is a result in a module that is in a folder of its repository.
func inRepository(packages ...suite.Package) suite.Result {
	r := suite.NewResult("/repo/sub", suite.Observation{Packages: packages, Elapsed: 1500 * time.Millisecond, CPU: 2 * time.Second})
	r.After.Root, r.After.Module, r.After.ModuleDir = "/repo", "example.com/m", "sub"
	r.Created = begun
	r.Setup = suite.Setup{Tool: "stress v0.1.0", Go: "go1.27.4", Platform: "linux/amd64", Flags: []string{"-race=true", "-tags=a b", "-run=Leak"}}
	return r
}

// leaking has places of every kind: own, in a library, after all tests, a process; a test
// that is not blamed, some that failed, and what could not be checked.
func leaking() suite.Result {
	unconfirmed := ran("TestOnce", left(finding("Once", 50)))
	unconfirmed.Again = true
	b := ran("TestB", left(finding("Leak", 7), inLibrary("Group.func1")))
	b.Subtests = []string{"TestB/first", "TestB/second"}
	died := suite.Test{Name: "TestDies", Outcome: suite.NotEnded, Checked: true}
	return inRepository(
		suite.Package{Path: "example.com/m", Dir: "/repo/sub", Outcome: suite.Passed, Rest: left(finding("Background", 90)), Tests: []suite.Test{
			ran("TestA", left(finding("Leak", 7))), b, ran("TestC", nil),
			ran("TestD", &leak.Report{Processes: []leak.Process{{PID: 11, Command: "/bin/sleep 20"}}}), ran("TestE", left(inLibrary(""))), unconfirmed,
			{Name: "TestFails", Outcome: suite.Failed, Checked: true, Plain: suite.Failed, Elapsed: 1500 * time.Millisecond}, {Name: "TestSkips", Outcome: suite.Skipped, Checked: true}, {Name: "ExampleX", Outcome: suite.Passed},
		}},
		suite.Package{Path: "example.com/m/broken", Dir: "/repo/sub/broken", Outcome: suite.Failed, Error: "# example.com/m/broken\nbroken.go:1:2: syntax error\nbroken.go:2:2: another"},
		suite.Package{Path: "example.com/m/dies", Dir: "/repo/sub/dies", Outcome: suite.Failed, Tests: []suite.Test{died, {Name: "TestUnsearched", Outcome: suite.Passed, Checked: true, Error: "no dump"}}},
	)
}

// growing is a result in which tests leave more in each round.
func growing() suite.Result {
	r := nothing()
	t := &r.After.Runs[0].Packages[0].Tests[0]
	t.Rounds, t.File, t.Line = &suite.Rounds{Ran: 24}, "/repo/sub/leak_test.go", 9
	name := suite.TestName{Package: "example.com/m", Test: "TestC"}
	r.Growth = []suite.Growth{
		{TestName: name, What: "goroutines", PerRound: 1, Rounds: 24, Findings: []leak.Finding{finding("Leak", 7)}, Verdict: suite.Found},
		{TestName: name, What: "heap", PerRound: 70000, Rounds: 24, Where: []string{"64 KiB at /repo/sub/cache.go:12"}, Verdict: suite.Known, Reason: "a cache"},
	}
	return r
}

// nothing is a result in which nothing is left.
func nothing() suite.Result {
	return inRepository(suite.Package{Path: "example.com/m", Dir: "/repo/sub", Outcome: suite.Passed, Tests: []suite.Test{ran("TestC", nil)}})
}

// compared is a result of two versions, with a place of every verdict.
func compared() suite.Result {
	r := leaking()
	r.After.Runs[0].Packages = r.After.Runs[0].Packages[:1]
	before := r.After
	before.Name, before.Resolved = "main", strings.Repeat("0123456789", 4)
	r.After.Name = "HEAD"
	r.After.Runs = append(r.After.Runs, r.After.Runs[0])
	r.Before = &before
	r.Sites = r.After.Runs[0].Sites()
	for i, v := range []suite.Verdict{suite.New, suite.Fixed, suite.Stays, suite.Moved, suite.Flaky} {
		r.Sites[i%len(r.Sites)].Verdict = v
	}
	for _, v := range []suite.Verdict{suite.Known, suite.Expired, suite.NotComparable} {
		s := r.Sites[0]
		s.Finding, s.Verdict, s.Why = finding("Of"+strings.ReplaceAll(string(v), " ", ""), 70), v, "waits for the old client; until 2026-12-01"
		r.Sites = append(r.Sites, s)
	}
	r.NotCompared = []suite.NotCompared{{TestName: suite.TestName{Package: "example.com/m", Test: "TestFails"}, Why: "failed in HEAD"}, {TestName: suite.TestName{Package: "example.com/m/broken"}, Why: "does not build in main"}}
	r.Allocations = []suite.Allocation{{TestName: suite.TestName{Package: "example.com/m", Test: "TestC"}, Before: suite.Allocated{Objects: 1204, Bytes: 90 << 10}, After: suite.Allocated{Objects: 3310, Bytes: 12 << 20}}}
	r.Unchanged, r.Warnings = 12, []string{"testdata of main is that of HEAD"}
	return r
}

// hostileResult has strings that try to break out of a form in every place.
func hostileResult() suite.Result { return evil(hostile.Strings...) }

// evil is a result that has these strings in every place.
func evil(all ...string) suite.Result {
	r := compared()
	r.Partial, r.ReportOnly, r.Warnings = all[0], true, all
	r.Setup = suite.Setup{Tool: all[0], Go: all[0], Platform: all[0], Patterns: all, Flags: all, Shard: all[0]}
	r.After.Name, r.After.Resolved, r.Before.Name = all[0], all[len(all)-1], all[0]
	r.Sites, r.NotCompared, r.Allocations = nil, nil, nil
	r.Growth = nil
	p := suite.Package{Path: all[0], Dir: all[0], Error: strings.Join(all, "\n")}
	for i, s := range all {
		next := all[(i+1)%len(all)]
		name := suite.TestName{Package: s, Test: next}
		f := leak.Finding{
			Class: leak.Class(s), State: next, Function: s, Entry: next, CreatedBy: s, File: "/repo/" + next, Line: -7, Stack: strings.Join(all, "\n"),
			Hint: s, Note: next, Runs: s, RunsFile: "/repo/" + s, RunsLine: 1 << 50,
		}
		r.Sites = append(r.Sites, suite.Site{Finding: f, Tests: []suite.TestName{name, name}, Rest: all, Count: -1, Verdict: suite.New, Why: s},
			suite.Site{Process: &leak.Process{Command: s}, Tests: []suite.TestName{name}, Verdict: suite.Verdict(next)})
		r.Growth = append(r.Growth, suite.Growth{TestName: name, What: s, PerRound: 1e300, Where: all, Reason: next, Verdict: suite.Found, Findings: []leak.Finding{f}})
		r.NotCompared = append(r.NotCompared, suite.NotCompared{TestName: name, Why: s})
		r.Allocations = append(r.Allocations, suite.Allocation{TestName: name})
		p.Tests = append(p.Tests, suite.Test{Name: s, Subtests: all, Outcome: suite.NotEnded, Left: left(f), Error: next, File: "/repo/" + s, Line: 3}, suite.Test{Name: next, Outcome: suite.Outcome(s), Checked: true})
	}
	r.After.Runs = []suite.Observation{{Packages: []suite.Package{p, p}}}
	return r
}

// all are the results that every form is tried with.
func all() map[string]suite.Result {
	partial := nothing()
	partial.Partial, partial.Setup.Shard, partial.ReportOnly = "missing: shard 2/4", "1/4", true
	reportOnly := leaking()
	reportOnly.ReportOnly = true
	return map[string]suite.Result{
		"nothing": nothing(), "leaking": leaking(), "compared": compared(), "partial": partial, "reportonly": reportOnly,
		"hostile": hostileResult(), "growing": growing(), "empty": {},
	}
}

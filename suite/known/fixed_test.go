package known

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/suite"
)

// A leak is fixed only where its test ran, passed, and its check ended without it.
func TestFixed(t *testing.T) {
	shown := left(finding("m.work", "m.Start"))
	for name, tt := range map[string]struct {
		tests  string
		change func(*suite.Package, *Run)
		fixed  bool
	}{
		"ran":                       {"TestPool", func(*suite.Package, *Run) {}, true},
		"ran alone, by -run":        {"TestPool", func(_ *suite.Package, r *Run) { r.Chosen = true }, true},
		"beside one that fails":     {"TestPool", func(p *suite.Package, _ *Run) { p.Outcome, p.Tests[1].Outcome = suite.Failed, suite.Failed }, true},
		"another leaks it":          {"TestPool", func(p *suite.Package, _ *Run) { p.Tests[1].Left = shown }, true},
		"leaks something else":      {"TestPool", func(p *suite.Package, _ *Run) { p.Tests[0].Left = left(finding("m.other", "m.Start")) }, true},
		"left out":                  {"TestPool", func(p *suite.Package, r *Run) { p.Tests, r.Chosen = p.Tests[1:], true }, false},
		"gone":                      {"TestPool", func(p *suite.Package, _ *Run) { p.Tests = p.Tests[1:] }, false},
		"package not run":           {"TestPool", func(p *suite.Package, _ *Run) { p.Path = "example.com/other" }, false},
		"skipped":                   {"TestPool", func(p *suite.Package, _ *Run) { p.Tests[0].Outcome = suite.Skipped }, false},
		"failed":                    {"TestPool", func(p *suite.Package, _ *Run) { p.Tests[0].Outcome = suite.Failed }, false},
		"did not end":               {"TestPool", func(p *suite.Package, _ *Run) { p.Tests[0].Outcome = suite.NotEnded }, false},
		"not checked":               {"TestPool", func(p *suite.Package, _ *Run) { p.Tests[0].Checked = false }, false},
		"not searched":              {"TestPool", func(p *suite.Package, _ *Run) { p.Tests[0].Error = "no labels" }, false},
		"left once, not again":      {"TestPool", func(p *suite.Package, _ *Run) { p.Tests[0].Left, p.Tests[0].Again = shown, true }, false},
		"left after all tests":      {"TestPool", func(p *suite.Package, _ *Run) { p.Rest = shown }, false},
		"rest: ran":                 {AfterAllTests, func(*suite.Package, *Run) {}, true},
		"rest: some left out":       {AfterAllTests, func(_ *suite.Package, r *Run) { r.Chosen = true }, false},
		"rest: not searched":        {AfterAllTests, func(p *suite.Package, _ *Run) { p.Searched = false }, false},
		"rest: package failed":      {AfterAllTests, func(p *suite.Package, _ *Run) { p.Outcome = suite.Failed }, false},
		"pattern: all ran":          {"Test*", func(*suite.Package, *Run) {}, true},
		"pattern: some left out":    {"Test*", func(_ *suite.Package, r *Run) { r.Chosen = true }, false},
		"pattern: one shows it":     {"Test*", func(p *suite.Package, _ *Run) { p.Tests[1].Left = shown }, false},
		"pattern: one skipped":      {"Test*", func(p *suite.Package, _ *Run) { p.Tests[1].Outcome = suite.Skipped }, false},
		"any test: all ran":         {"", func(*suite.Package, *Run) {}, true},
		"any test: some left out":   {"", func(_ *suite.Package, r *Run) { r.Chosen = true }, false},
		"any test: one skipped":     {"", func(p *suite.Package, _ *Run) { p.Tests[1].Outcome = suite.Skipped }, false},
		"any test: one of two runs": {"", func(p *suite.Package, _ *Run) { p.Error = "did not build" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			p, run := suite.Package{Path: pkg, Outcome: suite.Passed, Searched: true, Tests: []suite.Test{test("TestPool", nil), test("TestB", nil)}}, today
			tt.change(&p, &run)
			l := list(t, "leaks: [{package: example.com/m, tests: ["+tt.tests+"], entry: m.work, createdBy: m.Start, at: pool.go:12, until: 2027-01-01, reason: r}]")
			var fixed []suite.Site
			for _, s := range l.Judge(ofPackage(p), run).Sites {
				if s.Verdict == suite.Fixed {
					fixed = append(fixed, s)
				}
			}
			require.Equal(t, tt.fixed, len(fixed) == 1)
		})
	}
}

// What is fixed is named with the place that the entry gives, and does not fail.
func TestFixedSite(t *testing.T) {
	r := list(t, pool).Judge(result(test("TestPool", nil)), today)
	require.Empty(t, r.Failing())
	require.Len(t, r.Sites, 1)
	s := r.Sites[0]
	file, line := s.Place()
	require.Equal(t, "/m/pool.go:12 TestPool", file+":"+string('0'+rune(line/10))+string('0'+rune(line%10))+" "+s.Tests[0].Test)
	require.Contains(t, s.Why, "leaks.yaml:2")
	require.Len(t, r.Warnings, 1, "no test fits the pattern")
	require.Contains(t, r.Warnings[0], "TestGrow*")
}

// A program is fixed like a goroutine.
func TestFixedProgram(t *testing.T) {
	l := list(t, "leaks: [{package: example.com/m, tests: [TestChild], program: sleep, until: 2027-01-01, reason: r}]")
	require.Equal(t, suite.Fixed, l.Judge(result(test("TestChild", nil)), today).Sites[0].Verdict)
	require.Equal(t, &leak.Process{Command: "sleep"}, l.Judge(result(test("TestChild", nil)), today).Sites[0].Process)
}

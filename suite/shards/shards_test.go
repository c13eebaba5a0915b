package shards

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/shard"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/suite"
	"github.com/watertight-go/watertight/suite/versions"
)

const (
	packages = 20
	parts    = 3
)

// left is what the tests of package i leave: some at a place of their own, all of them at
// a shared one.
func left(i int, root string) *leak.Report {
	r := &leak.Report{Findings: []leak.Finding{{Class: leak.Blocked, Count: 1, Entry: "m.Shared.func1", CreatedBy: "m.Shared", File: root + "/shared.go", Line: 3, Stack: root + "/shared.go:3"}}}
	if i%4 == 0 {
		r.Findings = append(r.Findings, leak.Finding{Class: leak.Blocked, Count: 2, Entry: fmt.Sprintf("m.Own%d", i), File: root + "/own.go", Line: i})
	}
	return r
}

// observed is a run of the packages of a part, of which some leak.
func observed(p shard.Part, root string, leaks func(i int) bool) suite.Observation {
	o := suite.Observation{}
	for i := range packages {
		path := fmt.Sprintf("example.com/m/p%02d", i)
		if !p.Has(path) {
			continue
		}
		t := suite.Test{Name: "TestX", Outcome: suite.Passed, Checked: true}
		if leaks(i) {
			t.Left = left(i, root)
		}
		o.Packages = append(o.Packages, suite.Package{Path: path, Dir: root + "/" + path, Outcome: suite.Passed, Tests: []suite.Test{t}})
	}
	return o
}

// one is a run of one version, on the machine that has it at root.
func one(p shard.Part, root string) suite.Result {
	return made(p, root, suite.NewResult(root, observed(p, root, func(i int) bool { return i%2 == 0 })))
}

// two is a comparison: some leaks are mended, some are new, and some were always there.
func two(p shard.Part, root string) suite.Result {
	side := func(name string, leaks func(i int) bool) suite.Side {
		s := suite.NewSide(name, root)
		for range 2 {
			s.Runs = append(s.Runs, observed(p, root, leaks))
		}
		return s
	}
	return made(p, root, versions.Compare(side("main", func(i int) bool { return i%3 == 0 }), side("HEAD", func(i int) bool { return i%2 == 0 })))
}

func made(p shard.Part, root string, r suite.Result) suite.Result {
	r.After.Root, r.After.Module, r.Created = root, "example.com/m", time.Date(2026, 11, 28, 12, p.Index, 0, 0, time.UTC)
	r.Setup = suite.Setup{Tool: "stress v1", Go: "go1.27", Platform: "linux/amd64", Patterns: []string{"./..."}, Flags: []string{"-race=true"}, Commit: "abc"}
	if p.Count > 0 {
		r.Setup.Shard = p.String()
	}
	if r.Before != nil {
		r.Before.Root, r.Unchanged = root, 5
	}
	return r
}

// store writes a result as the folder of a report.
func store(t *testing.T, r suite.Result) string {
	t.Helper()
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, "report.json"))
	require.NoError(t, err)
	require.NoError(t, r.Encode(f))
	require.NoError(t, f.Close())
	return dir
}

// Joined shards are what an unsplit run has, also where each machine has another folder.
func TestJoinedShardsEqualTheUnsplitRun(t *testing.T) {
	for name, run := range map[string]func(shard.Part, string) suite.Result{"one version": one, "two versions": two} {
		t.Run(name, func(t *testing.T) {
			var dirs []string
			for i := parts; i >= 1; i-- {
				dirs = append(dirs, store(t, run(shard.Part{Index: i, Count: parts}, fmt.Sprintf("/machine%d/m", i))))
			}
			got, err := Join(dirs)
			require.NoError(t, err)
			want := run(shard.Part{}, "/machine1/m")
			require.ElementsMatch(t, sites(want), sites(got))
			require.Equal(t, want.After.Runs, got.After.Runs)
			require.Equal(t, want.Before, got.Before)
			require.Equal(t, want.Unchanged, got.Unchanged)
			require.Equal(t, want.ExitCode(), got.ExitCode())
			require.Equal(t, 1, got.ExitCode())
			require.Empty(t, got.Partial)
			require.Empty(t, got.Setup.Shard)
		})
	}
}

// sites are those of a result, each in one line.
func sites(r suite.Result) (all []string) {
	for _, s := range r.Sites {
		var tests []string
		for _, t := range s.Tests {
			tests = append(tests, t.Package)
		}
		all = append(all, fmt.Sprint(s.Verdict, s.Finding.Entry, s.Finding.File, s.Count, len(tests)))
	}
	return all
}

// What is missing is no pass.
func TestJoinSaysWhatIsMissing(t *testing.T) {
	got, err := Join([]string{store(t, one(shard.Part{Index: 1, Count: 4}, "/m")), store(t, one(shard.Part{Index: 3, Count: 4}, "/m"))})
	require.NoError(t, err)
	require.Equal(t, "missing: shard 2/4, 4/4", got.Partial)
	require.Equal(t, 2, got.ExitCode())

	cut := one(shard.Part{Index: 1, Count: 2}, "/m")
	cut.Partial = "interrupted"
	got, err = Join([]string{store(t, cut), store(t, one(shard.Part{Index: 2, Count: 2}, "/m"))})
	require.NoError(t, err)
	require.Equal(t, "shard 1/2: interrupted", got.Partial)
	require.Equal(t, 2, got.ExitCode())
}

func TestJoinRefuses(t *testing.T) {
	first, second := one(shard.Part{Index: 1, Count: 2}, "/m"), shard.Part{Index: 2, Count: 2}
	changed := func(change func(*suite.Result)) suite.Result {
		r := one(second, "/m")
		change(&r)
		return r
	}
	for want, other := range map[string]suite.Result{
		"got shard 1/2, which":                     first,
		"got the result of a whole run":            one(shard.Part{}, "/m"),
		`got number of shards "3", want "2"`:       one(shard.Part{Index: 2, Count: 3}, "/m"),
		`got before "main", want ""`:               two(second, "/m"),
		`got module "example.com/n"`:               changed(func(r *suite.Result) { r.After.Module = "example.com/n" }),
		`got commit "def", want "abc"`:             changed(func(r *suite.Result) { r.Setup.Commit = "def" }),
		`got flags "", want "-race=true"`:          changed(func(r *suite.Result) { r.Setup.Flags = nil }),
		`got packages "./x", want "./..."`:         changed(func(r *suite.Result) { r.Setup.Patterns = []string{"./x"} }),
		`got tool "stress v2"`:                     changed(func(r *suite.Result) { r.Setup.Tool = "stress v2" }),
		`got Go "go1.28"`:                          changed(func(r *suite.Result) { r.Setup.Go = "go1.28" }),
		`got platform "darwin/arm64"`:              changed(func(r *suite.Result) { r.Setup.Platform = "darwin/arm64" }),
		`got after "v2"`:                           changed(func(r *suite.Result) { r.After.Name = "v2" }),
		`got number of runs "2", want "1"`:         changed(func(r *suite.Result) { r.After.Runs = append(r.After.Runs, suite.Observation{}) }),
		"name of the shard: got \"2-2\", want I/N": changed(func(r *suite.Result) { r.Setup.Shard = "2-2" }),
		"which is in":                              changed(func(r *suite.Result) { r.After.Runs = first.After.Runs }),
	} {
		_, err := Join([]string{store(t, first), store(t, other)})
		require.ErrorContains(t, err, want)
	}
	_, err := Join(nil)
	require.ErrorContains(t, err, "got no results")
	_, err = Join([]string{filepath.Join(t.TempDir(), "none")})
	require.ErrorIs(t, err, os.ErrNotExist)
}

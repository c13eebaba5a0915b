package stress

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/casestudy"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/stress/internal/assemble"
	"github.com/watertight-go/watertight/stress/internal/folder"
	"github.com/watertight-go/watertight/stress/internal/plan"
)

// runCommand runs the command in this process, and returns what it said.
func runCommand(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = Run(context.Background(), args, &out, &err)
	return code, out.String(), err.String()
}

// exact is what a report says that does not depend on the machine's mood.
func exact(r *reports.Report) (all []string) {
	for _, c := range r.Cells {
		o := c.Observation
		text := fmt.Sprintf("%s/%s: left %d, agents started %d, callers blocked %d:", o.Executor, o.Scenario, o.Left.Leak.Goroutines, o.Totals.AgentsStarted, o.Totals.Blocked)
		for _, k := range c.Verdict.Clauses {
			text += fmt.Sprintf(" %d %s", k.Clause, k.Status)
		}
		all = append(all, text)
	}
	for _, c := range r.Comparisons {
		all = append(all, fmt.Sprintf("%s: %s against %s: %s", c.Scenario, c.After, c.Before, c.Relation))
	}
	for _, c := range r.Claims {
		all = append(all, fmt.Sprintf("claim %s %s", c.ID, c.Verdict))
	}
	for _, p := range r.Projections {
		all = append(all, "projection of "+p.Executor)
	}
	for _, s := range r.Scenarios {
		all = append(all, "row "+s.Name)
	}
	return all
}

// TestMergedShardsEqualTheUnsplitRun deals the cells of one real run out as its
// shards would have run them, so that no mood of the machine comes between the
// two reports. That shards really run their part, testdata/readme.txtar shows.
func TestMergedShardsEqualTheUnsplitRun(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	load := func(name string) *reports.Report {
		r, err := reports.Load(filepath.Join(path(name), folder.ReportFile))
		require.NoError(t, err)
		return r
	}
	_, _, stderr := runCommand(t, "run", "-out", path("whole"), "-scenarios", "normal,partial-success,panic,hang-ignoring,accumulation,tool-hang",
		"-executors", "errgroup", "-requests", "10")
	require.DirExists(t, path("whole"), stderr)
	whole := load("whole")
	const n = 3
	for i := 1; i <= n; i++ {
		dealOut(t, whole, path("whole"), plan.Part{Index: i, Count: n}, path(fmt.Sprintf("s%d", i)))
	}
	// In any order, by folder or by file.
	code, stdout, stderr := runCommand(t, "merge", "-out", path("joined"), path("s3"), filepath.Join(path("s1"), folder.ReportFile), path("s2"))
	require.Equal(t, whole.ExitCode(), code, stderr)
	require.Contains(t, stdout, "joined from 3 shards")
	joined := load("joined")
	require.Equal(t, exact(whole), exact(joined))
	require.Equal(t, whole.Cells, joined.Cells, "cells are taken over as they are")
	require.Equal(t, whole.Flames, joined.Flames)
	require.Len(t, joined.Shards, n)
	for i, s := range joined.Shards {
		require.Equal(t, fmt.Sprintf("%d/%d", i+1, n), s.Name)
		require.Len(t, s.Scenarios, 2)
	}
	for _, c := range joined.Cells {
		for _, p := range c.Observation.Profiles {
			require.FileExists(t, filepath.Join(path("joined"), p.Path))
		}
	}
	// A shard that is not there makes the run partial, which is never exit 0.
	code, stdout, _ = runCommand(t, "merge", "-out", path("less"), path("s1"), path("s3"))
	require.NotEqual(t, ExitOK, code)
	require.Contains(t, stdout, "missing: shard 2/3")
	for _, bad := range []struct {
		reports []string
		says    string
	}{
		{[]string{path("s1"), path("s1")}, "got shard 1/3, which"},
		{[]string{path("whole")}, "got a report of 0 shards"},
		{[]string{path("joined"), path("s1")}, "got a report of 3 shards"},
		{[]string{path("nosuch")}, "nosuch"},
	} {
		code, stdout, stderr := runCommand(t, append([]string{"merge", "-out", path("never")}, bad.reports...)...)
		require.Equal(t, ExitTrouble, code)
		require.Contains(t, stderr, bad.says)
		require.Empty(t, stdout)
		require.NoDirExists(t, path("never"))
	}
}

// dealOut writes the report that a shard would have written.
func dealOut(t *testing.T, whole *reports.Report, from string, p plan.Part, to string) {
	r := *whole
	rows, err := p.Of(whole.Scenarios)
	require.NoError(t, err)
	r.Scenarios, r.Cells, r.Comparisons, r.Claims, r.Projections, r.Flames = rows, nil, nil, nil, nil, nil
	for _, c := range whole.Cells {
		if slices.ContainsFunc(rows, func(row reports.Scenario) bool { return row.Name == c.Observation.Scenario }) {
			r.Cells = append(r.Cells, c)
		}
	}
	if slices.ContainsFunc(rows, func(row reports.Scenario) bool { return row.Name == loads.Accumulation }) {
		r.Projections = whole.Projections
	}
	p.Mark(&r)
	assemble.Conclude(&r)
	casestudy.Update(&r, whole)
	require.NoError(t, os.Mkdir(to, 0o755))
	require.NoError(t, r.Save(filepath.Join(to, folder.ReportFile)))
	for _, c := range r.Cells {
		for _, f := range c.Observation.Profiles {
			require.NoError(t, copyFile(filepath.Join(from, f.Path), filepath.Join(to, f.Path)))
		}
	}
}

func TestShardsOfDifferentRunsAreRefused(t *testing.T) {
	one := func(change func(*reports.Report)) shard {
		r := &reports.Report{Tool: "stress v1", Before: "a", After: "b", Executors: []reports.Executor{{Name: "a"}, {Name: "b"}},
			Shards: []reports.Shard{{Name: "2/2"}}, Environment: reports.Environment{Go: "go1.27.4", OS: "linux", Arch: "amd64"}}
		if change != nil {
			change(r)
		}
		return shard{file: "second.json", report: r}
	}
	first := func() shard {
		s := one(func(r *reports.Report) {
			r.Shards[0].Name, r.Scenarios = "1/2", []reports.Scenario{{Name: "x"}}
		})
		s.file = "first.json"
		return s
	}
	_, err := joinShards([]shard{first(), one(nil)})
	require.NoError(t, err)
	for want, change := range map[string]func(*reports.Report){
		`got parts "3", want "2"`:                        func(r *reports.Report) { r.Shards[0].Name = "2/3" },
		`got tool "other", want "stress v1"`:             func(r *reports.Report) { r.Tool = "other" },
		`got Go "go1.26.8", want "go1.27.4"`:             func(r *reports.Report) { r.Environment.Go = "go1.26.8" },
		`got platform "linux/arm64", want "linux/amd64"`: func(r *reports.Report) { r.Environment.Arch = "arm64" },
		`got commit "abc", want ""`:                      func(r *reports.Report) { r.Environment.Commit = "abc" },
		`got before "x", want "a"`:                       func(r *reports.Report) { r.Before = "x" },
		`got after "x", want "b"`:                        func(r *reports.Report) { r.After = "x" },
		`got executors "a", want "a,b"`:                  func(r *reports.Report) { r.Executors = r.Executors[:1] },
		`-shard: got "7/2"`:                              func(r *reports.Report) { r.Shards[0].Name = "7/2" },
		`got a shard without a name`:                     func(r *reports.Report) { r.Shards[0].Name = "" },
		`got scenario "x", which is in first.json too`:   func(r *reports.Report) { r.Scenarios = []reports.Scenario{{Name: "x"}} },
		`got 2 and 1 scenarios`:                          func(r *reports.Report) { r.Scenarios = []reports.Scenario{{Name: "y"}, {Name: "z"}} },
	} {
		_, err := joinShards([]shard{first(), one(change)})
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "second.json")
	}
}

// What executors cost is measured by one shard, for all of them, and says so
// for ever.
func TestTimesKeepTheNameOfTheirShard(t *testing.T) {
	a := &runArgs{Bench: true}
	for i, want := range []bool{true, false, false} {
		require.Equal(t, want, a.measures(&plan.Plan{Part: plan.Part{Index: i + 1, Count: 3}}))
	}
	require.True(t, a.measures(&plan.Plan{}), "a run in one measures too")
	var all []shard
	for i := 3; i >= 1; i-- {
		r := &reports.Report{Before: "a", After: "b", Executors: []reports.Executor{{Name: "a"}, {Name: "b"}}}
		if i == 1 {
			r.Bench = []reports.Cost{
				{Executor: "a", Agents: 5, Allocs: 7, Times: []reports.Timing{{Call: []float64{2}, Floor: []float64{1}}}},
				{Executor: "b", Agents: 5, Allocs: 9, Times: []reports.Timing{{Call: []float64{3}, Floor: []float64{1}}}},
			}
		}
		plan.Part{Index: i, Count: 3}.Mark(r)
		all = append(all, shard{file: fmt.Sprint(i), report: r})
	}
	want := all[2].report.Bench
	joined, err := joinShards(all)
	require.NoError(t, err)
	require.Equal(t, want, joined.Bench)
	for _, c := range joined.Bench {
		require.Equal(t, "1/3", c.Times[0].Shard)
	}
}

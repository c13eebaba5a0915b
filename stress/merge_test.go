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
			data, err := os.ReadFile(filepath.Join(from, f.Path))
			require.NoError(t, err)
			require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(to, f.Path)), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(to, f.Path), data, 0o644))
		}
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
	r := &reports.Report{Bench: []reports.Cost{{Executor: "a", Times: []reports.Timing{{Call: []float64{2}, Floor: []float64{1}}}}}}
	plan.Part{Index: 1, Count: 3}.Mark(r)
	require.Equal(t, "1/3", r.Bench[0].Times[0].Shard)
}

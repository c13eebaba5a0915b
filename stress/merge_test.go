package stress

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/reports"
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
	for _, c := range r.Bench {
		all = append(all, fmt.Sprintf("%s, %d agents: %.0f allocations, left %v goroutines, %v descriptors", c.Executor, c.Agents, c.Allocs, c.Goroutines, c.Descriptors))
	}
	for _, p := range r.Projections {
		all = append(all, "projection of "+p.Executor)
	}
	for _, s := range r.Scenarios {
		all = append(all, "row "+s.Name)
	}
	return all
}

func TestMergedShardsEqualTheUnsplitRun(t *testing.T) {
	dir := t.TempDir()
	choice := []string{"-scenarios", "normal,partial-success,panic,hang-ignoring,accumulation,tool-hang", "-executors", "errgroup", "-requests", "10"}
	load := func(name string) *reports.Report {
		r, err := reports.Load(filepath.Join(dir, name, reportFile))
		require.NoError(t, err)
		return r
	}
	run := func(name string, more ...string) {
		args := append(append([]string{"run", "-out", filepath.Join(dir, name)}, choice...), more...)
		code, _, stderr := runCommand(t, args...)
		require.Equal(t, ExitOK, code, stderr)
	}
	run("whole", "-bench")
	for i := 1; i <= 3; i++ {
		run(fmt.Sprintf("s%d", i), "-shard", fmt.Sprintf("%d/3", i), "-bench")
	}
	part := func(name string) string { return filepath.Join(dir, name) }
	// In any order, by folder or by file.
	code, stdout, stderr := runCommand(t, "merge", "-out", part("joined"), part("s3"), filepath.Join(part("s1"), reportFile), part("s2"))
	require.Equal(t, ExitOK, code, stderr)
	require.Contains(t, stdout, "joined from 3 shards")
	whole, joined := load("whole"), load("joined")
	require.Equal(t, exact(whole), exact(joined))
	require.Len(t, joined.Shards, 3)
	for i, s := range joined.Shards {
		require.Equal(t, fmt.Sprintf("%d/3", i+1), s.Name)
		require.Len(t, s.Scenarios, 2)
	}
	require.NotEmpty(t, joined.Bench)
	for _, c := range joined.Bench {
		require.Empty(t, c.Trouble)
		for _, timing := range c.Times {
			require.Equal(t, "1/3", timing.Shard, "rows of times keep the name of their shard")
		}
	}
	for _, c := range joined.Cells {
		for _, p := range c.Observation.Profiles {
			require.FileExists(t, filepath.Join(part("joined"), p.Path))
		}
	}
	// A shard that is not there makes the run partial, which is exit 2.
	code, stdout, _ = runCommand(t, "merge", "-out", part("less"), part("s1"), part("s3"))
	require.Equal(t, ExitTrouble, code)
	require.Contains(t, stdout, "missing: shard 2/3")
	for _, bad := range []struct {
		reports []string
		says    string
	}{
		{[]string{part("s1"), part("s1")}, "got shard 1/3, which"},
		{[]string{part("whole")}, "got a report of 0 shards"},
		{[]string{part("joined"), part("s1")}, "got a report of 3 shards"},
		{[]string{part("nosuch")}, "nosuch"},
	} {
		code, stdout, stderr := runCommand(t, append([]string{"merge", "-out", part("never")}, bad.reports...)...)
		require.Equal(t, ExitTrouble, code)
		require.Contains(t, stderr, bad.says)
		require.Empty(t, stdout)
		require.NoDirExists(t, part("never"))
	}
}

func TestShardsOfDifferentRunsAreRefused(t *testing.T) {
	one := func(change func(*reports.Report)) shard {
		r := &reports.Report{Tool: "stress v1", Before: "a", After: "b", Executors: []reports.Named{{Name: "a"}, {Name: "b"}},
			Shards: []reports.Shard{{Name: "2/2"}}, Environment: reports.Environment{Go: "go1.27.4", OS: "linux", Arch: "amd64"}}
		if change != nil {
			change(r)
		}
		return shard{file: "second.json", report: r}
	}
	first := func() shard {
		s := one(func(r *reports.Report) { r.Shards[0].Name = "1/2" })
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
	} {
		_, err := joinShards([]shard{first(), one(change)})
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "second.json")
	}
}

func TestPartsCoverAllRowsOnce(t *testing.T) {
	rows := allRows(1, 1)
	for _, n := range []int{1, 2, 3, 7, len(rows)} {
		seen := map[string]int{}
		for i := 1; i <= n; i++ {
			mine, err := part{i, n}.of(rows)
			require.NoError(t, err)
			require.NotEmpty(t, mine)
			for _, r := range mine {
				seen[r.Name]++
			}
		}
		require.Len(t, seen, len(rows))
		for name, times := range seen {
			require.Equal(t, 1, times, name)
		}
	}
	_, err := part{1, len(rows) + 1}.of(rows)
	require.ErrorContains(t, err, "want at most")
}

func TestParsePart(t *testing.T) {
	p, err := parsePart("2/4")
	require.NoError(t, err)
	require.Equal(t, part{2, 4}, p)
	p, err = parsePart("")
	require.NoError(t, err)
	require.Zero(t, p)
	for _, bad := range []string{"0/4", "5/4", "1", "a/b", "1/0", "-1/2", "1/2/3", "/", " 1/2"} {
		_, err := parsePart(bad)
		require.ErrorContains(t, err, "want I/N", bad)
	}
}

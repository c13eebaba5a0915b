package reports

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestShardsOfDifferentRunsAreRefused(t *testing.T) {
	one := func(change func(*Report)) part {
		r := &Report{Tool: "stress v1", Before: "a", After: "b", Executors: []Executor{{Name: "a"}, {Name: "b"}},
			Shards: []Shard{{Name: "2/2"}}, Environment: Environment{Go: "go1.27.4", OS: "linux", Arch: "amd64"}}
		if change != nil {
			change(r)
		}
		return part{path: "second.json", report: r}
	}
	first := func() part {
		s := one(func(r *Report) {
			r.Shards[0].Name, r.Scenarios = "1/2", []Scenario{{Name: "x"}}
		})
		s.path = "first.json"
		return s
	}
	_, err := join([]part{first(), one(nil)})
	require.NoError(t, err)
	for want, change := range map[string]func(*Report){
		`got parts "3", want "2"`:                        func(r *Report) { r.Shards[0].Name = "2/3" },
		`got tool "other", want "stress v1"`:             func(r *Report) { r.Tool = "other" },
		`got Go "go1.26.8", want "go1.27.4"`:             func(r *Report) { r.Environment.Go = "go1.26.8" },
		`got platform "linux/arm64", want "linux/amd64"`: func(r *Report) { r.Environment.Arch = "arm64" },
		`got commit "abc", want ""`:                      func(r *Report) { r.Environment.Commit = "abc" },
		`got before "x", want "a"`:                       func(r *Report) { r.Before = "x" },
		`got after "x", want "b"`:                        func(r *Report) { r.After = "x" },
		`got executors "a", want "a,b"`:                  func(r *Report) { r.Executors = r.Executors[:1] },
		`name of the shard: got "7/2"`:                   func(r *Report) { r.Shards[0].Name = "7/2" },
		`name of the shard: got ""`:                      func(r *Report) { r.Shards[0].Name = "" },
		`got scenario "x", which is in first.json too`:   func(r *Report) { r.Scenarios = []Scenario{{Name: "x"}} },
		`got 2 and 1 scenarios`:                          func(r *Report) { r.Scenarios = []Scenario{{Name: "y"}, {Name: "z"}} },
	} {
		_, err := join([]part{first(), one(change)})
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "second.json")
	}
}

// The costs of executors are measured by one shard, and keep its name.
func TestMergeKeepsTheShardOfTimes(t *testing.T) {
	var parts []part
	for i := 3; i >= 1; i-- {
		name := fmt.Sprintf("%d/3", i)
		r := &Report{Before: "a", After: "b", Executors: []Executor{{Name: "a"}, {Name: "b"}}, Shards: []Shard{{Name: name}}}
		if i == 1 {
			r.Bench = []Cost{
				{Executor: "a", Agents: 5, Allocs: 7, Times: []Timing{{Shard: name, Call: []float64{2}, Floor: []float64{1}}}},
				{Executor: "b", Agents: 5, Allocs: 9, Times: []Timing{{Shard: name, Call: []float64{3}, Floor: []float64{1}}}},
			}
		}
		parts = append(parts, part{path: name, report: r})
	}
	want := parts[2].report.Bench
	joined, err := join(parts)
	require.NoError(t, err)
	require.Equal(t, want, joined.Bench)
	require.Len(t, joined.Shards, 3)
	require.Empty(t, joined.Partial)
}

func TestShardPart(t *testing.T) {
	index, count, err := Shard{Name: "2/4"}.Part()
	require.NoError(t, err)
	require.Equal(t, [2]int{2, 4}, [2]int{index, count})
	for _, bad := range []string{"", "0/4", "5/4", "1", "a/b", "1/0", "-1/2", "1/2/3", "/", " 1/2"} {
		_, _, err := Shard{Name: bad}.Part()
		require.ErrorContains(t, err, "want I/N", bad)
	}
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/bench"
	"github.com/watertight-go/watertight/executor"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/panjf2000/ants/v2.(*poolCommon).ticktock"), // of the default pool of ants, which is not used here and cannot be closed
		goleak.IgnoreAnyFunction("github.com/panjf2000/ants/v2.(*poolCommon).purgeStaleWorkers"),
	)
}

type runner func(ctx context.Context, a *executor.Agent) (*executor.AgentResponse, error)

func (r runner) ExecuteAgent(ctx context.Context, a *executor.Agent, _ string, _ []executor.Message) (*executor.AgentResponse, error) {
	return r(ctx, a)
}

func each(t *testing.T, c executor.Config, f func(t *testing.T, e executor.ParallelExecutor)) {
	for _, s := range subjects() {
		t.Run(s.Name, func(t *testing.T) {
			e, err := s.New(c)
			require.NoError(t, err)
			if c, ok := e.(io.Closer); ok {
				defer func() { require.NoError(t, c.Close()) }()
			}
			f(t, e)
		})
	}
}

// A comparison is fair only if all subjects do the same: they run all agents at the
// same time, each with a timeout, and return results by ID and errors.
func TestAllDoTheCommonJob(t *testing.T) {
	const n = 50
	var agents []*executor.Agent
	for i := range n {
		agents = append(agents, &executor.Agent{ID: fmt.Sprint(i)})
	}
	t.Run("all at once, by ID", func(t *testing.T) {
		var here sync.WaitGroup
		each(t, executor.Config{Runner: runner(func(_ context.Context, a *executor.Agent) (*executor.AgentResponse, error) {
			here.Done()
			here.Wait() // no agent goes on before all have started
			return &executor.AgentResponse{AgentID: a.ID, Content: "re " + a.ID}, nil
		})}, func(t *testing.T, e executor.ParallelExecutor) {
			here.Add(n)
			got, err := e.ExecuteParallel(t.Context(), "q", agents)
			require.NoError(t, err)
			require.Len(t, got, n)
			for id, response := range got {
				require.Equal(t, "re "+id, response.Content)
			}
		})
	})
	t.Run("every agent has a timeout", func(t *testing.T) {
		each(t, executor.Config{AgentTimeout: 5 * time.Millisecond, Grace: time.Minute, Runner: runner(func(ctx context.Context, _ *executor.Agent) (*executor.AgentResponse, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})}, func(t *testing.T, e executor.ParallelExecutor) {
			_, err := e.ExecuteParallel(t.Context(), "q", agents[:3])
			require.Error(t, err)
		})
	})
	t.Run("errors are returned", func(t *testing.T) {
		boom := errors.New("boom")
		each(t, executor.Config{Runner: runner(func(context.Context, *executor.Agent) (*executor.AgentResponse, error) { return nil, boom })},
			func(t *testing.T, e executor.ParallelExecutor) {
				_, err := e.ExecuteParallel(t.Context(), "q", agents)
				require.ErrorIs(t, err, boom)
			})
	})
}

func TestRunShowAndWrite(t *testing.T) {
	dir := t.TempDir()
	file, document := filepath.Join(dir, "bench.json"), filepath.Join(dir, "benchmarks.md")
	command := func(want int, args ...string) (string, string) {
		var out, errs bytes.Buffer
		require.Equal(t, want, run(args, streams{&out, &errs}), "%v: %s", args, &errs)
		return out.String(), errs.String()
	}
	_, progress := command(2, "show", "--from", file)
	require.Contains(t, progress, "measure first with peers run")
	_, progress = command(2, "run", "--out", file, "--subjects", "nobody")
	require.Contains(t, progress, `got "nobody", want one of waitgroup`)

	for _, samples := range []string{"3", "4"} { // the second run's rows replace the first's
		command(0, "run", "--out", file, "--jobs", "instant,context,http,cancel", "--agents", "5", "--samples", samples, "--subjects", "reference,conc")
	}
	command(0, "overshoot", "--out", file, "--rounds", "1", "--requests", "5")
	out, _ := command(0, "show", "--from", file)
	for _, want := range []string{"| agents | 5 |\n|---|---|\n| floor | ", "| reference | **", "n=4", "| conc | **", "5 calls, with"} {
		require.Contains(t, out, want)
	}
	require.NotContains(t, out, "n=3")

	require.NoError(t, os.WriteFile(document, []byte("before\n<!-- benchmarks: begin (x) -->\nold\n<!-- benchmarks: end -->\nafter\n"), 0o644))
	for range 2 {
		command(0, "write", "--from", file, "--file", document)
		text, err := os.ReadFile(document)
		require.NoError(t, err)
		require.Equal(t, "before\n<!-- benchmarks: begin (x) -->\n"+out+"<!-- benchmarks: end -->\nafter\n", string(text))
	}
	require.NoError(t, os.WriteFile(document, []byte("no markers\n"), 0o644))
	_, progress = command(2, "write", "--from", file, "--file", document)
	require.Contains(t, progress, "add one before the table")
}

func TestResultsOfAnotherMachineAreNotMixed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bench.json")
	r := results{Environment: environment{Go: "go1.1", OS: "plan9", Arch: "mips", CPUs: 64}}
	require.NoError(t, r.store(file))
	_, err := openResults(file)
	require.ErrorContains(t, err, "was measured on go1.1, plan9/mips, 64 processors")
}

func TestCellsOfTables(t *testing.T) {
	require.Empty(t, cell(nil))
	require.Equal(t, "**1.60** [1.43, 1.73]", cell(&bench.Ratio{Median: 1.6, Lo: 1.43, Hi: 1.73, N: 20, P: 0.0001}))
	require.Equal(t, "**1.60** [1.43, 1.73] n=3 p=0.100", cell(&bench.Ratio{Median: 1.6, Lo: 1.43, Hi: 1.73, N: 3, P: 0.1}))
	require.Equal(t, "1,000,000", thousands(1_000_000))
	require.Equal(t, "5", thousands(5))
}

func TestBlockedMemory(t *testing.T) {
	for _, s := range []string{floorName, "reference", "ants"} {
		got, err := blockedMemory(s, 2000)
		require.NoError(t, err)
		require.Greater(t, got, 1500.0, "%s: a goroutine's stack is 2 KiB", s)
		require.Less(t, got, 50_000.0, s)
	}
	_, err := blockedMemory("nobody", 1)
	require.Error(t, err)
}

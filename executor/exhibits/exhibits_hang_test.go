package exhibits_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"os/exec"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
)

// exhibitOutcome is what ExecuteParallel returned.
type exhibitOutcome struct {
	results map[string]*executor.AgentResponse
	err     error
}

// start calls ExecuteParallel on a goroutine of its own.
func (x exhibit) start(ctx context.Context, agents ...*executor.Agent) <-chan exhibitOutcome {
	done := make(chan exhibitOutcome, 1)
	go func() {
		results, err := x.ExecuteParallel(ctx, "input", agents)
		done <- exhibitOutcome{results, err}
	}()
	return done
}

// An agent that ignores its context still runs long after its deadline and the
// caller's cancellation. The exhibits differ in whether the caller waits for it, and
// in whether its late answer is kept.
func TestExhibitsAgainstAnAgentThatIgnoresItsContext(t *testing.T) {
	eachExhibit(t, func(t *testing.T, x exhibit) {
		release := make(chan struct{})
		agentCtx := make(chan context.Context, 1)
		stuck := x.agent("stuck", func(ctx context.Context) (*executor.AgentResponse, error) {
			agentCtx <- ctx
			<-release
			return &executor.AgentResponse{AgentID: "stuck"}, nil
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := x.start(ctx, stuck)
		time.Sleep(10 * exhibitTimeout)
		cancel()
		time.Sleep(10 * exhibitTimeout)
		require.Error(t, (<-agentCtx).Err(), "the agent has been told")

		if x.name == "detached" {
			require.Len(t, done, 1, "detached does not wait")
			got := <-done
			require.EqualError(t, got.err, "agent stuck failed: context deadline exceeded")
			close(release)
			synctest.Wait()
			require.Empty(t, got.results, "the late answer is dropped")
			return
		}
		require.Empty(t, done, "the caller waits for the agent")
		close(release)
		got := <-done
		if x.name == "contextcheck" {
			require.EqualError(t, got.err, "agent stuck failed: context deadline exceeded", "the check after the call drops the answer")
			return
		}
		require.NoError(t, got.err)
		require.Equal(t, []string{"stuck"}, slices.Sorted(maps.Keys(got.results)), "the answer that was waited for is kept")
	})
}

// Nothing bounds how many goroutines detached leaves behind.
func TestDetachedLeavesOneMoreEachTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const calls = 50
		x := newExhibit(t, "detached")
		release := make(chan struct{})
		entered, left := make(chan struct{}, calls), make(chan struct{}, calls)
		for range calls {
			a := x.agent("stuck", func(context.Context) (*executor.AgentResponse, error) {
				entered <- struct{}{}
				<-release
				left <- struct{}{}
				return nil, nil
			})
			_, err := x.ExecuteParallel(t.Context(), "input", []*executor.Agent{a})
			require.ErrorIs(t, err, context.DeadlineExceeded)
		}
		require.Len(t, entered, calls)
		require.Empty(t, left)
		close(release)
		synctest.Wait()
		require.Len(t, left, calls)
	})
}

func TestExhibitsWithAContextThatIsDone(t *testing.T) {
	eachExhibit(t, func(t *testing.T, x exhibit) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		a := &executor.Agent{ID: "a"}
		if x.name != "contextcheck" { // only contextcheck checks the context before it calls the agent
			a = x.agent("a", x.answer("a", time.Second))
		}
		results, err := x.ExecuteParallel(ctx, "input", []*executor.Agent{a})
		synctest.Wait() // detached may return before its second goroutine calls the agent
		require.EqualError(t, err, "agent a failed: context canceled")
		require.Nil(t, results)
	})
}

func TestExhibitsRunToolsInOrder(t *testing.T) {
	eachExhibit(t, func(t *testing.T, x exhibit) {
		var ran []string
		tool := func(name string, err error) executor.Tool {
			return executor.Tool{Name: name, Handler: func(ctx context.Context, args string) (string, error) {
				ran = append(ran, name+args)
				time.Sleep(time.Second)
				deadline, ok := ctx.Deadline()
				if got, want := time.Until(deadline), exhibitTimeout-time.Duration(len(ran))*time.Second; !ok || got != want {
					t.Errorf("tool %s: got a deadline in %v, want the agent's own, in %v", name, got, want)
				}
				return "content of " + name, err
			}}
		}
		calls := []executor.ToolCall{{ID: "1", Name: "second", Args: "{1}"}, {ID: "2", Name: "missing"}, {ID: "3", Name: "first", Args: "{3}"}}
		results, err := x.ExecuteParallel(t.Context(), "input", []*executor.Agent{
			x.agent("a", x.answer("a", 0, calls...), tool("first", nil), tool("second", errExhibit)),
		})
		require.NoError(t, err, "a failed tool leaves the response")
		require.Equal(t, []string{"second{1}", "first{3}"}, ran)
		got := results["a"].ToolResults
		require.Len(t, got, 3)
		require.Equal(t, executor.ToolResult{CallID: "1", Name: "second", Content: "content of second", Err: errExhibit}, got[0])
		require.ErrorIs(t, got[1].Err, executor.ErrUnknownTool)
		require.EqualError(t, got[1].Err, `tool "missing" of agent a: unknown tool`)
		require.Equal(t, "2", got[1].CallID)
		require.Equal(t, executor.ToolResult{CallID: "3", Name: "first", Content: "content of first"}, got[2])
	})
}

// The first tool cancels the call. Only the original then runs the second tool.
func TestExhibitsAfterCancellationBetweenTools(t *testing.T) {
	eachExhibit(t, func(t *testing.T, x exhibit) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		cancelling := executor.Tool{Name: "cancelling", Handler: func(context.Context, string) (string, error) {
			cancel()
			return "done", nil
		}}
		next := executor.Tool{Name: "next", Handler: func(context.Context, string) (string, error) { return "ran", nil }}
		calls := []executor.ToolCall{{ID: "1", Name: "cancelling"}, {ID: "2", Name: "next"}}
		results, err := x.ExecuteParallel(ctx, "input", []*executor.Agent{x.agent("a", x.answer("a", 0, calls...), cancelling, next)})
		require.NoError(t, err)
		want := executor.ToolResult{CallID: "2", Name: "next", Err: context.Canceled}
		if x.name == "waitgroup" {
			want = executor.ToolResult{CallID: "2", Name: "next", Content: "ran"}
		}
		require.Equal(t, []executor.ToolResult{{CallID: "1", Name: "cancelling", Content: "done"}, want}, results["a"].ToolResults)
	})
}

// All four wait for a tool that ignores its context. detached does too, because it
// runs tools after its select.
func TestExhibitsAgainstAToolThatIgnoresItsContext(t *testing.T) {
	eachExhibit(t, func(t *testing.T, x exhibit) {
		release := make(chan struct{})
		hanging := executor.Tool{Name: "hanging", Handler: func(context.Context, string) (string, error) {
			<-release
			return "late", nil
		}}
		done := x.start(t.Context(), x.agent("a", x.answer("a", 0, executor.ToolCall{ID: "1", Name: "hanging"}), hanging))
		time.Sleep(10 * exhibitTimeout)
		require.Empty(t, done, "the caller waits for the tool")
		close(release)
		got := <-done
		require.NoError(t, got.err)
		require.Equal(t, "late", got.results["a"].ToolResults[0].Content)
	})
}

// dyingRunner crashes the process, because the exhibits recover no panic.
type dyingRunner string

func (r dyingRunner) ExecuteAgent(context.Context, *executor.Agent, string, []executor.Message) (*executor.AgentResponse, error) {
	if r == "panic" {
		panic(errExhibit)
	}
	return nil, nil
}

// The test runs itself as a child process for each exhibit and each fault.
func TestExhibitsDieOfOneAgent(t *testing.T) {
	const nameVar, faultVar = "EXHIBIT_TEST_NAME", "EXHIBIT_TEST_FAULT"
	if name := os.Getenv(nameVar); name != "" {
		spec, err := exhibits.Lookup(name)
		require.NoError(t, err)
		e, err := spec.New(executor.Config{Runner: dyingRunner(os.Getenv(faultVar)), AgentTimeout: time.Second})
		require.NoError(t, err)
		_, _ = e.ExecuteParallel(t.Context(), "input", []*executor.Agent{{ID: "a"}})
		// A panicking goroutine runs its deferred wg.Done before it ends the
		// process, so the call may return first. Wait for the crash.
		time.Sleep(10 * time.Second)
		return
	}
	for _, spec := range exhibits.Specs()[:4] {
		for fault, want := range map[string]string{"panic": "panic: no quota", "nil response": "nil pointer dereference"} {
			t.Run(spec.Name+"/"+fault, func(t *testing.T) {
				child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestExhibitsDieOfOneAgent$")
				child.Env = append(os.Environ(), nameVar+"="+spec.Name, faultVar+"="+fault)
				out, err := child.CombinedOutput()
				var exit *exec.ExitError
				require.True(t, errors.As(err, &exit), "got %v, want the child to die of the agent\n%s", err, out)
				require.Equal(t, 2, exit.ExitCode(), "the exit code of an uncaught panic\n%s", out)
				require.Contains(t, string(out), want)
			})
		}
	}
}

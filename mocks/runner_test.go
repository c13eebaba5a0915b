package mocks_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

func TestTools(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner, agent := mocks.NewFaultRunner(mocks.RecordAll), &executor.Agent{ID: "a", Name: "Agent A"}
		defer runner.Release()
		runner.Add(agent, mocks.Respond(0), mocks.ToolOK("ok", short), mocks.ToolFail("fail", short),
			mocks.ToolHang("hang"), mocks.ToolOK("cut", long))
		r, err := runner.ExecuteAgent(t.Context(), agent, "in", nil)
		require.NoError(t, err)
		require.Equal(t, "Agent A", r.AgentName)
		require.Equal(t, executor.ToolCall{ID: "call-2", Name: "fail", Args: "in"}, r.ToolCalls[1])
		ctx, cancel := context.WithTimeout(t.Context(), 3*short)
		defer cancel()
		var contents []string
		var errs []error
		for i, tool := range agent.Tools {
			require.Equal(t, r.ToolCalls[i].Name, tool.Name)
			content, err := tool.Handler(ctx, r.ToolCalls[i].Args)
			contents, errs = append(contents, content), append(errs, err)
		}
		require.Equal(t, []string{mocks.ToolContent("ok", "in"), "", "", ""}, contents)
		require.ErrorIs(t, errs[1], mocks.ErrFault)
		require.Equal(t, []error{nil, errs[1], context.DeadlineExceeded, context.DeadlineExceeded}, errs)
		run := runner.Runs("in")[0]
		began := run.StartAt
		require.Equal(t, []mocks.ToolRun{
			{Name: "ok", StartAt: began, EndAt: began.Add(short), Ended: true},
			{Name: "fail", StartAt: began.Add(short), EndAt: began.Add(2 * short), Ended: true},
			{Name: "hang", StartAt: began.Add(2 * short), EndAt: began.Add(3 * short), Ended: true},
			{Name: "cut", StartAt: began.Add(3 * short), EndAt: began.Add(3 * short), Ended: true, DoneAtStart: true},
		}, run.Tools)
	})
}

func TestToolsThatDoNotReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner, agent := mocks.NewFaultRunner(mocks.RecordAll), &executor.Agent{ID: "a"}
		runner.Add(agent, mocks.Respond(0), mocks.ToolHangIgnoring("hang"), mocks.ToolPanic("panic"), mocks.ToolGoexit("goexit"))
		_, err := runner.ExecuteAgent(t.Context(), agent, "in", nil)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var hung string
		ended := make(map[string]string)
		var mu sync.Mutex
		for _, tool := range agent.Tools {
			go func() {
				how := "goexit"
				defer func() {
					mu.Lock()
					defer mu.Unlock()
					if v := recover(); v != nil {
						how = "panic"
						require.ErrorIs(t, v.(error), mocks.ErrFault)
					}
					ended[tool.Name] = how
				}()
				hung, _ = tool.Handler(ctx, "in")
				how = "return"
			}()
		}
		synctest.Wait()
		mu.Lock()
		require.Equal(t, map[string]string{"panic": "panic", "goexit": "goexit"}, ended)
		mu.Unlock()
		for _, run := range runner.Runs("in")[0].Tools {
			require.Equal(t, run.Name != "hang", run.Ended, run.Name)
			require.True(t, run.DoneAtStart)
		}
		runner.Release()
		synctest.Wait()
		require.Equal(t, "return", ended["hang"])
		require.Equal(t, mocks.ToolContent("hang", "in"), hung)
	})
}

func TestUnusualAgents(t *testing.T) {
	runner := mocks.NewFaultRunner(mocks.RecordAll)
	_, err := runner.ExecuteAgent(t.Context(), &executor.Agent{ID: "stranger"}, "in", nil)
	require.ErrorContains(t, err, `"stranger": not an agent of this FaultRunner`)
	require.Panics(t, func() { runner.ExecuteAgent(t.Context(), nil, "in", nil) })
	require.Zero(t, runner.Counts())

	twins := []*executor.Agent{{ID: "a"}, {ID: "a"}, {}}
	runner.Add(twins[0], mocks.Respond(0))
	runner.Add(twins[1], mocks.Fail(0))
	runner.Add(twins[2], mocks.Fault{})
	for _, a := range twins {
		_, err := runner.ExecuteAgent(t.Context(), a, "in", nil)
		require.Equal(t, a == twins[1], err != nil)
	}
	runs := runner.Runs("in")
	require.Len(t, runs, 3)
	require.Same(t, twins[2], runs[2].Agent)
	require.Nil(t, runner.Runs("other"))
}

// A copy of an agent that was added is found, unless two agents have its ID.
func TestCopiedAgents(t *testing.T) {
	runner := mocks.NewFaultRunner(mocks.RecordAll)
	agent, twins := &executor.Agent{ID: "a", Name: "Agent A"}, []*executor.Agent{{ID: "b"}, {ID: "b"}}
	runner.Add(agent, mocks.Fail(0))
	runner.Add(agent, mocks.Respond(0), mocks.ToolOK("tool", 0))
	for _, b := range twins {
		runner.Add(b, mocks.Respond(0))
	}
	copied := *agent
	r, err := runner.ExecuteAgent(t.Context(), &copied, "in", nil)
	require.NoError(t, err)
	require.Equal(t, "Agent A", r.AgentName)
	_, err = copied.Tools[0].Handler(t.Context(), "in")
	require.NoError(t, err)
	twin := *twins[0]
	_, err = runner.ExecuteAgent(t.Context(), &twin, "in", nil)
	require.ErrorContains(t, err, `"b": not an agent of this FaultRunner`)
	_, err = runner.ExecuteAgent(t.Context(), twins[0], "in", nil)
	require.NoError(t, err)

	runs := runner.Runs("in")
	require.Len(t, runs, 2)
	require.Same(t, agent, runs[0].Agent, "the record names the agent that was added")
	require.Len(t, runs[0].Tools, 1)
	require.Same(t, twins[0], runs[1].Agent)
}

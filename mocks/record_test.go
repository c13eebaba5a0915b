package mocks_test

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// TestConcurrentRequests makes 100 requests of 5 agents at once.
func TestConcurrentRequests(t *testing.T) {
	const requests, agents = 100, 5
	for _, record := range []mocks.RecordMode{mocks.RecordAll, mocks.RecordCounts} {
		t.Run(string(record), func(t *testing.T) {
			runner := mocks.NewFaultRunner(record)
			var wg, started sync.WaitGroup
			started.Add(requests)
			for i := range requests {
				input := fmt.Sprint("request ", i)
				faults := []mocks.Fault{mocks.Respond(0), mocks.Fail(0), mocks.SlowDrip(2, time.Millisecond),
					mocks.LeakChild(mocks.Respond(0)), mocks.HangIgnoring()}
				for n, f := range faults {
					agent := &executor.Agent{ID: fmt.Sprint(n)}
					runner.Add(agent, f, mocks.ToolOK("tool", 0))
					wg.Go(func() {
						if f.IgnoresContext {
							started.Done()
						}
						r, _ := runner.ExecuteAgent(t.Context(), agent, input, nil)
						if r != nil {
							agent.Tools[0].Handler(t.Context(), r.ToolCalls[0].Args)
						}
						runner.Runs(input)
						runner.PeakOf(input)
						runner.Counts()
					})
				}
			}
			started.Wait()
			waitFor(t, "the hanging agents alone are left", func() bool {
				return runner.Counts() == mocks.Counts{Started: requests * agents, Running: requests, Peak: runner.Counts().Peak}
			})
			require.GreaterOrEqual(t, runner.Counts().Peak, requests)
			runner.Release()
			wg.Wait()
			require.Zero(t, runner.Counts().Running)
			for i := range requests {
				input := fmt.Sprint("request ", i)
				if record == mocks.RecordCounts {
					require.Nil(t, runner.Runs(input))
					require.Zero(t, runner.PeakOf(input))
					continue
				}
				require.Len(t, runner.Runs(input), agents)
				require.GreaterOrEqual(t, runner.PeakOf(input), 1)
				require.LessOrEqual(t, runner.PeakOf(input), agents)
				for _, run := range runner.Runs(input) {
					require.Equal(t, run.Outcome == mocks.Responded, len(run.Tools) == 1 && run.Tools[0].Ended)
				}
			}
		})
	}
}

func TestPeakOfCountsOneRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := mocks.NewFaultRunner(mocks.RecordAll)
		agent := &executor.Agent{ID: "a"}
		runner.Add(agent, mocks.HangIgnoring())
		for i := range 7 {
			start(t.Context(), runner, agent, []string{"x", "y"}[i%2])
		}
		synctest.Wait()
		runner.Release()
		synctest.Wait()
		for range 3 { // one after another, which is no new peak
			<-start(t.Context(), runner, agent, "x")
		}
		synctest.Wait()
		require.Equal(t, 4, runner.PeakOf("x"))
		require.Equal(t, 3, runner.PeakOf("y"))
		require.Equal(t, mocks.Counts{Started: 10, Peak: 7}, runner.Counts())
	})
}

// TestRecordCountsKeepsNothing counts live heap objects; RecordAll is the
// control that shows that keeping something would be seen.
func TestRecordCountsKeepsNothing(t *testing.T) {
	const calls = 5000
	kept := func(record mocks.RecordMode) int {
		runner, agent := mocks.NewFaultRunner(record), &executor.Agent{ID: "a"}
		runner.Add(agent, mocks.FlakyEvery(2, mocks.Fail(0), mocks.Respond(0)), mocks.ToolOK("tool", 0))
		call := func(i int) {
			input := fmt.Sprint(i)
			runner.ExecuteAgent(t.Context(), agent, input, nil)
			agent.Tools[0].Handler(t.Context(), input)
		}
		call(0)
		before := liveObjects()
		for i := range calls {
			call(i)
		}
		after := liveObjects()
		runtime.KeepAlive(runner)
		return after - before
	}
	require.Less(t, kept(mocks.RecordCounts), calls/20)
	require.Greater(t, kept(mocks.RecordAll), calls)
}

func liveObjects() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapObjects)
}

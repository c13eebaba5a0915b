package mocks_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// got is the end of a call as its caller sees it.
type got struct {
	resp   *executor.AgentResponse
	err    error
	panic  any
	goexit bool
	took   time.Duration
}

// start calls the agent in a goroutine that survives whatever the agent does.
func start(ctx context.Context, runner *mocks.FaultRunner, agent *executor.Agent, input string) <-chan got {
	done := make(chan got, 1)
	go func() {
		began := time.Now()
		g := got{goexit: true}
		defer func() {
			if v := recover(); v != nil {
				g.panic, g.goexit = v, false
			}
			g.took = time.Since(began)
			done <- g
		}()
		g.resp, g.err = runner.ExecuteAgent(ctx, agent, input, nil)
		g.goexit = false
	}()
	return done
}

const (
	short = time.Second
	long  = time.Hour
)

// faults has every constructor with a short and a long delay, and its
// outcome if nothing disturbs it. takes is how long that takes: zero for ever.
var faults = []struct {
	name        string
	short, long mocks.Fault
	outcome     string
	takes       time.Duration
}{
	{"respond", mocks.Respond(short), mocks.Respond(long), mocks.Responded, short},
	{"hang", mocks.Hang(), mocks.Hang(), "", 0},
	{"hang, ignoring the context", mocks.HangIgnoring(), mocks.HangIgnoring(), "", 0},
	{"spin", mocks.Busy(short), mocks.Busy(long), mocks.Responded, short},
	{"late", mocks.Late(short), mocks.Late(long), mocks.Responded, short},
	{"fail", mocks.Fail(short), mocks.Fail(long), mocks.Failed, short},
	{"fail wrapped", mocks.FailWrapped(short), mocks.FailWrapped(long), mocks.Failed, short},
	{"panic", mocks.PanicAfter(short), mocks.PanicAfter(long), mocks.Panicked, short},
	{"goexit", mocks.GoexitAfter(short), mocks.GoexitAfter(long), mocks.Exited, short},
	{"nil response", mocks.NilResponse(short), mocks.NilResponse(long), mocks.NilReturned, short},
	{"wrong ID", mocks.WrongID(short), mocks.WrongID(long), mocks.Responded, short},
	{"slow drip", mocks.SlowDrip(3, short), mocks.SlowDrip(3, long), mocks.Responded, 3 * short},
	{"flaky", mocks.FlakyEvery(1, mocks.Fail(short), mocks.Respond(0)), mocks.FlakyEvery(1, mocks.Late(long), mocks.Respond(0)), mocks.Failed, short},
	{"recover", mocks.RecoverAfter(1, mocks.Fail(short), mocks.Respond(0)), mocks.RecoverAfter(1, mocks.Hang(), mocks.Late(0)), mocks.Failed, short},
	{"leak a child", mocks.LeakChild(mocks.Respond(short)), mocks.LeakChild(mocks.HangIgnoring()), mocks.Responded, short},
	{"hold memory", mocks.HoldMemory(1<<16, mocks.Respond(short)), mocks.HoldMemory(1<<16, mocks.Hang()), mocks.Responded, short},
}

func TestFaultsEndByThemselves(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				runner, agent := mocks.NewFaultRunner(mocks.RecordAll), &executor.Agent{ID: "a"}
				defer runner.Release()
				runner.Add(agent, f.short)
				done := start(t.Context(), runner, agent, "in")
				time.Sleep(10 * short)
				synctest.Wait()
				run := runner.Runs("in")[0]
				require.Equal(t, f.short.Name, run.Fault)
				require.Equal(t, f.outcome, run.Outcome)
				require.Equal(t, f.takes > 0, run.Ended, "ended by itself")
				if !run.Ended {
					return
				}
				require.Equal(t, f.takes, run.EndAt.Sub(run.StartAt))
				require.False(t, run.CtxDone)
				checkOutcome(t, <-done, run)
			})
		})
	}
}

// checkOutcome compares the record with what the caller saw.
func checkOutcome(t *testing.T, g got, run mocks.Run) {
	t.Helper()
	own := mocks.AgentFault{AgentID: "a", Request: "in"}
	switch run.Outcome {
	case mocks.Responded:
		require.NoError(t, g.err)
		require.Equal(t, mocks.Content("a", "in"), g.resp.Content)
	case mocks.Failed:
		require.ErrorIs(t, g.err, own)
		require.ErrorIs(t, g.err, mocks.ErrFault)
		require.NotErrorIs(t, g.err, mocks.AgentFault{AgentID: "a", Request: "other"})
		require.Equal(t, g.err, run.Err)
	case mocks.Panicked:
		require.Equal(t, own, g.panic)
		require.Equal(t, own, run.Err)
	case mocks.Exited:
		require.True(t, g.goexit)
	case mocks.NilReturned:
		require.Nil(t, g.resp)
		require.NoError(t, g.err)
	}
}

func TestFaultAndContext(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				runner, agent := mocks.NewFaultRunner(mocks.RecordAll), &executor.Agent{ID: "a"}
				defer runner.Release()
				runner.Add(agent, f.long)
				ctx, cancel := context.WithCancel(t.Context())
				done := start(ctx, runner, agent, "in")
				time.Sleep(short)
				synctest.Wait()
				require.False(t, runner.Runs("in")[0].CtxDone)
				cancel()
				synctest.Wait()
				run := runner.Runs("in")[0]
				require.True(t, run.CtxDone)
				if f.name == "recover" { // the bad fault honours its context, the good one ignores it
					require.True(t, run.IgnoresContext)
					require.True(t, run.Ended)
					return
				}
				require.Equal(t, run.IgnoresContext, !run.Ended, "%s: IgnoresContext and outliving the context", run.Fault)
				if run.Ended {
					require.Equal(t, context.Canceled, (<-done).err)
				}
			})
		})
	}
}

func TestReleaseEndsEveryFault(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				runner, agent := mocks.NewFaultRunner(mocks.RecordAll), &executor.Agent{ID: "a"}
				runner.Add(agent, f.long)
				done := start(t.Context(), runner, agent, "in")
				time.Sleep(short)
				synctest.Wait()
				require.Equal(t, 1, runner.Counts().Running)
				released := time.Now()
				runner.Release()
				runner.Release()
				g := <-done
				require.Zero(t, time.Since(released))
				require.NoError(t, g.err)
				require.NotNil(t, g.resp)
				require.Zero(t, runner.Counts().Running)

				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				require.NotNil(t, (<-start(ctx, runner, agent, "again")).resp)
				require.Zero(t, time.Since(released), "a call after Release returns at once")
			})
		})
	}
}

func TestFailContext(t *testing.T) {
	runner, agent := mocks.NewFaultRunner(mocks.RecordAll), &executor.Agent{ID: "a"}
	runner.Add(agent, mocks.FailContext())
	_, err := runner.ExecuteAgent(t.Context(), agent, "in", nil)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorIs(t, err, mocks.AgentFault{AgentID: "a", Request: "in"})
	require.False(t, runner.Runs("in")[0].CtxDone)
}

func TestWrongID(t *testing.T) {
	runner, agent := mocks.NewFaultRunner(""), &executor.Agent{ID: "a"}
	runner.Add(agent, mocks.WrongID(0))
	r, err := runner.ExecuteAgent(t.Context(), agent, "in", nil)
	require.NoError(t, err)
	require.Equal(t, "not-a", r.AgentID)
}

func TestFlakyAndRecoverCountPerAgent(t *testing.T) {
	bad, good := mocks.Fail(0), mocks.Respond(0)
	for _, c := range []struct {
		fault mocks.Fault
		want  []bool // fails
	}{
		{mocks.FlakyEvery(3, bad, good), []bool{false, false, true, false, false, true}},
		{mocks.FlakyEvery(0, bad, good), []bool{true, true, true, true, true, true}},
		{mocks.RecoverAfter(2, bad, good), []bool{true, true, false, false, false, false}},
		{mocks.RecoverAfter(0, bad, good), []bool{false, false, false, false, false, false}},
	} {
		t.Run(c.fault.Name, func(t *testing.T) {
			runner := mocks.NewFaultRunner(mocks.RecordCounts)
			agents := []*executor.Agent{{ID: "a"}, {ID: "a"}}
			for _, a := range agents {
				runner.Add(a, c.fault)
			}
			for i, want := range c.want {
				for n, a := range agents {
					_, err := runner.ExecuteAgent(t.Context(), a, "in", nil)
					require.Equal(t, want, errors.Is(err, mocks.ErrFault), "agent %d, call %d", n, i+1)
				}
			}
		})
	}
}

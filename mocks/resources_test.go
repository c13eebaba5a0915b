package mocks_test

import (
	"bytes"
	"context"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// stacks is the goroutine profile as text.
func stacks(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, pprof.Lookup("goroutine").WriteTo(&b, 1))
	return b.String()
}

// waitFor polls, because nothing announces that a goroutine blocks in the kernel.
func waitFor(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !cond(); time.Sleep(time.Millisecond) {
		require.True(t, time.Now().Before(deadline), what)
	}
}

func TestResourceFaults(t *testing.T) {
	for _, c := range []struct {
		fault mocks.Fault
		frame string
	}{
		{mocks.HangSyscall(), "mocks.hangSyscall"},
		{mocks.HangSocket(), "mocks.hangSocket"},
		{mocks.HangIgnoring(), "mocks.hangIgnoring"},
		{mocks.Hang(), "mocks.hang"},
		{mocks.Late(time.Hour), "mocks.late"},
		{mocks.Busy(time.Hour), "mocks.busy"},
		{mocks.LeakChild(mocks.HangIgnoring()), "mocks.leakedChild"},
	} {
		t.Run(c.fault.Name, func(t *testing.T) {
			runner, agent := mocks.NewFaultRunner(mocks.RecordAll), &executor.Agent{ID: "a"}
			defer runner.Release()
			runner.Add(agent, c.fault)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			done := []<-chan got{start(ctx, runner, agent, "in"), start(ctx, runner, agent, "in")}
			waitFor(t, "no goroutine in "+c.frame, func() bool { return runner.Counts().Running == 2 && strings.Contains(stacks(t), c.frame+"+") })
			if !c.fault.IgnoresContext {
				return
			}
			cancel()
			for _, run := range runner.Runs("in") {
				require.False(t, run.Ended)
				require.True(t, run.CtxDone)
			}
			runner.Release()
			for _, d := range done {
				g := <-d
				require.NoError(t, g.err)
				require.Equal(t, mocks.Content("a", "in"), g.resp.Content)
			}
		})
	}
}

func TestResourceFaultsManyAtOnce(t *testing.T) {
	runner := mocks.NewFaultRunner(mocks.RecordCounts)
	defer runner.Release()
	var done []<-chan got
	for i := range 60 {
		agent := &executor.Agent{ID: "a"}
		runner.Add(agent, []mocks.Fault{mocks.HangSyscall(), mocks.HangSocket(), mocks.LeakChild(mocks.HangIgnoring())}[i%3])
		done = append(done, start(t.Context(), runner, agent, "in"))
	}
	runner.Release() // while some have begun to block and some have not begun
	for _, d := range done {
		g := <-d
		require.NoError(t, g.err)
		require.NotNil(t, g.resp)
	}
}

func TestReleaseWaitsForChildren(t *testing.T) {
	const children = 1000
	runner, agent := mocks.NewFaultRunner(mocks.RecordCounts), &executor.Agent{ID: "a"}
	runner.Add(agent, mocks.LeakChild(mocks.Respond(0)))
	for range children {
		runner.ExecuteAgent(t.Context(), agent, "in", nil)
	}
	before := runtime.NumGoroutine()
	runner.Release()
	// A few goroutines may still be on their way to the end.
	require.Less(t, runtime.NumGoroutine(), before-children/2)
}

func TestForeverIsKnownOfWhatHoldsIt(t *testing.T) {
	hang, fine := mocks.HangForever(), mocks.Respond(0)
	for _, f := range []mocks.Fault{
		hang, mocks.LeakChild(hang), mocks.HoldMemory(1, hang),
		mocks.FlakyEvery(2, hang, fine), mocks.FlakyEvery(2, fine, hang), mocks.RecoverAfter(1, hang, fine),
	} {
		require.True(t, f.Forever && f.IgnoresContext, f.Name)
	}
	require.False(t, mocks.LeakChild(mocks.HangIgnoring()).Forever)
}

func TestWireIsKnownOfWhatIsComposedOfIt(t *testing.T) {
	wire, fine := mocks.OnWire(mocks.WireReset), mocks.Respond(0)
	for _, f := range []mocks.Fault{
		wire, mocks.LeakChild(wire), mocks.HoldMemory(1, wire),
		mocks.FlakyEvery(2, wire, fine), mocks.FlakyEvery(2, fine, wire), mocks.RecoverAfter(1, wire, mocks.OnWire()),
	} {
		require.Equal(t, "reset", f.Wire, f.Name)
	}
	require.Empty(t, mocks.HoldMemory(1, mocks.FlakyEvery(2, mocks.Hang(), fine)).Wire)
}

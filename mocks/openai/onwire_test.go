package openai_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/openai"
)

// The record of a FaultRunner has each attempt, and Release ends calls that hang.
func TestOnWire(t *testing.T) {
	_, runner := setup(t, openai.Config{}, 2)
	faults := mocks.NewFaultRunner(mocks.RecordAll)
	agents := map[string]*executor.Agent{}
	for id, f := range map[string]mocks.Fault{
		"retried": mocks.OnWire(mocks.WireTooManyRequests.For(time.Millisecond), mocks.WireOK),
		"failed":  mocks.OnWire(mocks.WireTruncatedJSON),
		"hangs":   mocks.OnWireIgnoring(mocks.WireHangInBody),
	} {
		agents[id] = &executor.Agent{ID: id}
		faults.Add(agents[id], f)
	}
	_, err := faults.ExecuteAgent(t.Context(), agents["failed"], "in", nil)
	require.ErrorContains(t, err, "FaultRunner.Connect")
	faults.Connect(runner)

	r, err := faults.ExecuteAgent(t.Context(), agents["retried"], "in", nil)
	require.NoError(t, err)
	require.Equal(t, mocks.Content("retried", "in"), r.Content)
	_, err = faults.ExecuteAgent(t.Context(), agents["failed"], "in", nil)
	require.ErrorIs(t, err, mocks.AgentFault{AgentID: "failed", Request: "in"})

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = faults.ExecuteAgent(gone, agents["retried"], "gone", nil)
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, mocks.ErrFault, "the end of the context is not the agent's fault")

	done := make(chan error, 1)
	go func() {
		_, err := faults.ExecuteAgent(gone, agents["hangs"], "in", nil)
		done <- err
	}()
	eventually(t, func() bool { return runner.Use().Bodies == 1 })
	faults.Release()
	require.NoError(t, <-done)
	attempts := map[string]int{}
	for _, run := range faults.Runs("in") {
		require.True(t, run.Ended)
		attempts[run.Agent.ID] += len(run.Attempts)
	}
	require.Equal(t, map[string]int{"retried": 2, "failed": 1, "hangs": 1}, attempts)
}

package mocks_test

import (
	"context"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

func withLabels(f func(context.Context)) {
	pprof.Do(context.Background(), pprof.Labels("executor", "loop", "scenario", "labels"), f)
}

// allLabels is how the text form of a profile prints the three.
const allLabels = `{"agent":"a", "executor":"loop", "scenario":"labels"}`

func TestLabels(t *testing.T) {
	runner, agent := mocks.NewFaultRunner(mocks.RecordAll), &executor.Agent{ID: "a"}
	runner.Add(agent, mocks.LeakChild(mocks.HangIgnoring()), mocks.ToolHangIgnoring("tool"))
	var wg sync.WaitGroup
	withLabels(func(ctx context.Context) {
		wg.Go(func() { runner.ExecuteAgent(ctx, agent, "in", nil) })
		wg.Go(func() { agent.Tools[0].Handler(ctx, "in") })
	})
	labelsOf := func(frame string) string {
		for _, block := range strings.Split(stacks(t), "\n\n") {
			if strings.Contains(block, frame) {
				_, labels, _ := strings.Cut(block, "# labels: ")
				labels, _, _ = strings.Cut(labels, "\n")
				return labels
			}
		}
		return "no goroutine in " + frame
	}
	for _, frame := range []string{"mocks.(*FaultRunner).ExecuteAgent", "mocks.(*FaultRunner).runTool", "mocks.leakedChild"} {
		waitFor(t, "all labels on "+frame, func() bool { return labelsOf(frame) == allLabels })
	}
	runner.Release()
	wg.Wait()
}

func TestLabelsAreGivenBack(t *testing.T) {
	runner, agent := mocks.NewFaultRunner(mocks.RecordAll), &executor.Agent{ID: "a"}
	runner.Add(agent, mocks.Respond(0), mocks.ToolOK("tool", 0))
	own := func() bool { // this goroutine has the two labels of withLabels and no other
		return strings.Contains(stacks(t), `labels: {"executor":"loop", "scenario":"labels"}`)
	}
	withLabels(func(labelled context.Context) {
		for _, ctx := range []context.Context{labelled, context.Background()} {
			runner.ExecuteAgent(ctx, agent, "in", nil)
			require.True(t, own())
			agent.Tools[0].Handler(ctx, "in")
			require.True(t, own())
		}
	})
}

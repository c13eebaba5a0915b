package mocks_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

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

// What a process of its own leaves behind is said in leakChildEnv: an agent with
// a release whose runner is dropped, or one that hangs for ever.
const (
	leakChildEnv = "WATERTIGHT_MOCKS_LEAK"
	dropped      = "dropped"
	forever      = "forever"
)

// leakAndProfile is a process of its own. It leaves a goroutine in an agent that
// does fault, and prints the leak profile once it has frame in it: of a runner that
// is out of reach, or where it is held one that has been released.
func leakAndProfile(fault mocks.Fault, frame string, held bool) int {
	profile := pprof.Lookup("goroutineleak")
	if profile == nil {
		fmt.Println("no leak profile")
		return 0
	}
	runners := make(chan *mocks.FaultRunner, 1)
	go withLabels(func(ctx context.Context) {
		runner, agent := mocks.NewFaultRunner(mocks.RecordAll), &executor.Agent{ID: "a"}
		runner.Add(agent, fault)
		runners <- runner
		runner.ExecuteAgent(ctx, agent, "in", nil)
	})
	runner := <-runners
	if held {
		for range 1000 { // what is released before it gets there answers
			var b bytes.Buffer
			if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
				fmt.Println(err)
				return 1
			}
			if strings.Contains(b.String(), frame) {
				break
			}
			time.Sleep(time.Millisecond)
		}
		runner.Release()
		defer runtime.KeepAlive(runner)
	}
	for range 1000 { // until it has got as far as the channel
		var b bytes.Buffer
		if err := profile.WriteTo(&b, 1); err != nil {
			fmt.Println(err)
			return 1
		}
		if strings.Contains(b.String(), frame) {
			fmt.Println(b.String())
			return 0
		}
		time.Sleep(time.Millisecond)
	}
	fmt.Println("not proven")
	return 1
}

// What has a release is proven to be stuck where the runner was dropped, HangForever
// also where the runner is held and has been released.
func TestLabelsInLeakProfile(t *testing.T) {
	for mode, frame := range map[string]string{dropped: "mocks.hangIgnoring", forever: "mocks.hangForever"} {
		t.Run(mode, func(t *testing.T) {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), leakChildEnv+"="+mode)
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, "%s", out)
			if strings.Contains(string(out), "no leak profile") {
				t.Skip("this Go has no leak profile")
			}
			require.Contains(t, string(out), allLabels)
			require.Contains(t, string(out), frame)
		})
	}
}

package mocks_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// leakChildEnv tells a child process of this test what to leave behind:
//
//	dropped  an agent that hangs until Release, of a FaultRunner that is unreachable
//	forever  an agent that hangs for ever, of a FaultRunner that is reachable and released
const (
	leakChildEnv = "WATERTIGHT_MOCKS_LEAK"
	dropped      = "dropped"
	forever      = "forever"
)

// The garbage collector proves both to be leaked.
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

// leakChild is the child process. It prints the leak profile and returns the exit
// code.
func leakChild(mode string) int {
	text, err := leakAndProfile(mode)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println(text)
	return 0
}

func leakAndProfile(mode string) (string, error) {
	profile := pprof.Lookup("goroutineleak")
	if profile == nil {
		return "no leak profile", nil
	}
	fault, frame := mocks.HangIgnoring(), "mocks.hangIgnoring"
	if mode == forever {
		fault, frame = mocks.HangForever(), "mocks.hangForever"
	}
	runners := make(chan *mocks.FaultRunner, 1)
	go withLabels(func(ctx context.Context) {
		runner, agent := mocks.NewFaultRunner(mocks.RecordAll), &executor.Agent{ID: "a"}
		runner.Add(agent, fault)
		runners <- runner
		runner.ExecuteAgent(ctx, agent, "in", nil)
	})
	runner := <-runners
	if mode == forever {
		// After Release the agent would answer, so it must hang before.
		if _, err := waitForFrame(pprof.Lookup("goroutine"), frame); err != nil {
			return "", err
		}
		runner.Release()
		defer runtime.KeepAlive(runner)
	}
	return waitForFrame(profile, frame)
}

// waitForFrame writes the profile again and again until it has the frame.
func waitForFrame(profile *pprof.Profile, frame string) (string, error) {
	for range 1000 {
		var b bytes.Buffer
		if err := profile.WriteTo(&b, 1); err != nil {
			return "", err
		}
		if strings.Contains(b.String(), frame) {
			return b.String(), nil
		}
		time.Sleep(time.Millisecond)
	}
	return "", errors.New("no frame of " + frame + " in the " + profile.Name() + " profile")
}

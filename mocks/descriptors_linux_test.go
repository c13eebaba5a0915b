package mocks_test

import (
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

func descriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	return len(entries)
}

func TestResourceFaultsGiveDescriptorsBack(t *testing.T) {
	for _, f := range []mocks.Fault{mocks.HangSyscall(), mocks.HangSocket()} {
		t.Run(f.Name, func(t *testing.T) {
			round := func() {
				runner, agent := mocks.NewFaultRunner(mocks.RecordCounts), &executor.Agent{ID: "a"}
				runner.Add(agent, f)
				before := descriptors(t)
				var done []<-chan got
				for range 10 {
					done = append(done, start(t.Context(), runner, agent, "in"))
				}
				waitFor(t, "no descriptor in use", func() bool { return descriptors(t) >= before+2 })
				runner.Release()
				for _, d := range done {
					require.NoError(t, (<-d).err)
				}
			}
			round() // opens the poller's own descriptors
			before := descriptors(t)
			round()
			require.Equal(t, before, descriptors(t))
		})
	}
}

func TestResourceFaultsOutOfDescriptors(t *testing.T) {
	var old syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &old))
	defer func() { require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &old)) }()
	warm, err := os.Open(os.DevNull)
	require.NoError(t, err)
	lowest := uint64(warm.Fd())
	warm.Close()
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: lowest, Max: old.Max}))
	for _, f := range []mocks.Fault{mocks.HangSyscall(), mocks.HangSocket()} {
		runner, agent := mocks.NewFaultRunner(mocks.RecordAll), &executor.Agent{ID: "a"}
		runner.Add(agent, f)
		_, err := runner.ExecuteAgent(t.Context(), agent, "in", nil)
		require.ErrorIs(t, err, syscall.EMFILE)
		require.ErrorContains(t, err, f.Name)
		require.Equal(t, mocks.Failed, runner.Runs("in")[0].Outcome)
		runner.Release()
	}
}

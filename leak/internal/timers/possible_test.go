package timers

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime/pprof"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/require"
	"github.com/watertight-go/watertight/leak/internal/stack"
)

const aloneVar = "WATERTIGHT_TIMERS_ALONE"

// A dump in one of these states may end the process, so none is made: with a goroutine
// that is marked as leaked, and with one in a system call.
func TestNoDumpWhereItMayCrash(t *testing.T) {
	if os.Getenv(aloneVar) == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), aloneVar+"=1")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return
	}
	_, err := Of(nil)
	require.NoError(t, err)
	inCall, stop := sleepingProgram(t)
	require.Eventually(t, inCall, 10*time.Second, time.Millisecond)
	_, err = Of(nil)
	require.True(t, errors.Is(err, errSyscall), "%v", err)
	stop()
	profile := pprof.Lookup("goroutineleak")
	if profile == nil {
		return
	}
	func() { go func() { <-make(chan int) }() }()
	require.Eventually(t, func() bool { return profile.WriteTo(io.Discard, 0) == nil && profile.Count() > 0 }, 10*time.Second, time.Millisecond)
	_, err = Of(nil)
	require.True(t, errors.Is(err, errLeaked), "%v", err)
}

// sleepingProgram starts a program that a goroutine waits for in a system call.
func sleepingProgram(t *testing.T) (inCall func() bool, stop func()) {
	cmd := exec.Command("sleep", "60")
	require.NoError(t, cmd.Start())
	ids, ended := make(chan uint64), make(chan error)
	go func() {
		self, _ := dump.Self()
		ids <- self.ID
		ended <- cmd.Wait()
	}()
	id := <-ids
	inCall = func() bool {
		for r := range stack.Records(dump.All()) {
			if h, err := stack.ParseHeader(r.Head); err == nil && h.ID == id {
				return h.State == "syscall"
			}
		}
		return false
	}
	return inCall, func() {
		cmd.Process.Kill()
		<-ended
	}
}

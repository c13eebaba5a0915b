package suite

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/child/childtest"
)

// The time of checks does not count against the time-out, that of tests does, and the
// rest of the packages runs. A test that prints much costs no memory.
func TestTimeout(t *testing.T) {
	o := Options{Packages: []string{"./waits", "./hangs", "./hangsinit"}, Flags: []string{"-timeout=3s"}}
	o.Settle, o.Confirm = 2*time.Second, -1
	obs := runModule(t, "slow", o)
	require.Equal(t, map[string]string{
		"example.com/slow/waits TestLeak":     "pass leaks",
		"example.com/slow/waits TestLeakMore": "pass leaks",
		"example.com/slow/waits TestLoud":     "pass",
		"example.com/slow/hangs":              "error",
		"example.com/slow/hangs TestBefore":   "pass",
		"example.com/slow/hangs TestHangs":    "not ended",
		"example.com/slow/hangs TestAfter":    "not run unchecked",
		"example.com/slow/hangsinit":          "error",
		"example.com/slow/hangsinit TestX":    "not run unchecked",
	}, outcomes(obs))
	for _, p := range obs.Packages {
		switch p.Path {
		case "example.com/slow/hangs":
			require.Contains(t, p.Error, "test timed out after 3s")
			require.Contains(t, p.Tests[2].Error, "-timeout", p.Tests[2].Name)
		case "example.com/slow/hangsinit":
			require.Contains(t, p.Error, "killed, since it did not end")
		}
	}
}

// What hangs where no test runs is ended, and so is what holds the output of a binary that
// has ended. The other packages run.
func TestHangs(t *testing.T) {
	want := map[string]string{
		"example.com/slow/atend":       "error",
		"example.com/slow/atend TestX": "pass",
		"example.com/slow/holds TestX": "pass leaks",
		"example.com/slow/fine TestX":  "pass",
	}
	packages := []string{"./atend", "./holds", "./fine"}
	if runtime.GOOS == "linux" { // elsewhere these cannot be found
		packages = append(packages, "./early", "./apart", "./crashes")
		want["example.com/slow/early"] = "error"
		want["example.com/slow/crashes"] = "error"
		want["example.com/slow/apart TestX"] = "pass"
	}
	var progress bytes.Buffer
	obs, err := Run(t.Context(), Options{Dir: module(t, "slow"), Packages: packages, Flags: []string{"-timeout=1s"}, Settle: 100 * time.Millisecond, Confirm: -1}, &progress)
	require.NoError(t, err)
	require.False(t, obs.Interrupted)
	require.Equal(t, want, outcomes(obs))
	for _, p := range obs.Packages {
		if p.Error != "" {
			require.Contains(t, p.Error, "killed, since it did not end", p.Path)
			require.Equal(t, p.Path == "example.com/slow/crashes", strings.HasSuffix(p.Error, ": panic: not today"), p.Error)
		}
	}
	require.Contains(t, progress.String(), "example.com/slow/holds: processes that its tests have left held their output open for 5s, and were ended\n")
}

// await waits for the test that notes two processes. The build before it may take long.
func await(t *testing.T, file string) []int {
	childtest.Until(t, 10*time.Minute, func() bool {
		_, err := os.Stat(file)
		return err == nil
	})
	return childtest.Await(t, file, 2)
}

// As soon as ctx ends the tests are ended, also those that ignore signals, and what they
// have started. What was seen until then is there.
func TestInterrupted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pids")
	t.Setenv("NOTE", file)
	t.Setenv("TMPDIR", t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	pids := make(chan []int, 1)
	go func() {
		defer cancel()
		pids <- await(t, file)
	}()
	obs, err := Run(ctx, Options{Dir: module(t, "slow"), Packages: []string{"./interrupt"}}, io.Discard)
	require.NoError(t, err)
	require.True(t, obs.Interrupted)
	require.Equal(t, map[string]string{
		"example.com/slow/interrupt TestQuick": "pass",
		"example.com/slow/interrupt TestWaits": "not ended",
	}, outcomes(obs))
	childtest.Gone(t, time.Minute, <-pids...)
	left, err := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "*"))
	require.NoError(t, err)
	require.Empty(t, left, "temporary folders")
}

// moduleVariable makes this test binary run the tests of the module in a folder.
const moduleVariable = "SUITE_TEST_MODULE"

func runOfVariable() {
	if dir, ok := os.LookupEnv(moduleVariable); ok {
		_, err := Run(context.Background(), Options{Dir: dir, Packages: []string{"./interrupt"}}, io.Discard)
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
}

// Where the driver is killed, its processes and its folder go, and the module is as it
// was.
func TestKilled(t *testing.T) {
	requireNothingLeft(t, func(*exec.Cmd) {}, func(driver *exec.Cmd) { require.NoError(t, driver.Process.Kill()) })
}

// requireNothingLeft starts a driver in a process of its own, which prepare can change
// before, and calls kill once a test waits in it.
func requireNothingLeft(t *testing.T, prepare, kill func(driver *exec.Cmd)) {
	t.Helper()
	file, dir, temp := filepath.Join(t.TempDir(), "pids"), module(t, "slow"), t.TempDir()
	before := hash(t, dir)
	driver := exec.Command(os.Args[0])
	prepare(driver)
	driver.Env = append(os.Environ(), moduleVariable+"="+dir, "NOTE="+file, "TMPDIR="+temp)
	require.NoError(t, driver.Start())
	pids := await(t, file)
	kill(driver)
	_ = driver.Wait()
	childtest.Gone(t, time.Minute, pids...)
	require.Eventually(t, func() bool {
		left, err := filepath.Glob(filepath.Join(temp, "*"))
		return err == nil && len(left) == 0
	}, time.Minute, 10*time.Millisecond, "temporary folders")
	require.Equal(t, before, hash(t, dir))
}

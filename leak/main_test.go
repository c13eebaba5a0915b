package leak_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"

	"github.com/watertight-go/watertight/leak"
)

// childVar names what a child process is to do: this test binary, run for one
// test that fails, panics or leaks on purpose.
const childVar = "WATERTIGHT_LEAK_CHILD"

func TestMain(m *testing.M) {
	if strings.HasPrefix(os.Getenv(childVar), "verify") {
		leak.VerifyTestMain(m)
	}
	os.Exit(m.Run())
}

// inChild reports whether this process is the child that is to do so.
func inChild(what string) bool { return os.Getenv(childVar) == what }

// child runs one test in a child process and returns what it printed and its
// exit code.
func child(t *testing.T, test, what string, args ...string) (output string, code int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{"-test.run=^" + test + "$", "-test.v", "-test.timeout=2m"}, args...)...)
	cmd.Env = append(os.Environ(), childVar+"="+what)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Errorf("run %s in a child: %v", test, err)
		return string(out), -1
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// apart reports whether this is a child process in which the test has the heap,
// the descriptors and the timers to itself. Elsewhere it runs the test in one,
// beside other such tests, since most of them wait most of the time.
func apart(t *testing.T) bool {
	t.Helper()
	if inChild("apart") {
		return true
	}
	t.Parallel()
	out, code := child(t, t.Name(), "apart", sameCPU())
	require.Zero(t, code, out)
	require.Contains(t, out, "--- PASS: "+t.Name())
	return false
}

// goIn is sync.WaitGroup.Go, which there is since Go 1.25.
func goIn(g *sync.WaitGroup, f func()) {
	g.Add(1)
	go func() {
		defer g.Done()
		f()
	}()
}

// sameCPU gives a child the number of processors that -test.cpu says.
func sameCPU() string { return fmt.Sprintf("-test.cpu=%d", runtime.GOMAXPROCS(0)) }

// atOnce is how many children of one test run at the same time.
const atOnce = 6

// eachApart is apart for the subtests of a test, each in a child of its own.
func eachApart(t *testing.T, names []string) bool {
	t.Helper()
	if inChild("apart") {
		return true
	}
	t.Parallel()
	outs, codes := make([]string, len(names)), make([]int, len(names))
	var all sync.WaitGroup
	turn := make(chan bool, atOnce)
	for i, name := range names {
		goIn(&all, func() {
			turn <- true
			defer func() { <-turn }()
			outs[i], codes[i] = child(t, t.Name()+"$/^"+strings.ReplaceAll(name, " ", "_"), "apart", sameCPU())
		})
	}
	all.Wait()
	for i, name := range names {
		t.Run(name, func(t *testing.T) {
			require.Zero(t, codes[i], outs[i])
			require.Contains(t, outs[i], "--- PASS: "+t.Name())
		})
	}
	return false
}

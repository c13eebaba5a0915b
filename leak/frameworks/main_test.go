package frameworks

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// suiteVar names the suite that this process is to run. The suites fail on purpose, so they
// run in child processes alone.
const suiteVar = "WATERTIGHT_FRAMEWORKS_SUITE"

// isSuite skips the test unless this process is to run the suite.
func isSuite(t testing.TB) {
	t.Helper()
	if os.Getenv(suiteVar) == "" {
		t.Skip("part of a suite that runs in a child process")
	}
}

// runSuite runs a test function, and returns what the process printed and its exit code.
func runSuite(t *testing.T, function string, args ...string) (printed string, code int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{"-test.run=^" + function + "$", "-test.v", "-test.timeout=2m"}, args...)...)
	cmd.Env = append(os.Environ(), suiteVar+"="+function)
	out, err := cmd.CombinedOutput()
	require.NotNil(t, cmd.ProcessState, "run %s: %v", function, err)
	return string(out), cmd.ProcessState.ExitCode()
}

// requireResults checks which tests of package testing have failed and which passed, and that
// there is one report of a leak for each that failed.
func requireResults(t *testing.T, function string, passed, failed []string, args ...string) string {
	t.Helper()
	out, code := runSuite(t, function, args...)
	require.Equal(t, 1, code, out)
	for _, name := range passed {
		require.Contains(t, out, "--- PASS: "+name+" (", out)
	}
	for _, name := range failed {
		require.Contains(t, out, "--- FAIL: "+name+" (", out)
	}
	require.Equal(t, len(failed), strings.Count(out, "goroutine left behind"), out)
	return out
}

// startLeak leaves a goroutine that can be proven to be stuck.
func startLeak() {
	c := make(chan int)
	go func() { c <- 1 }()
}

// work starts a goroutine and waits for it.
func work() {
	done := make(chan bool)
	go func() { close(done) }()
	<-done
}

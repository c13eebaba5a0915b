package leak_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

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
	if err != nil {
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

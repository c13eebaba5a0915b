package child

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTestArgs(t *testing.T) {
	got := TestArgs([]string{
		"-test.coverprofile=c.out", "--test.run=Other", "-test.count", "5", "-test.paniconexit0", "-test.v", "-mine=1", "-test.timeout", "3s", "rest", "-test.v",
	}, "TestX/a b(c)")
	require.Equal(t, []string{`-test.run=^TestX$/^a b\(c\)$`, "-test.count=1", "-test.timeout=0"}, got[:3])
	if testing.Short() {
		got = got[1:]
	}
	require.Equal(t, []string{"-mine=1", "rest", "-test.v"}, got[4:])
}

func TestRaceSettings(t *testing.T) {
	t.Setenv("GORACE", "log_path=x")
	require.Equal(t, "GORACE=log_path=x log_path=stderr halt_on_error=0 exitcode=1", RaceSettings("exitcode=1"))
}

func TestExecFlag(t *testing.T) {
	for _, args := range [][]string{{"test", "-exec", "sudo"}, {"test", "--exec=env A=1"}, {"-v", "-exec=x", "-args", "y"}} {
		require.NotEmpty(t, execFlag(args), args)
	}
	for _, args := range [][]string{nil, {"test", "./..."}, {"test", "-args", "-exec", "x"}, {"test", "-run", "exec"}} {
		require.Empty(t, execFlag(args), args)
	}
}

func TestParentAndArguments(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("no /proc here")
	}
	require.Equal(t, os.Getppid(), parentOf(os.Getpid()))
	require.Equal(t, os.Args, argsOf(os.Getpid()))
}

package leak_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"
)

// strangerMod is the go.mod of a project that uses nothing but this module.
const strangerMod = `module example.com/stranger

go 1.24

require github.com/watertight-go/watertight/leak v0.0.0

replace github.com/watertight-go/watertight/leak => `

const strangerTests = `package stranger

import (
	"testing"

	"github.com/watertight-go/watertight/leak"
)

var reachable = make(chan int)

func TestClean(t *testing.T) {
	leak.Check(t)
	done := make(chan bool)
	go close(done)
	<-done
}

func TestLeaks(t *testing.T) {
	leak.Check(t, leak.Options{Settle: -1})
	go func() { reachable <- 1 }()
}
`

// TestStranger: a project that uses this module gets no other module with it, and its
// checks work.
func TestStranger(t *testing.T) {
	if testing.Short() {
		t.Skip("builds another module")
	}
	t.Parallel()
	here, err := os.Getwd()
	require.NoError(t, err)
	dir := t.TempDir()
	mod := strangerMod + here + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "stranger_test.go"), []byte(strangerTests), 0o600))

	goTool(t, dir, "mod", "tidy")
	out, code := goTool(t, dir, "list", "-m", "all")
	require.Zero(t, code, out)
	modules := "example.com/stranger\ngithub.com/watertight-go/watertight/leak v0.0.0 => " + here + "\n"
	require.Equal(t, modules, out)

	out, code = goTool(t, dir, "test", "-run=TestClean", "-v", ".")
	require.Zero(t, code, out)
	require.Contains(t, out, "--- PASS: TestClean")
	out, code = goTool(t, dir, "test", "-run=TestLeaks", ".")
	require.NotZero(t, code, out)
	require.Contains(t, out, "1 goroutine left behind: 1 blocked")
	require.Contains(t, out, "stranger_test.go:20: 1 goroutine")

	after, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	require.NoError(t, err)
	require.Equal(t, mod, string(after), "no command has added a requirement")
	_, err = os.Stat(filepath.Join(dir, "go.sum"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// goTool runs the go command in a module, without a network.
func goTool(t *testing.T, dir string, args ...string) (output string, code int) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("go %s: %v", strings.Join(args, " "), err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

package scenariotest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/child/childtest"
)

// module is a copy of a module of testdata, outside this one, that needs no
// network: it uses this module's own copy and sums.
type module struct{ dir string }

func outside(t *testing.T, name string) module {
	t.Helper()
	if testing.Short() {
		t.Skip("builds and runs other modules")
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("testdata", name))))
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	require.NoError(t, err)
	mod = bytes.ReplaceAll(mod, []byte("=> ../../../.."), []byte("=> "+root))
	require.Contains(t, string(mod), root)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), mod, 0o600))
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o600))
	return module{dir}
}

func (m module) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = m.dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// run returns the exit code and everything that was written.
func (m module) run(t *testing.T, program string, args ...string) (int, string) {
	t.Helper()
	out, err := m.command(t.Context(), program, args...).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err, "%s", out)
	}
	if exit != nil {
		return exit.ExitCode(), string(out)
	}
	return 0, string(out)
}

// build makes the module's test binary.
func (m module) build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(m.dir, "its.test")
	code, out := m.run(t, "go", "test", "-c", "-o", binary, ".")
	require.Zero(t, code, "%s", out)
	return binary
}

// A stranger's project: the test fails on the leak, by its line, and passes once
// the leak is mended.
func TestStranger(t *testing.T) {
	m := outside(t, "stranger")
	source, err := os.ReadFile(filepath.Join(m.dir, "fetch.go"))
	require.NoError(t, err)
	line := 1 + strings.Count(string(source[:bytes.Index(source, []byte("go func() { // the leak"))]), "\n")
	require.Equal(t, 24, line)

	code, out := m.run(t, "go", "test", "./...")
	require.NotZero(t, code)
	require.Contains(t, out, "fail: clause 5 (leaves nothing) in cancel")
	require.Contains(t, out, "fail: the same cause as in cancel: clause 5 (leaves nothing): ")
	require.Contains(t, out, "--- FAIL: TestFetchAll/partial-success ")
	require.Contains(t, out, "created by example.com/stranger.FetchAll at "+filepath.Join(m.dir, "fetch.go")+":24")
	require.Contains(t, out, "timeline of request 0 of 1, on virtual time: 3 agents, AgentTimeout 100ms, Grace 40ms")
	require.Contains(t, out, "left behind when the last call was over:")
	require.Contains(t, out, "fetch_test.go:12: fail:", "the line of the user's call")

	code, out = m.run(t, "go", "test", "-v", "-tags", "fixed", "./...")
	require.Zero(t, code, "%s", out)
	require.Contains(t, out, "0 failed")
	require.Contains(t, out, "--- SKIP: TestFetchAll/hang-ignoring ", "waived is not passed")
	require.Contains(t, out, "waived, not passed")
	require.Contains(t, out, "reason:  every fetch is a request with a context")
	require.Contains(t, out, "not applicable: clause 8 (respects Limit)")

	code, out = m.run(t, "go", "test", "-v", "-tags", "fixed", "-run", "TestFetchAll/partial-success", "./...")
	require.Zero(t, code, "%s", out)
	require.Regexp(t, `1 of \d+ scenarios run: 1 passed`, out)
}

// The same as a command with full reports: its exit code is about the stranger's
// own fan-out, and the wire scenarios are in it without being asked for.
func TestStrangersCommand(t *testing.T) {
	m := outside(t, "stranger")
	for _, tt := range []struct {
		tags string
		code int
		want []string
	}{
		{"fixed", 0, []string{"Safe: fetchall", "waived: fetchall in cleanup: every fetch is a request with a context", "waived 1,3,6"}},
		{"leaky", 1, []string{"NOT SAFE: the candidate fetchall", "clause 5 (leaves nothing)", "proven goroutines: fetch.go:24 FetchAll"}},
	} {
		t.Run(tt.tags, func(t *testing.T) {
			binary := filepath.Join(m.dir, tt.tags+".exe")
			code, out := m.run(t, "go", "build", "-tags", tt.tags, "-o", binary, "./stress")
			require.Zero(t, code, "%s", out)
			code, out = m.run(t, binary, "run", "-before", "errgroup", "-after", "fetchall", "-executors", "errgroup,fetchall",
				"-scenarios", "normal,partial-success,cancel,cleanup,nil-agent,wire-hang-body", "-out", tt.tags)
			require.Equal(t, tt.code, code, "%s", out)
			unfolded := strings.Join(strings.Fields(out), " ")
			for _, want := range tt.want {
				require.Contains(t, unfolded, want)
			}
			report, err := os.ReadFile(filepath.Join(m.dir, tt.tags, "report.json"))
			require.NoError(t, err)
			require.Contains(t, string(report), `"attemptsNs"`)
		})
	}
}

// good are the tests of testdata/cases that pass.
const good = "Plain|Twice|Names|Parallel|Elsewhere|Fuzz"

func TestFromEveryShapeOfTest(t *testing.T) {
	m := outside(t, "cases")
	binary := m.build(t)
	for _, args := range [][]string{
		{"-test.v"},
		{"-test.count=3", "-test.shuffle=on"},
		{"-test.cpu=1,2", "-test.parallel", "2", "-test.failfast"},
		{"-test.short", "-test.timeout", "5m", "-test.cpuprofile=cpu.out", "-test.memprofile", "mem.out", "-test.outputdir=" + m.dir},
		{"-test.bench=.", "-test.benchtime=10x", "-test.trace=trace.out"},
		{"-test.paniconexit0", "-test.testlogfile=log.txt"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			temp := t.TempDir()
			t.Setenv("TMPDIR", temp)
			code, out := m.run(t, binary, append([]string{"-test.run=" + good}, args...)...)
			require.Zero(t, code, "%s", out)
			require.Contains(t, out, "PASS")
			left, err := os.ReadDir(temp)
			require.NoError(t, err)
			require.Empty(t, left, "the children's folders go with them")
		})
	}
	info, err := os.Stat(filepath.Join(m.dir, "cpu.out"))
	require.NoError(t, err)
	require.Positive(t, info.Size(), "no child may empty the parent's profile")
}

func TestUnderTheGoCommand(t *testing.T) {
	m := outside(t, "cases")
	code, out := m.run(t, "go", "test", "-run="+good, "-json", "-coverprofile=c.out", "-coverpkg=github.com/watertight-go/watertight/executor", ".")
	require.Zero(t, code, "%s", out)
	require.Contains(t, out, `"Action":"pass"`)
	cover, err := os.ReadFile(filepath.Join(m.dir, "c.out"))
	require.NoError(t, err)
	require.Contains(t, string(cover), "executor/call.go")
	require.Regexp(t, `executor/call\.go:\S+ \d+ [1-9]`, string(cover), "what was run is counted")

	code, out = m.run(t, "go", "test", "-run=Plain", "-exec", "env", ".")
	require.NotZero(t, code)
	require.Contains(t, out, "scenariotest: go test -exec: the go command has -exec")

	// TestMain runs once in the parent and once in its one child.
	notes := filepath.Join(t.TempDir(), "notes")
	code, out = m.run(t, "go", "test", "-run=Plain", ".", "-note="+notes)
	require.Zero(t, code, "%s", out)
	require.Len(t, childtest.Await(t, notes, 2), 2)
}

// What ends a process is a finding, in words, and ends no other test.
func TestDeathsAreFindings(t *testing.T) {
	m := outside(t, "cases")
	binary := m.build(t)
	for _, tt := range []struct {
		test string
		want []string
	}{
		{"TestCrashes", []string{"fail: clause 7 (survives) in normal", "process died: panic: planted", "cases_test.go:"}},
		{"TestExits", []string{"fail: clause 7 (survives) in normal", "exit status 7"}},
		{"TestSpins", []string{"fail: clause 1 (returns in time) in normal", "still waiting", "virtual time makes no progress"}},
		{"TestFatal", []string{"fail: clause 7 (survives) in normal", "process died: fatal: sync: unlock of unlocked mutex"}},
		{"TestNeverReached", []string{"did not come to this call of Test", "this stands before the call"}},
	} {
		t.Run(tt.test, func(t *testing.T) {
			code, out := m.run(t, binary, "-test.v", "-test.run=^("+tt.test+"|TestPlain)$")
			require.Equal(t, 1, code, "%s", out)
			for _, want := range tt.want {
				require.Contains(t, out, want)
			}
			require.Contains(t, out, "--- FAIL: "+tt.test)
			require.Contains(t, out, "--- PASS: TestPlain ")
		})
	}
}

// Without -v a cause is shown once: in full where it is met first, then in one line.
func TestFailuresAreFolded(t *testing.T) {
	m := outside(t, "cases")
	binary := m.build(t)
	code, out := m.run(t, binary, "-test.run=^TestCrashes$")
	require.Equal(t, 1, code, "%s", out)
	require.Equal(t, 1, strings.Count(out, "[running"), "one stack:\n%s", out)
	require.NotContains(t, out, "unknown:", "nothing beside a crash")
	require.Contains(t, out, "fail: clause 7 (survives) in normal")
	require.Regexp(t, `\n +at: +\S+cases_test\.go:\d+ example\.com/cases\.TestCrashes\.`, out, "the user's own line")
	require.Contains(t, out, "fail: the same cause as in normal: clause 7 (survives): process died: panic: planted")
	require.Contains(t, out, "--- FAIL: TestCrashes/panic ")
	require.Contains(t, out, "1 cause:\n")
	require.Contains(t, out, "breaks clauses 1, 2, 3, 7 in normal, panic")
	require.Regexp(t, `\n +at \S+cases_test\.go:\d+ example\.com/cases\.TestCrashes\.\S+\n +breaks`, out, "the line in the list of causes")

	code, out = m.run(t, binary, "-test.run=^TestCrashes$/^panic$")
	require.Equal(t, 1, code, "%s", out)
	require.Contains(t, out, "fail: clause 7 (survives) in panic", "alone it is shown in full")

	code, out = m.run(t, binary, "-test.v", "-test.run=^TestCrashes$")
	require.Equal(t, 1, code, "%s", out)
	require.Greater(t, strings.Count(out, "[running"), 4, "with -v everything is shown")
	require.Contains(t, out, "unknown: clause 4 (cancels) in panic")
}

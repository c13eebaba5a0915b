package rules

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// leakyModule is a module whose test Old leaks in the first commit. The second one mends
// that, and its test New leaks.
var leakyModule = [2]map[string]string{
	{
		"go.mod":          "module example.com/small\n\ngo 1.24\n",
		"sub/a.go":        "package a\n\nfunc Leak() {\n\tgo func() { make(chan int) <- 1 }()\n}\n",
		"sub/old.go":      "package a\n\nfunc Old() { Leak() }\n",
		"sub/new.go":      "package a\n\nfunc New() {}\n",
		"sub/a_test.go":   "package a\n\nimport \"testing\"\n\nfunc TestOld(t *testing.T) { Old() }\nfunc TestNew(t *testing.T) { New() }\n",
		"other/b_test.go": "package b\n\nimport \"testing\"\n\nfunc TestB(t *testing.T) {}\n",
	},
	{
		"sub/old.go": "package a\n\nfunc Old() {}\n",
		"sub/new.go": "package a\n\n// New is new.\nfunc New() {\n\tgo func() { make(chan int) <- 2 }()\n}\n",
		"leaks.yaml": "leaks:\n  - package: example.com/small/sub\n    entry: example.com/small/sub.New.func1\n    createdBy: example.com/small/sub.New\n    reason: not ours\n    until: 2999-01-01\n",
	},
}

// smallRepository is a repository with two commits, the second checked out. It returns the
// first.
func smallRepository(t *testing.T) (dir, base string) {
	t.Helper()
	dir = t.TempDir()
	git := func(args ...string) string {
		cmd := exec.Command("git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"}, args...)...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return strings.TrimSpace(string(out))
	}
	git("init", "-q")
	for _, files := range leakyModule {
		for name, text := range files {
			file := filepath.Join(dir, filepath.FromSlash(name))
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
			require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
		}
		git("add", ".")
		git("commit", "-q", "-m", "x")
	}
	return dir, git("rev-parse", "HEAD~1")
}

// actionOfTests is the action for tests, with a small repository and the commit that a pull
// request in it is compared with.
func actionOfTests(t *testing.T) (a action, dir, base string) {
	t.Helper()
	needsBash(t)
	if testing.Short() {
		t.Skip("runs go test some times")
	}
	read(t, "test/action.yml", &a)
	dir, base = smallRepository(t)
	return a, dir, base
}

// The action for tests, on a pull request and on a push, in a small repository.
func TestActionOfTests(t *testing.T) {
	a, dir, base := actionOfTests(t)
	bin := ""
	for _, c := range []struct {
		name   string
		inputs map[string]string
		code   int
		says   []string
		not    []string
	}{
		{"pull request", map[string]string{"before": base, "args": "-settle 100ms -runs 1"}, 1, []string{
			"::error file=sub/new.go,line=5,title=Watertight%3A goroutine left behind (new)::",
			"::notice title=Watertight%3A goroutine left behind no more::",
			"::notice title=Watertight::Something new is left behind: 1 NEW, 1 FIXED.",
		}, []string{"::warning", "TestB"}},
		{"pull request beside a list", map[string]string{"before": base, "args": "-settle 100ms -runs 1", "baseline": "leaks.yaml"}, 0, []string{
			"title=Watertight%3A goroutine left behind (known)::", "not ours",
			"::notice title=Watertight::Nothing new is left behind: 1 FIXED, 1 known.",
		}, []string{"::error"}},
		{"push", map[string]string{"before": "", "args": "-settle 100ms", "packages": "./sub ./other", "report-only": "true"}, 0, []string{
			"::warning file=sub/new.go,line=5,title=Watertight%3A goroutine left behind::",
			"Report only: the exit code would be 1 for 1 leak",
		}, []string{"::error"}},
		{"no such package", map[string]string{"before": "", "packages": "./nosuch"}, 2, []string{"::error title=Watertight::the tests could not be run", "nosuch"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRunner(t, a, c.inputs)
			r.dir, r.path = dir, filepath.Join(r.path, "test")
			reuse(t, &bin, r.temp)
			code, said := r.all(t, a)
			require.Equal(t, c.code, code, said)
			for _, says := range c.says {
				require.Contains(t, said, says)
			}
			for _, not := range c.not {
				require.NotContains(t, said, not)
			}
			output, err := os.ReadFile(r.output)
			require.NoError(t, err)
			require.Regexp(t, `(?m)^exit-code=\d\nfolder=/`, string(output))
			summary, err := os.ReadFile(r.summary)
			require.Equal(t, c.code == 2, err != nil, "no summary where nothing ran")
			require.True(t, c.code == 2 || strings.HasPrefix(string(summary), "# Watertight\n"), "%s", summary)
		})
	}
	status := exec.Command("git", "status", "--porcelain", "--ignored")
	status.Dir = dir
	out, err := status.CombinedOutput()
	require.NoError(t, err)
	require.Empty(t, string(out), "the repository is as it was")
}

// A matrix of shards, and the job that joins them.
func TestActionOfTestsJoinsShards(t *testing.T) {
	a, dir, _ := actionOfTests(t)
	shards, bin := t.TempDir(), ""
	use := func(inputs map[string]string) (int, string) {
		r := newRunner(t, a, inputs)
		r.dir, r.path = dir, filepath.Join(r.path, "test")
		reuse(t, &bin, r.temp)
		return r.all(t, a)
	}
	codes := 0
	for _, i := range []string{"1", "2"} {
		code, said := use(map[string]string{"before": "", "args": "-settle 100ms", "shard": i + "/2", "out": filepath.Join(shards, i)})
		require.Less(t, code, 2, said)
		codes += code
	}
	require.Equal(t, 1, codes, "one shard has the package that leaks")
	code, said := use(map[string]string{"merge": filepath.Join(shards, "*")})
	require.Equal(t, 1, code, said)
	require.Contains(t, said, "Something is left behind by 1 of 3 tests in 2 packages, at 1 place.")
	code, said = use(map[string]string{"merge": filepath.Join(shards, "1")})
	require.Equal(t, 2, code, said)
	require.Contains(t, said, "missing: shard 2/2")
}

// reuse builds the program of the action's first step only once.
func reuse(t *testing.T, bin *string, temp string) {
	t.Helper()
	if *bin == "" {
		*bin = filepath.Join(temp, "watertight")
		return
	}
	symlink(t, filepath.Join(*bin, "stress"), filepath.Join(temp, "watertight", "stress"))
}

package versions

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/suite"
)

// unpack writes the files of an archive of testdata that begin with a folder into dir.
func unpack(t *testing.T, archive, folder, dir string) {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", archive))
	require.NoError(t, err)
	for _, f := range a.Files {
		if name, ok := strings.CutPrefix(f.Name, folder+"/"); ok {
			file := filepath.Join(dir, name)
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
			require.NoError(t, os.WriteFile(file, f.Data, 0o644))
		}
	}
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.com"}, args...)...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "git %v: %s", args, out)
}

// repository has the earlier version as its commit, and the later one in its working
// tree.
func repository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	unpack(t, "two.txtar", "before", dir)
	git(t, dir, "init", "-q", "-b", "main")
	git(t, dir, "add", ".")
	git(t, dir, "commit", "-q", "-m", "first")
	unpack(t, "two.txtar", "after", dir)
	return dir
}

// options make a run quick: what is left is proven or has little time.
func options(dir string) Options {
	return Options{Options: suite.Options{Dir: dir, Settle: 100 * time.Millisecond, Confirm: 200 * time.Millisecond}, Before: "main", Runs: 2}
}

// A ref against the working tree, of which a package is the same, one is broken, and
// tests have come, gone and failed.
func TestRun(t *testing.T) {
	dir := repository(t)
	var progress bytes.Buffer
	r, err := Run(t.Context(), options(dir), &progress)
	require.NoError(t, err)
	const loop, other = "example.com/two/p.Loop", "example.com/two/p.Other.func1"
	require.Equal(t, []string{
		"new " + loop + " TestComes", // no test showed its place before
		"new " + loop + " TestNew",
		"fixed " + loop + " TestFixed",
		"moved " + loop + " TestMoved",
		"stays " + other + " TestStays",
		"not comparable example.com/two/broken.Run.func1 TestBroken",
		"not comparable " + loop + " TestFails",
		"not comparable " + loop + " TestGone",
	}, verdicts(r))
	require.Equal(t, 1, r.Unchanged)
	require.Empty(t, r.Warnings)
	require.Equal(t, 2, r.ExitCode(), "a package was not built")
	for _, s := range r.Sites {
		require.True(t, strings.HasPrefix(s.Finding.File, dir), "%s is not in the user's folder", s.Finding.File)
	}
	var why []string
	for _, n := range r.NotCompared {
		why = append(why, n.Package+" "+n.Test+": "+n.Why)
	}
	require.Len(t, why, 3)
	require.Contains(t, why[0], "broken : did not run after: ")
	require.Equal(t, "example.com/two/p TestFails: passed before, failed after", why[1])
	objects := func(s suite.Side) uint64 {
		for _, p := range s.Runs[0].Packages {
			for _, test := range p.Tests {
				if test.Name == "TestAllocates" {
					return test.Allocated.Objects
				}
			}
		}
		return 0
	}
	require.InDelta(t, 1000, objects(*r.Before), 100)
	require.InDelta(t, 3000, objects(r.After), 100)
	require.Contains(t, progress.String(), "run 2 of 2: main, packages: 2\n")
}

// Where nothing differs, nothing runs.
func TestRunNothingDiffers(t *testing.T) {
	dir := repository(t)
	o := options(dir)
	o.After = "main"
	r, err := Run(t.Context(), o, io.Discard)
	require.NoError(t, err)
	require.Equal(t, 3, r.Unchanged)
	require.Empty(t, r.Sites)
	require.Equal(t, 0, r.ExitCode())
	require.Len(t, r.Warnings, 1)
	require.Contains(t, r.Warnings[0], "main is the commit ")
	require.Contains(t, r.Warnings[0], "the 3 changed files of the working tree are not in it")
}

// The tests of the later version run over the earlier one. What does not compile there
// is named, and is not fixed.
func TestRunWithTestsOfOne(t *testing.T) {
	o := options(repository(t))
	o.Tests, o.Runs, o.Packages = TestsAfter, 1, []string{"./p"}
	r, err := Run(t.Context(), o, io.Discard)
	require.NoError(t, err)
	for _, s := range r.Sites {
		require.Equal(t, suite.NotComparable, s.Verdict)
	}
	require.Len(t, r.NotCompared, 1)
	require.Contains(t, r.NotCompared[0].Why, "undefined: Begin")
}

func TestRunRefuses(t *testing.T) {
	dir := repository(t)
	for name, tt := range map[string]struct {
		change func(*Options)
		want   string
	}{
		"no version":      {func(o *Options) { o.Before = "" }, "got no earlier version"},
		"unknown version": {func(o *Options) { o.Before = "mian" }, "-before mian: unknown git ref: did you mean main?"},
		"no tests":        {func(o *Options) { o.Packages = []string{"./none/..."} }, "no package with tests"},
		"bad shard":       {func(o *Options) { o.Shard = "3/2" }, "want I/N"},
	} {
		t.Run(name, func(t *testing.T) {
			o := options(dir)
			tt.change(&o)
			_, err := Run(t.Context(), o, io.Discard)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

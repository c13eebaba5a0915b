//go:build unix

package host

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/child/childtest"
	"github.com/watertight-go/watertight/internal/trees"
)

func TestBuildSaysWhatIsWrong(t *testing.T) {
	tree := moduleOf(t, `-- go.mod --
module example.com/m

go 1.26
-- lib/lib.go --
package lib
-- bad/main.go --
package main

func main() { undefined() }
-- syntax/main.go --
package main

func main() {
-- lacks/main.go --
package main

import _ "example.com/m/lib/missing"

func main() {}
-- other/main.go --
//go:build never

package main
-- empty/README --
`)
	for pkg, want := range map[string]string{
		"./lib":       "build ./lib: got package lib, want package main",
		"./bad":       "build ./bad: bad/main.go:3:15: undefined: undefined",
		"./syntax":    "build ./syntax: syntax/main.go:4:1: syntax error: unexpected EOF, expected }",
		"./lacks":     "build ./lacks: lacks/main.go:3:8: no required module provides package example.com/m/lib/missing; to add it: go get example.com/m/lib/missing",
		"./nope":      "build ./nope: stat DIR/nope: directory not found",
		"./empty":     "build ./empty: no Go files in DIR/empty",
		"./other":     "build ./other: build constraints exclude all Go files in DIR/other",
		"example.com": "build example.com: no required module provides package example.com; to add it: go get example.com",
		"./...":       "build ./...: got 4 packages, want one",
		"lib/lib.go":  "build lib/lib.go: got files, want a package, such as ./cmd/server",
	} {
		_, err := Build(t.Context(), BuildSpec{Tree: tree, Package: pkg, Temp: t.TempDir(), Name: "x"})
		var e *Error
		require.ErrorAs(t, err, &e, pkg)
		require.Equal(t, strings.ReplaceAll(want, "DIR", tree.Dir), e.Sentence)
	}
	_, err := Build(t.Context(), BuildSpec{Tree: tree, Package: "./bad", Flags: []string{"-overlay=x.json"}, Temp: t.TempDir(), Name: "x"})
	require.ErrorContains(t, err, "got the flag -overlay, which this build needs itself")
	_, err = Build(t.Context(), BuildSpec{Tree: tree, Package: "./bad", Flags: []string{"-nonsense"}, Temp: t.TempDir(), Name: "x"})
	require.ErrorContains(t, err, "build ./bad: flag provided but not defined: -nonsense")
}

// A version of the user's repository is built where it was checked out. Errors name the
// user's own files.
func TestBuildOfACommit(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "-- go.mod --\nmodule example.com/m\n\ngo 1.26\n-- cmd/x/main.go --\n"+service)
	git := func(args ...string) {
		t.Helper()
		out, err := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=x", "-c", "user.email=x@example.com"}, args...)...).CombinedOutput()
		require.NoError(t, err, string(out))
	}
	git("init", "--quiet")
	git("add", ".")
	git("commit", "--quiet", "-m", "x")
	git("tag", "good")
	write(t, dir, "-- cmd/x/main.go --\npackage main\n\nfunc main() { undefined() }\n")
	temp := t.TempDir()
	place, err := trees.Find(t.Context(), dir)
	require.NoError(t, err)
	tree, err := place.Open(t.Context(), "good", filepath.Join(temp, "tree"))
	require.NoError(t, err)
	for _, pkg := range []string{"./cmd/x", filepath.Join(dir, "cmd/x")} {
		p, err := Build(t.Context(), BuildSpec{Tree: tree, Package: pkg, Temp: temp, Name: "before"})
		require.NoError(t, err)
		run(t, p, temp)
	}
	require.NoError(t, os.WriteFile(filepath.Join(tree.Dir, "cmd/x/more.go"), []byte("package main\n\nvar _ = y\n"), 0o600))
	_, err = Build(t.Context(), BuildSpec{Tree: tree, Package: filepath.Join(dir, "cmd/x"), Temp: temp, Name: "before"})
	require.ErrorContains(t, err, "cmd/x/more.go:3:9: undefined: y")
	require.NotContains(t, err.Error(), temp)
}

// hanging is a compiler that notes its process and never ends.
func hanging(t *testing.T) (compiler, pids string) {
	t.Helper()
	dir := t.TempDir()
	compiler, pids = filepath.Join(dir, "compiler"), filepath.Join(dir, "pids")
	require.NoError(t, os.WriteFile(compiler, []byte("#!/bin/sh\necho $$ >> "+pids+"\nexec sleep 1000\n"), 0o700))
	return compiler, pids
}

const small = "-- go.mod --\nmodule example.com/m\n\ngo 1.26\n-- main.go --\npackage main\n\nfunc main() {}\n"

// A build that is interrupted ends with all its processes.
func TestBuildIsCancelled(t *testing.T) {
	compiler, pids := hanging(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		childtest.Await(t, pids, 1)
		cancel()
	}()
	_, err := Build(ctx, BuildSpec{Tree: moduleOf(t, small), Temp: t.TempDir(), Name: "x", Flags: []string{"-toolexec=" + compiler}})
	require.ErrorIs(t, err, context.Canceled)
	childtest.Gone(t, patience, childtest.Await(t, pids, 1)...)
}

// A build whose parent is killed ends too, and its folder is removed.
func TestParentIsKilledWhileItBuilds(t *testing.T) {
	compiler, pids := hanging(t)
	temp := filepath.Join(t.TempDir(), "temp")
	require.NoError(t, os.Mkdir(temp, 0o700))
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), parentVariable+"=build", pidVariable+"="+pids, tempVariable+"="+temp, treeVariable+"="+moduleOf(t, small).Dir, toolVariable+"="+compiler)
	require.NoError(t, cmd.Start())
	childtest.Await(t, pids, 2)
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	childtest.Gone(t, patience, childtest.Await(t, pids, 2)...)
	childtest.Until(t, patience, func() bool { _, err := os.Stat(temp); return os.IsNotExist(err) })
}

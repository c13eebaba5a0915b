package rules

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// userModule is a module of somebody who uses this repository. A link to the
// repository stands beside it, as the README asks for. Building it needs no
// network: it has the sums of the main module.
type userModule struct{ dir string }

const userModulePath = "example.com/docs"

// newUserModule makes the module and copies a folder of testdata into it.
func newUserModule(t *testing.T) userModule {
	t.Helper()
	root := rootDir(t)
	above := t.TempDir()
	symlink(t, root, filepath.Join(above, "watertight"))
	m := userModule{filepath.Join(above, "yours")}
	if err := os.CopyFS(m.dir, os.DirFS(filepath.Join("testdata", "docs"))); err != nil {
		t.Fatal(err)
	}
	mod := document(t, "go.mod")
	mod = strings.Replace(mod, "module "+module+"\n", "module "+userModulePath+"\n", 1)
	mod = strings.ReplaceAll(mod, "=> ./", "=> "+root+"/")
	mod = regexp.MustCompile(`(?m)^toolchain .*\n`).ReplaceAllString(mod, "")
	mod += "\nrequire " + module + " v0.0.0\n\nreplace " + module + " => " + root + "\n"
	m.write(t, "go.mod", mod)
	m.write(t, "go.sum", document(t, "go.sum"))
	m.commit(t)
	return m
}

// commit makes the module a git repository, whose branch main has its files.
func (m userModule) commit(t *testing.T) {
	t.Helper()
	for _, args := range []string{"init -q -b main", "add .", "-c user.name=u -c user.email=u@example.com commit -q -m first"} {
		if code, out := m.run(t, "git", strings.Fields(args)...); code != 0 {
			t.Fatalf("git %s: exit code %d\n%s", args, code, out)
		}
	}
}

func symlink(t *testing.T, from, to string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(from, to); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
}

func (m userModule) write(t *testing.T, name, text string) {
	t.Helper()
	file := filepath.Join(m.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run runs a program in the module's folder and returns its exit code and all
// that it wrote.
func (m userModule) run(t *testing.T, program string, args ...string) (code int, output string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = m.dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatalf("%s: %v", program, err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

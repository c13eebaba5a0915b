package launch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/watertight-go/watertight/internal/child"
)

// Binary is a test binary that ran. Its description is the first line of its records.
type Binary struct {
	// Program is a copy of the binary, Dir the folder that it ran in, Args its
	// arguments, and Env what the go command added to the environment. There is no copy
	// where all passed and nothing was left.
	Program string   `json:"program"`
	Dir     string   `json:"dir"`
	Args    []string `json:"args"`
	Env     []string `json:"env"`
}

// Records is the file of records, in the folder temp, of the binary that runs in dir.
func Records(temp, dir string) string { return baseName(temp, dir) + ".records" }

// baseName is what the names of a binary's files begin with.
func baseName(temp, dir string) string {
	sum := sha256.Sum256([]byte(dir))
	return filepath.Join(temp, hex.EncodeToString(sum[:12]))
}

// startTests runs a test binary in place of this process.
func (o order) startTests(args []string) (int, error) {
	os.Unsetenv("GOTMPDIR")
	cwd, err := os.Getwd()
	if err != nil {
		return 2, err
	}
	b := Binary{Program: baseName(o.Dir, cwd) + ".test", Dir: cwd, Args: args[1:],
		Env: []string{"GOROOT=" + os.Getenv("GOROOT"), "PATH=" + os.Getenv("PATH"), "PWD=" + cwd}}
	o.Hook.Records, o.Hook.Parent = Records(o.Dir, cwd), os.Getpid()
	if err := b.describe(o.Hook.Records); err != nil {
		return 2, err
	}
	done := make(chan struct{})
	defer close(done)
	cmd := command(withLast(args), o.Hook.env())
	cmd.Stdin = os.Stdin
	code, err := child.RunInstead(cmd, watch{o.Hook}.hung(done))
	if code > signaled {
		fmt.Printf("signal: %v\n", syscall.Signal(code-signaled)) // as the go command does
	}
	if err == nil && (code != 0 || o.KeepAll || o.Hook.hasFindings()) {
		err = keep(args[0], b.Program)
	}
	return code, err
}

// LastExample is hook.LastExample, which searches for what is left after all tests.
const LastExample = "ExampleWatertightLast"

// withLast lets the last example run beside the tests that a flag selects.
func withLast(args []string) (more []string) {
	for _, a := range args {
		if strings.HasPrefix(a, "-test.run=") {
			a += "|^" + LastExample + "$"
		}
		more = append(more, a)
	}
	return more
}

// signaled and a signal's number are the exit code of a process that the signal ended.
const signaled = 128

// describe writes the first line of a new file of records.
func (b Binary) describe(file string) error {
	text, err := json.Marshal(b)
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o666)
}

// hasFindings reports whether a test was seen to leave something.
func (h Hook) hasFindings() bool {
	text, err := os.ReadFile(h.Records)
	return err != nil || bytes.Contains(text, []byte(`{"event":"leaked"`))
}

// keep makes a second name for a file, or a copy where that is not possible.
func keep(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// Again is how a binary runs again.
type Again struct {
	// Flags are those of package testing that say what runs, beside those of the first
	// run that do not.
	Flags []string
	// Env is added to its environment.
	Env []string
	// Hook is what the hook is told; nil for a run without a check.
	Hook *Hook
	// Deadline is how long it may run.
	Deadline time.Duration
}

// Again runs a binary again, and ends what it leaves running.
func (b Binary) Again(ctx context.Context, a Again) (child.Result, error) {
	o := order{Role: repeater, NoCheck: a.Hook == nil}
	if a.Hook != nil {
		o.Hook = *a.Hook
	}
	args := append([]string{b.Program}, keptFlags(b.Args)...)
	return child.Run(ctx, child.Spec{
		Dir: b.Dir, Env: slices.Concat(b.Env, a.Env, []string{o.env()}), Deadline: a.Deadline, Args: insertFlags(args, a.Flags),
	})
}

// insertFlags puts flags before the arguments that are the tests' own.
func insertFlags(args, flags []string) []string {
	return append(append(args[:1:1], flags...), args[1:]...)
}

// keptFlags are the arguments of the first run without the flags of package testing that
// say what runs and where its output goes.
func keptFlags(args []string) (kept []string) {
	for _, a := range args {
		name, _, _ := strings.Cut(a, "=")
		switch name {
		case "-test.run", "-test.skip", "-test.count", "-test.cpu", "-test.v", "-test.fullpath", "-test.timeout", "-test.shuffle",
			"-test.coverprofile", "-test.gocoverdir", "-test.testlogfile", "-test.failfast":
		default:
			kept = append(kept, a)
		}
	}
	return kept
}

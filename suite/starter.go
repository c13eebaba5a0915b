package suite

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/child"
)

// starterVariable is the environment variable by which this program knows that the go
// command has started it to start a test binary.
const starterVariable = "WATERTIGHT_STARTER"

// starterConfig is what the program tells itself.
type starterConfig struct {
	Dir    string        `json:"dir"`
	Settle time.Duration `json:"settleNs"`
	Defect bool          `json:"defect"`
}

// starter is how the go command starts test binaries.
type starter struct {
	exec string
	env  []string
}

// starterEnv says how the go command is to start test binaries.
func starterEnv(o Options, dir string) (starter, error) {
	self, err := os.Executable()
	if err != nil {
		return starter{}, fmt.Errorf("suite: find own program: %w", err)
	}
	if strings.ContainsAny(self, `"'`) {
		return starter{}, fmt.Errorf("suite: path of this program: got %s, want one without quotation marks", self)
	}
	text, err := json.Marshal(starterConfig{Dir: dir, Settle: o.Settle, Defect: o.Defect})
	if err != nil {
		return starter{}, fmt.Errorf("suite: %w", err)
	}
	return starter{exec: "'" + self + "'", env: []string{starterVariable + "=" + string(text), "GOTMPDIR=" + dir}}, nil
}

// StartTest is what this program does where the go command has started it to start a
// test binary, whose path and arguments are those of args. It returns false where that
// is not so. Otherwise it ends the process.
func StartTest(args []string) bool {
	text, ok := os.LookupEnv(starterVariable)
	if !ok {
		return false
	}
	code, err := startTest(text, args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "start a test binary: %v\n", err)
	}
	os.Exit(code)
	return true
}

// startTest runs a test binary, and returns its exit code.
func startTest(text string, args []string) (int, error) {
	var c starterConfig
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return 2, fmt.Errorf("%s: %w", starterVariable, err)
	}
	if len(args) == 0 {
		return 2, errors.New("got no program, want the path of a test binary")
	}
	os.Unsetenv(starterVariable)
	os.Unsetenv("GOTMPDIR")
	p, records, err := describe(c.Dir, args)
	if err != nil {
		return 2, err
	}
	hook := hookConfig{Records: records, Parent: os.Getpid(), Settle: c.Settle, Defect: c.Defect}
	cmd := exec.Command(args[0], p.Args...)
	cmd.Env = append(os.Environ(), hook.env())
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return child.RunInstead(cmd)
}

// describe writes the first line of a new file of records, and keeps the test binary.
func describe(dir string, args []string) (process, string, error) {
	file, err := os.CreateTemp(dir, "*"+recordsSuffix)
	if err != nil {
		return process{}, "", err
	}
	defer file.Close()
	cwd, err := os.Getwd()
	if err != nil {
		return process{}, "", err
	}
	p := process{Program: strings.TrimSuffix(file.Name(), recordsSuffix) + ".test", Dir: cwd, Args: args[1:],
		Env: []string{"GOROOT=" + os.Getenv("GOROOT"), "PATH=" + os.Getenv("PATH"), "PWD=" + cwd}}
	if err := keep(args[0], p.Program); err != nil {
		return process{}, "", fmt.Errorf("keep %s: %w", filepath.Base(args[0]), err)
	}
	text, err := json.Marshal(p)
	if err != nil {
		return process{}, "", err
	}
	_, err = file.Write(append(text, '\n'))
	return p, file.Name(), err
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

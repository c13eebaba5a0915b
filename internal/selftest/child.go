package selftest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// The variables that make a process a child: its task, and the file for what it sees.
const (
	taskVariable   = "WATERTIGHT_SELFTEST_TASK"
	resultVariable = "WATERTIGHT_SELFTEST_RESULT"
)

// deadline is how long a child may run: much more than the catalogue takes.
const deadline = 2 * time.Minute

// marker stands in a child's output before each scenario, so that a race report
// can be told to belong to it.
const marker = "=== selftest: "

// child runs one child, and returns the observations that it made. Where they
// are fewer than the scenarios, it died in the next one, of crash.
func (r Runner) child(ctx context.Context, task Task) ([]scenarios.Observation, *scenarios.Crash, error) {
	dir, err := os.MkdirTemp("", "selftest")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(dir)
	result := filepath.Join(dir, "observations.json")
	text, err := json.Marshal(task)
	if err != nil {
		return nil, nil, err
	}
	program := r.Program
	if program == "" {
		if program, err = os.Executable(); err != nil {
			return nil, nil, err
		}
	}
	output, state, err := spawn(ctx, program, taskVariable+"="+string(text), resultVariable+"="+result,
		// Each race is reported in each scenario; and 1 s a process is much to
		// wait for one that has had its time.
		"GORACE=suppress_equal_stacks=0 suppress_equal_addresses=0 atexit_sleep_ms=10")
	if err != nil {
		return nil, nil, err
	}
	seen, err := readAll(result)
	if err != nil {
		return nil, nil, err
	}
	for i := range seen {
		seen[i].Races = scenarios.RaceReports(section(output, task.Scenarios[i]))
	}
	if len(seen) == len(task.Scenarios) {
		return seen, nil, nil
	}
	if state.ExitCode() == couldNotLook {
		return nil, nil, fmt.Errorf("child: %s", strings.TrimSpace(output))
	}
	return seen, scenarios.Death(section(output, task.Scenarios[len(seen)]), state), nil
}

// section is what was written while the scenario ran.
func section(output, scenario string) string {
	_, after, _ := strings.Cut(output, marker+scenario+"\n")
	text, _, _ := strings.Cut(after, marker)
	return text
}

// spawn runs a child to its end.
func spawn(ctx context.Context, program string, env ...string) (string, *os.ProcessState, error) {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, program)
	cmd.Env = append(os.Environ(), env...)
	var output bytes.Buffer
	cmd.Stderr = &output
	cmd.WaitDelay = time.Second
	// The pipe stays open for as long as this process lives.
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	defer stdin.Close()
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return "", nil, err
	}
	return output.String(), cmd.ProcessState, nil
}

func readAll(file string) (seen []scenarios.Observation, err error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	for {
		var o scenarios.Observation
		err := decoder.Decode(&o)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return seen, nil // it died while it wrote: in this scenario
		}
		if err != nil {
			return seen, err
		}
		seen = append(seen, o)
	}
}

// The exit codes of a child.
const (
	parentGone   = 3
	couldNotLook = 4
)

// Child does the work of a child and ends the process, where the environment
// says that it is one; else it returns at once. It must be called before
// anything else: from main, or from TestMain.
func Child(executors []executor.Spec) {
	text, ok := os.LookupEnv(taskVariable)
	if !ok {
		return
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(parentGone)
	}()
	var task Task
	err := json.Unmarshal([]byte(text), &task)
	i := slices.IndexFunc(executors, func(s executor.Spec) bool { return s.Name == task.Executor })
	if err == nil && i < 0 {
		err = fmt.Errorf("got executor %q, which this program does not have", task.Executor)
	}
	if err != nil {
		fail(err)
	}
	result, err := os.OpenFile(os.Getenv(resultVariable), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		fail(err)
	}
	// A bubble needs a *testing.T, which only package testing makes.
	os.Args = os.Args[:1]
	all := func(string, string) (bool, error) { return true, nil }
	testing.Main(all, []testing.InternalTest{{Name: "selftest", F: func(t *testing.T) {
		for _, name := range task.Scenarios {
			fmt.Fprintf(os.Stderr, "%s%s\n", marker, name)
			t.Run(name, func(t *testing.T) { one(t, executors[i], name, result) })
		}
		os.Exit(0)
	}}}, nil, nil)
}

// one observes the executor in one scenario and writes down what was seen.
func one(t *testing.T, spec executor.Spec, name string, result io.Writer) {
	s, err := scenarios.Lookup(name)
	if err == nil {
		var o scenarios.Observation
		if o, err = observe(t, s, spec); err == nil {
			err = json.NewEncoder(result).Encode(o)
		}
	}
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(couldNotLook)
}

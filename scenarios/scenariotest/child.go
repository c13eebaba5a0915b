package scenariotest

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
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// The variables that tell a test binary that it is a child: the name of the
// test whose cell it runs, and where to write the observation.
const (
	cellVariable   = "WATERTIGHT_TEST_CELL"
	resultVariable = "WATERTIGHT_TEST_RESULT"
)

// deadline is how long a child may run. Package testing ends it then, with
// all stacks; where that fails it is killed.
const (
	deadline = 40 * time.Second
	killed   = deadline + 5*time.Second
)

// childOf is the test whose cell this process runs; empty in an ordinary one.
func childOf() string { return os.Getenv(cellVariable) }

// serve is the child's side. It writes the observation and ends the process,
// so that no clean-up of the tests around it runs. It ends it, too, when the
// parent is gone: then nobody holds the other end of standard input.
func serve(t *testing.T, observe func() (scenarios.Observation, error)) {
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(childGone)
	}()
	o, err := observe()
	if err == nil {
		err = write(os.Getenv(resultVariable), o)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s%v\n", couldNotLook, err)
		os.Exit(childError)
	}
	os.Exit(0)
}

const (
	childGone    = 3
	childError   = 4
	couldNotLook = "scenariotest: "
)

func write(path string, o scenarios.Observation) error {
	data, err := json.Marshal(o)
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}

// inChild runs the cell of the test with that name in a process of its own.
// The error means that there was none; its end by a crash is an observation.
func inChild(ctx context.Context, test string, s scenarios.Scenario, spec executor.Spec) (scenarios.Observation, error) {
	dir, err := os.MkdirTemp("", "scenariotest")
	if err != nil {
		return scenarios.Observation{}, fmt.Errorf("scenariotest: %w", err)
	}
	defer os.RemoveAll(dir)
	result := filepath.Join(dir, "observation.json")
	started := time.Now()
	output, state, err := start(ctx, test, result)
	if err != nil {
		return scenarios.Observation{}, fmt.Errorf("scenariotest: run %s in a child process: %w", test, err)
	}
	o, err := read(result)
	if err == nil {
		o.Races = append(o.Races, races(output)...)
		return o, nil
	}
	if _, why, found := strings.Cut(output, couldNotLook); found && state.ExitCode() == childError {
		return o, fmt.Errorf("scenariotest: %s", strings.TrimSpace(why))
	}
	return scenarios.Observation{
		Executor: spec.Name, Scenario: s.Name, Clock: scenarios.VirtualClock, Race: raceEnabled,
		Setup: setupOf(spec), Crash: crash(output, state), Elapsed: time.Since(started),
	}, nil
}

func setupOf(spec executor.Spec) (u scenarios.Setup) {
	for _, c := range spec.Lacks {
		u.Lacks = append(u.Lacks, int(c))
	}
	return u
}

func read(path string) (o scenarios.Observation, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return o, err
	}
	return o, json.Unmarshal(data, &o)
}

// start runs the child to its end and returns what it wrote.
func start(ctx context.Context, test, result string) (string, *os.ProcessState, error) {
	path, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, killed)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, arguments(os.Args[1:], test)...)
	cmd.Env = append(os.Environ(), cellVariable+"="+test, resultVariable+"="+result,
		// Everything that could race has ended by then, and 1 s a cell is much.
		"GORACE="+os.Getenv("GORACE")+" atexit_sleep_ms=10")
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
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

// arguments are this process's own, without those that say what to test and
// where to write profiles and coverage, which the child must not overwrite.
func arguments(own []string, test string) []string {
	var names []string
	for name := range strings.SplitSeq(test, "/") {
		names = append(names, "^"+regexp.QuoteMeta(name)+"$")
	}
	args := []string{
		"-test.run=" + strings.Join(names, "/"), "-test.count=1", "-test.timeout=" + deadline.String(),
		"-test.cpu=" + strconv.Itoa(runtime.GOMAXPROCS(0)),
	}
	rest := slices.DeleteFunc(slices.Clone(own), func(a string) bool {
		name := strings.TrimLeft(a, "-")
		return strings.HasPrefix(a, "-") && strings.HasPrefix(name, "test.") && name != "test.short=true"
	})
	return append(args, rest...)
}

// crash reads the end of a child that left no observation.
func crash(output string, state *os.ProcessState) *scenarios.Crash {
	c := &scenarios.Crash{Kind: "exit", Message: state.String(), Stacks: cut(output, 4<<10)}
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "panic: test timed out"):
			c.Kind, c.Message = "deadline", line
		case strings.HasPrefix(line, "panic: "):
			c.Kind, c.Message = "panic", strings.TrimPrefix(line, "panic: ")
		case strings.HasPrefix(line, "fatal error: all goroutines are asleep"):
			c.Kind, c.Message = "deadlock", line
		case strings.HasPrefix(line, "fatal error: "):
			c.Kind, c.Message = "fatal", strings.TrimPrefix(line, "fatal error: ")
		default:
			continue
		}
		return c
	}
	if state.ExitCode() < 0 {
		c.Kind = "signal"
	}
	return c
}

// races are the race detector's reports in a child's output.
func races(output string) (all []string) {
	for part := range strings.SplitSeq(output, "==================\n") {
		if strings.HasPrefix(part, "WARNING: DATA RACE") {
			all = append(all, cut(part, 4<<10))
		}
	}
	return all
}

func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return text[:n] + "\n..."
}

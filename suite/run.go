package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/suite/internal/engine"
	"github.com/watertight-go/watertight/suite/internal/gocmd"
)

// ErrNoTests says that no package of those named has tests.
var ErrNoTests = errors.New("no package with tests")

// Run runs the tests. The output of the go command that is no event, such as that of a
// build, goes to progress. The error says that nothing could be run; what happened to
// single packages is in the Observation.
func Run(ctx context.Context, o Options, progress io.Writer) (Observation, error) {
	start := time.Now()
	all, err := list(ctx, o)
	if err != nil {
		return Observation{}, err
	}
	if len(testable(all)) == 0 {
		return Observation{}, fmt.Errorf("%s: %w", strings.Join(o.patterns(), " "), ErrNoTests)
	}
	if all, err = o.inShard(all); err != nil {
		return Observation{}, err
	}
	packages := testable(all)
	if len(packages) == 0 {
		return Observation{Packages: newCollector(all).packages(), Elapsed: time.Since(start)}, nil
	}
	dir, err := os.MkdirTemp("", "watertight-")
	if err != nil {
		return Observation{}, fmt.Errorf("suite: %w", err)
	}
	defer os.RemoveAll(dir)
	r := &run{Options: o, dir: dir, progress: progress, found: newCollector(all)}
	if err := r.goTest(ctx, packages); err != nil {
		return Observation{}, err
	}
	if err := r.readRecords(); err != nil {
		return Observation{}, err
	}
	r.confirm(ctx)
	obs := Observation{Packages: r.found.packages(), CPU: r.cpu, Elapsed: time.Since(start)}
	obs.findDeclarations()
	return obs, nil
}

// run is one run of the tests.
type run struct {
	Options
	dir      string
	progress io.Writer
	found    *collector
	// processes are the test binaries that ran.
	processes []process
	cpu       time.Duration
}

// goTest lets the go command build and run the tests.
func (r *run) goTest(ctx context.Context, packages []engine.Package) error {
	args, env, err := r.underCheck(packages)
	if err != nil {
		return err
	}
	args = append([]string{"test", "-json", "-vet=off", "-count=1"}, append(args, r.Flags...)...)
	// By name, since the patterns would match the added packages as well.
	for _, p := range packages {
		args = append(args, p.Path)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = r.Dir
	cmd.Env = slices.Concat(os.Environ(), r.Env, env)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	events := &lines{each: r.found.event}
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = events, io.MultiWriter(&stderr, r.progress)
	err = cmd.Run()
	events.flush()
	if cmd.ProcessState == nil {
		return fmt.Errorf("go test: %w", err)
	}
	r.cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if err != nil && r.found.events == 0 {
		return fmt.Errorf("go test: %s", gocmd.Message(stderr.String(), err))
	}
	return nil
}

// underCheck are the flags and the environment that put the tests under a check.
func (r *run) underCheck(packages []engine.Package) (flags, env []string, err error) {
	if r.Plain {
		return nil, nil, nil
	}
	overlay, err := engine.Overlay(r.dir, packages)
	if err != nil {
		return nil, nil, fmt.Errorf("suite: write overlay: %w", err)
	}
	s, err := starterEnv(r.Options, r.dir)
	return []string{"-overlay=" + overlay, "-exec=" + s.exec}, s.env, err
}

// readRecords reads what the test binaries wrote.
func (r *run) readRecords() error {
	files, err := filepath.Glob(filepath.Join(r.dir, "*"+recordsSuffix))
	if err != nil {
		return err
	}
	for _, file := range files {
		p, records, err := readProcess(file)
		if err != nil {
			return fmt.Errorf("suite: %w", err)
		}
		r.processes = append(r.processes, p)
		for _, record := range records {
			r.found.record(p.Dir, record)
		}
	}
	return nil
}

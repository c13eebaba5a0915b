package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/watertight-go/watertight/suite/internal/engine"
	"github.com/watertight-go/watertight/suite/internal/gocmd"
	"github.com/watertight-go/watertight/suite/internal/launch"
)

// ErrNoTests says that no package of those named has tests.
var ErrNoTests = errors.New("no package with tests")

// StartTest is what this program does where a run has started it to start the go command
// or a test binary, as args say. It returns false where that is not so. Otherwise it ends
// the process.
func StartTest(args []string) bool {
	code, ok := launch.Main(args)
	if ok {
		os.Exit(code)
	}
	return false
}

// Run runs the tests. Progress gets a line for each package that has ended, and what the
// go command has to say beside its events. The error says that nothing could be run; what
// happened to single packages is in the Observation. When ctx ends, the tests are ended,
// and the Observation is what was seen until then.
func Run(ctx context.Context, o Options, progress io.Writer) (Observation, error) {
	start := time.Now()
	all, err := list(ctx, o)
	if err != nil {
		return Observation{}, err
	}
	if len(testable(all)) == 0 {
		return Observation{}, noTests(o, all)
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
		return Observation{}, fmt.Errorf("suite: folder for temporary files: %w", err)
	}
	defer os.RemoveAll(dir)
	r := &run{Options: o, dir: dir, progress: progress, found: newCollector(all), selection: newSelection(o.Flags)}
	r.found.ended = r.packageEnded
	if err := r.goTest(ctx, packages); err != nil {
		return Observation{}, err
	}
	r.finish(ctx)
	obs := Observation{Packages: r.found.packages(), CPU: r.cpu, Elapsed: time.Since(start), Interrupted: ctx.Err() != nil}
	obs.findDeclarations()
	return obs, nil
}

// noTests is the error where nothing can be run.
func noTests(o Options, all []listed) error {
	for _, p := range all {
		if p.Error != nil {
			return fmt.Errorf("%s: %s", strings.Join(o.patterns(), " "), strings.TrimSpace(p.Error.Err))
		}
	}
	return fmt.Errorf("%s: %w", strings.Join(o.patterns(), " "), ErrNoTests)
}

// run is one run of the tests.
type run struct {
	Options
	dir       string
	progress  io.Writer
	found     *collector
	selection selection
	cpu       time.Duration
}

// goTest lets the go command build and run the tests.
func (r *run) goTest(ctx context.Context, packages []engine.Package) error {
	events := &lines{each: r.found.event}
	var stderr bytes.Buffer
	g := launch.GoTest{Dir: r.Dir, Env: r.Env, Temp: r.dir, Stdout: events, Stderr: io.MultiWriter(&stderr, r.progress)}
	g.Args = []string{"test", "-json", "-vet=off", "-count=1"}
	if !r.Plain {
		overlay, err := engine.Overlay(engine.Options{Dir: r.dir}, packages)
		if err != nil {
			return fmt.Errorf("suite: write overlay: %w", err)
		}
		g.Args = append(g.Args, "-overlay="+overlay)
		g.Hook = &launch.Hook{Settle: r.Settle, Timeout: r.timeout(), Defect: r.Defect, Allocations: r.Allocations}
	}
	g.Args = append(g.Args, r.Flags...)
	if g.Hook != nil && g.Hook.Timeout > 0 {
		g.Args = append(g.Args, "-timeout="+(g.Hook.Timeout+checksTime).String())
	}
	// By name, since the patterns would match the added packages as well.
	for _, p := range packages {
		g.Args = append(g.Args, p.Path)
	}
	state, err := g.Run(ctx)
	events.flush()
	if state == nil {
		return fmt.Errorf("go test: %w", err)
	}
	r.cpu += state.UserTime() + state.SystemTime()
	if err != nil && r.found.events == 0 && ctx.Err() == nil {
		return fmt.Errorf("go test: %s", gocmd.Message(stderr.String(), err))
	}
	return nil
}

const (
	// defaultTimeout is that of go test.
	defaultTimeout = 10 * time.Minute
	// checksTime is what the go command grants beside the user's time-out: the time of
	// checks does not count. The hook keeps the user's.
	checksTime = 24 * time.Hour
)

// timeout is how long the tests of a package may run; zero is for ever.
func (r *run) timeout() time.Duration {
	timeout := defaultTimeout
	for _, f := range r.Flags {
		if value, ok := strings.CutPrefix(strings.TrimLeft(f, "-"), "timeout="); ok {
			if d, err := time.ParseDuration(value); err == nil {
				timeout = d
			}
		}
	}
	return timeout
}

// packageEnded reads what the test binary of a package wrote.
func (r *run) packageEnded(f *found) {
	binary, records, err := readBinary(launch.Records(r.dir, f.Dir))
	if err != nil {
		f.Error = err.Error()
	}
	f.binary = binary
	for _, record := range records {
		f.record(record)
	}
	f.join(r.selection)
	r.report(f)
}

// finish reads what packages wrote that the go command did not end, and runs tests again.
func (r *run) finish(ctx context.Context) {
	for _, f := range r.found.sorted() {
		if _, err := os.Stat(launch.Records(r.dir, f.Dir)); err == nil && f.binary == nil {
			r.packageEnded(f)
		}
	}
	r.confirm(ctx)
}

// recordsAlone is the file of records of a test that runs alone.
func (r *run) recordsAlone() string { return filepath.Join(r.dir, "alone.records") }

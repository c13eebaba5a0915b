package suite

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/gocmd"
	"github.com/watertight-go/watertight/suite/internal/engine"
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
	selection, err := newSelection(o)
	if err != nil {
		return Observation{}, err
	}
	version, err := checkGo(ctx, o)
	if err != nil {
		return Observation{}, err
	}
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
		return Observation{Go: version, Packages: newCollector(all).packages(), Elapsed: time.Since(start)}, nil
	}
	dir, err := os.MkdirTemp("", "watertight-")
	if err != nil {
		return Observation{}, fmt.Errorf("suite: folder for temporary files: %w", err)
	}
	defer os.RemoveAll(dir)
	r := &run{Options: o, dir: dir, progress: &inTurn{to: progress}, found: newCollector(all), selection: selection}
	r.watch = launch.Watch{Dir: dir, Timeout: o.timeout(), Settle: o.Settle, Progress: r.progress}
	r.found.began, r.found.ended = r.packageBegan, r.packageEnded
	if err := r.goTest(ctx, packages); err != nil {
		return Observation{}, err
	}
	r.finish(ctx)
	obs := Observation{Go: version, Packages: r.found.packages(), CPU: r.cpu, Elapsed: time.Since(start), Interrupted: ctx.Err() != nil}
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
	progress  *inTurn
	found     *collector
	selection selection
	watch     launch.Watch
	cpu       time.Duration
}

// goTest lets the go command build and run the tests.
func (r *run) goTest(ctx context.Context, packages []engine.Package) error {
	if r.Verbose {
		r.found.output = r.progress
	}
	events := &lines{each: r.found.event}
	var stderr bytes.Buffer
	g := launch.GoTest{Dir: r.Dir, Env: r.Env, Temp: r.dir, Stdout: events, Stderr: io.MultiWriter(&stderr, r.progress)}
	args, hook, err := r.underCheck(ctx, packages)
	if err != nil {
		return err
	}
	// A program of -exec in GOFLAGS could give test binaries numbers that mean others here.
	g.Hook, g.Args = hook, append([]string{"test", "-json", "-vet=off", "-count=1", "-exec="}, args...)
	// By name, since the patterns would match the added packages as well.
	for _, p := range packages {
		g.Args = append(g.Args, p.Path)
		r.found.byPath[p.Path].source = p
	}
	if len(r.TestArgs) > 0 {
		g.Args = append(append(g.Args, "-args"), r.TestArgs...)
	}
	state, err := r.watched(ctx, g)
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

// watched runs the go command, and ends what hangs meanwhile.
func (r *run) watched(ctx context.Context, g launch.GoTest) (*os.ProcessState, error) {
	if g.Hook == nil {
		return g.Run(ctx)
	}
	all, end := context.WithCancel(ctx)
	watching, stop := context.WithCancel(ctx)
	defer end()
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.watch.Run(watching, end)
	}()
	state, err := g.Run(all)
	stop()
	<-done
	if all.Err() != nil && ctx.Err() == nil {
		r.found.notRun("the run was ended, since the tests of another package did not begin and could not be ended alone")
	}
	return state, err
}

// underCheck are the flags that put the tests under a check, and what it is told; the
// user's own for a plain run.
func (r *run) underCheck(ctx context.Context, packages []engine.Package) ([]string, *launch.Hook, error) {
	if r.Plain {
		return r.Flags, nil, nil
	}
	overlay, err := engine.Overlay(engine.Options{Dir: r.dir, Users: r.usersOverlay(), Rounds: r.Growth != nil}, packages)
	if err != nil {
		return nil, nil, fmt.Errorf("suite: write overlay: %w", err)
	}
	flags, err := r.checkedFlags(ctx)
	return append([]string{"-overlay=" + overlay}, flags...), &launch.Hook{Settle: r.Settle, Timeout: r.timeout(), Defect: r.Defect, Allocations: r.Allocations}, err
}

// usersOverlay is the file of the flag -overlay.
func (r *run) usersOverlay() string {
	file, ok := r.flag("overlay")
	if ok && !filepath.IsAbs(file) {
		file = filepath.Join(r.Dir, file)
	}
	return file
}

// packageBegan notes that the go command starts the test binary of a package.
func (r *run) packageBegan(f *found) { r.watch.Begin(engine.Key(f.Path), f.Path, f.Dir) }

// packageEnded reads what the test binary of a package wrote, and removes what is not
// needed again.
func (r *run) packageEnded(f *found) {
	file := r.records(f)
	binary, records, err := readBinary(file)
	if err != nil {
		f.Error = err.Error()
	}
	f.hung = r.watch.End(engine.Key(f.Path))
	f.binary = binary
	for _, record := range records {
		f.record(record)
	}
	f.join(r.selection)
	r.report(f)
	_ = os.Remove(file)
	switch {
	case binary == nil:
	case !r.needs(f):
		_ = os.Remove(binary.Program)
	case !exists(binary.Program):
		f.Error = cmp.Or(f.Error, "no test could run again: the test binary could not be kept in "+r.dir)
	}
}

// needs reports whether tests of a package may run again.
func (r *run) needs(f *found) bool {
	return f.Outcome != Passed || len(f.blamed()) > 0 || r.Growth != nil && r.Growth.All
}

// records is the file of records of a package.
func (r *run) records(f *found) string { return launch.Records(r.dir, engine.Key(f.Path)) }

// finish reads what packages wrote that the go command did not end, and runs tests again.
func (r *run) finish(ctx context.Context) {
	for _, f := range r.found.sorted() {
		if exists(r.records(f)) {
			r.packageEnded(f)
		}
	}
	r.confirm(ctx)
	r.retry(ctx)
	r.nameSubtests(ctx)
	r.grow(ctx)
}

// recordsAlone is the file of records of a test that runs alone.
func (r *run) recordsAlone() string { return filepath.Join(r.dir, "alone.records") }

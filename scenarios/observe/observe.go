// Package observe runs an executor through a scenario and writes down what
// happened. It never judges: package judge does.
//
//	Run                on the machine's clock, or inside the caller's own bubble
//	InBubble           on virtual time
//	InBubbleOrStall    on virtual time, and gives up where that stands still
//
// The package does not isolate: an executor that crashes takes the process with
// it, and one that never returns leaves goroutines in it.
package observe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/pprof"
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// Run runs the executor through the scenario and writes down what happened. It
// runs in the calling process: a panic in an agent's goroutine that the executor
// does not catch ends the process. When ctx is done no further request is made,
// and the observation so far is returned with a warning. On virtual time ctx
// must not come from outside the bubble.
//
// All goroutines that Run starts have ended when it returns, callers and agents
// included, unless Observation.Released says otherwise. An error means that the
// harness could not observe. A misbehaving executor is no error.
func Run(ctx context.Context, s scenarios.Scenario, spec executor.Spec, opts Options) (scenarios.Observation, error) {
	return run(ctx, s, spec, opts, hooks{})
}

func run(ctx context.Context, s scenarios.Scenario, spec executor.Spec, opts Options, h hooks) (scenarios.Observation, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return scenarios.Observation{}, err
	}
	s = s.For(spec)
	setup, err := s.Setup()
	if err != nil {
		return scenarios.Observation{}, err
	}
	setup.Lacks, setup.Buffer = spec.Unclaimed(), cmp.Or(spec.Bounds.Buffer, executor.DefaultBuffer)
	o := scenarios.Observation{Executor: spec.Name, Scenario: s.Name, Clock: opts.Clock, Race: opts.Race, Setup: setup}
	if why := cannotRun(s, spec); why != "" {
		return notRun(o, s, why), nil
	}
	c := &cell{s: s, opts: opts, hooks: h, obs: o}
	// Every goroutine that is started under these labels inherits them.
	pprof.Do(ctx, pprof.Labels("executor", spec.Name, "scenario", s.Name), func(ctx context.Context) {
		err = c.run(ctx, spec)
	})
	switch {
	case errors.Is(err, ErrNoStream):
		return notRun(o, s, noStreams), nil
	case err != nil:
		return scenarios.Observation{}, fmt.Errorf("observe: %s in %s: %w", spec.Name, s.Name, err)
	}
	return c.obs, nil
}

// ErrNoStream is the error of a Spec.NewStream that finds that the executor has no
// streams. Scenarios about streams are not applicable then.
var ErrNoStream = errors.New("the executor has no streams")

const noStreams = "the executor has no streams"

// LacksStreams reports whether a scenario about streams did not apply, because the
// executor has none.
func LacksStreams(o scenarios.Observation) bool {
	return slices.Contains(o.Warnings, notRunPrefix+noStreams)
}

const notRunPrefix = "not run: "

// cannotRun says why a scenario does not apply to an executor; empty where it does.
func cannotRun(s scenarios.Scenario, spec executor.Spec) string {
	switch {
	case s.Consumer != nil && spec.NewStream == nil:
		return noStreams
	case s.Consumer == nil && spec.New == nil:
		return "the executor has streams only"
	case s.IDs && spec.Positional:
		return "the executor tells its tasks apart by their place, not by an ID"
	}
	return ""
}

// notRun is the observation of a scenario that does not apply to an executor: none of
// its clauses does.
func notRun(o scenarios.Observation, s scenarios.Scenario, why string) scenarios.Observation {
	o.Setup.Lacks = nil
	for _, c := range s.Clauses {
		o.Setup.Lacks = append(o.Setup.Lacks, int(c))
	}
	o.Warnings = []string{notRunPrefix + why}
	return o
}

// run is the cell from its first goroutine to its last.
func (c *cell) run(ctx context.Context, spec executor.Spec) error {
	if err := c.buildCounting(ctx, spec); err != nil {
		return err
	}
	c.takeBase()
	c.moment("start")
	c.start = time.Now()
	c.withHeartbeat(func() {
		c.obs.Control.Lateness = c.withControl(func() {
			c.withSamples(func() {
				c.makeRequests(ctx)
			})
		})
		c.closeRecords()
	})
	if c.trouble != nil {
		c.release()
		return c.trouble
	}
	c.inspectAtReturn(ctx)
	c.obs.Left = c.inspect(ctx)
	c.noteWire(func(w *scenarios.Wire, now mocks.WireUse) { w.Left = connections(now) })
	c.noteLate()
	c.obs.Left.Goleak = c.askGoleak(c.obs.Left)
	c.moment("end")
	c.release()
	c.obs.Released = c.inspect(ctx)
	c.noteWire(func(w *scenarios.Wire, now mocks.WireUse) {
		w.Requests, w.Dialed, w.Released = now.Requests, now.Dialed, connections(now)
	})
	c.obs.Released.Goleak = scenarios.Witness{Why: "asked before the release only"}
	c.reread()
	c.obs.Elapsed = time.Since(c.start)
	return nil
}

// moment calls Options.Moment.
func (c *cell) moment(name string) {
	if c.opts.Moment == nil {
		return
	}
	files, err := c.opts.Moment(name)
	c.obs.Profiles = append(c.obs.Profiles, files...)
	if err != nil {
		c.warn("profiles at %s: %v", name, err)
	}
}

// cannotObserve notes that the harness itself failed. err is not nil.
func (c *cell) cannotObserve(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trouble = errors.Join(c.trouble, err)
}

func (c *cell) warn(format string, args ...any) {
	c.obs.Warnings = append(c.obs.Warnings, fmt.Sprintf(format, args...))
}

// since is the moment as an Observation has it: since the start of the cell.
func (c *cell) since(t time.Time) time.Duration {
	if t.IsZero() {
		return 0
	}
	return t.Sub(c.start)
}

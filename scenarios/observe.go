package scenarios

import (
	"context"
	"errors"
	"fmt"
	"runtime/pprof"
	"sync/atomic"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// DefaultSettle is Options.Settle where it is zero.
const DefaultSettle = 100 * time.Millisecond

// Options say how Observe looks. The zero Options look at one cell on the
// machine's clock, without samples, profiles or a second witness.
type Options struct {
	// Clock is the clock of the cell. Empty means RealClock. VirtualClock is
	// for a caller inside a testing/synctest bubble; what belongs to the whole
	// process, as heap, descriptors, samples and goleak, is not looked at there.
	Clock Clock
	// Settle is how long goroutines are given to end before they count as
	// left. Zero means DefaultSettle.
	Settle time.Duration
	// Sample is the time between two samples of the process. Zero: none.
	Sample time.Duration
	// Moment is called at "start", and at "end" before the agents' valves are
	// opened, to capture profiles. Nil: not called.
	Moment func(moment string) ([]ProfileFile, error)
	// Goleak asks go.uber.org/goleak too.
	Goleak bool
	// Wire connects the client of a wire scenario, told how often it may try
	// again, to a server that plays mocks.WireFault. Its goroutines and
	// connections are looked at, so the server belongs in another process.
	// Required where the scenario has agents on a wire, else not used.
	Wire func(retries int) (mocks.Wire, error)
	// Race says that the binary was built with -race; it is only written down.
	Race bool

	// beats counts on as the cell's time does; see ObserveOrStall.
	beats *atomic.Int64
	// built is set to how many goroutines building the executor left; see bubbleKept.
	built *int
}

func (o Options) withDefaults() (Options, error) {
	if o.Clock == "" {
		o.Clock = RealClock
	}
	if o.Settle == 0 {
		o.Settle = DefaultSettle
	}
	var errs []error
	if o.Clock != RealClock && o.Clock != VirtualClock {
		errs = append(errs, fmt.Errorf("options.Clock: got %q, want %q or %q", o.Clock, RealClock, VirtualClock))
	}
	if o.Settle < 0 {
		errs = append(errs, fmt.Errorf("options.Settle: got %v, want a positive time, or zero for %v", o.Settle, DefaultSettle))
	}
	if o.Sample < 0 {
		errs = append(errs, fmt.Errorf("options.Sample: got %v, want a positive time, or zero for none", o.Sample))
	}
	if o.Clock == VirtualClock {
		o.Sample, o.Goleak = 0, false
	}
	if len(errs) > 0 {
		return o, fmt.Errorf("scenarios: options: %w", errors.Join(errs...))
	}
	return o, nil
}

// Observe runs the executor through the scenario and writes down what happened.
// It runs in the calling process: a panic in an agent's goroutine that the
// executor does not catch ends it. When ctx is done no further request is made,
// and what is there is returned with a warning; on virtual time ctx must not
// come from outside the bubble.
//
// All goroutines that it starts have ended when it returns, callers and agents
// included, unless Observation.Released says otherwise. An error means that the
// harness could not look; a misbehaving executor is no error.
func Observe(ctx context.Context, s Scenario, spec executor.Spec, opts Options) (Observation, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return Observation{}, err
	}
	if spec.Policy != "" {
		s.Config.Policy = spec.Policy
	}
	setup, err := s.setup()
	if err != nil {
		return Observation{}, err
	}
	for _, clause := range spec.Lacks {
		setup.Lacks = append(setup.Lacks, int(clause))
	}
	o := Observation{Executor: spec.Name, Scenario: s.Name, Clock: opts.Clock, Race: opts.Race, Setup: setup}
	if s.IDs && spec.Positional {
		return notRun(o, s), nil
	}
	c := &cell{s: s, opts: opts, obs: o}
	// Everything that starts under these labels inherits them.
	pprof.Do(ctx, pprof.Labels("executor", spec.Name, "scenario", s.Name), func(ctx context.Context) {
		err = c.run(ctx, spec)
	})
	if err != nil {
		return Observation{}, fmt.Errorf("scenarios: observe %s in %s: %w", spec.Name, s.Name, err)
	}
	return c.obs, nil
}

// notRun is the observation of a scenario about IDs for an executor that has
// none: it claims nothing that could be put to the test.
func notRun(o Observation, s Scenario) Observation {
	o.Setup.Lacks = nil
	for _, c := range s.Clauses {
		o.Setup.Lacks = append(o.Setup.Lacks, int(c))
	}
	o.Warnings = []string{"not run: the executor tells its tasks apart by their place, not by an ID"}
	return o
}

// run is the cell from the first goroutine to the last.
func (c *cell) run(ctx context.Context, spec executor.Spec) error {
	if err := c.buildCounting(ctx, spec); err != nil {
		return err
	}
	c.takeBase()
	c.moment("start")
	c.start = time.Now()
	c.withBeats(func() {
		c.obs.Control.Lateness = c.withControl(func() {
			c.withSamples(func() {
				c.drive(ctx)
			})
		})
		c.closeBooks()
	})
	c.obs.Left = c.look(ctx)
	c.account(func(w *Wire, now mocks.WireUse) { w.Left = connections(now) })
	c.noteLate()
	c.obs.Left.Goleak = c.askGoleak(c.obs.Left)
	c.moment("end")
	c.release()
	c.obs.Released = c.look(ctx)
	c.account(func(w *Wire, now mocks.WireUse) {
		w.Requests, w.Dialed, w.Released = now.Requests, now.Dialed, connections(now)
	})
	c.obs.Released.Goleak = Witness{Why: "asked before the release only"}
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

func (c *cell) warn(format string, args ...any) {
	c.obs.Warnings = append(c.obs.Warnings, fmt.Sprintf(format, args...))
}

// since is a moment as the Observation tells it: since the cell's start.
func (c *cell) since(t time.Time) time.Duration {
	if t.IsZero() {
		return 0
	}
	return t.Sub(c.start)
}

package observe

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// inspectOptions are for the whole process on the machine's clock, since a cell
// has a process to itself there. In a bubble package leak inspects the goroutines
// of the bubble only: all of them, with or without the labels of the cell, since
// timers call their functions without labels, and a library may set its own.
func (c *cell) inspectOptions() leak.Options {
	o := leak.Options{Settle: c.opts.Settle}
	if c.s.Consumer != nil { // whose leaving the executor has Grace to follow
		o.Settle = max(o.Settle, c.obs.Setup.Grace)
	}
	if c.opts.Clock == scenarios.VirtualClock {
		o.NoProof = true // it would cost a garbage collection for each of many small cells
		return o
	}
	o.Heap, o.Descriptors = true, true
	return o
}

// buildCounting is build. Where hooks.built is set, it counts the goroutines
// that building the executor started.
func (c *cell) buildCounting(ctx context.Context, spec executor.Spec) error {
	if c.hooks.built == nil {
		return c.build(spec)
	}
	before := leak.Take()
	if err := c.build(spec); err != nil {
		return err
	}
	r, err := leak.Find(context.WithoutCancel(ctx), before, c.inspectOptions())
	if err != nil && !errors.Is(err, leak.ErrLeak) {
		c.warn("goroutines of the executor itself: %v", err)
	}
	*c.hooks.built = r.Goroutines
	return nil
}

// takeBase records what exists before the first request.
func (c *cell) takeBase() {
	// The first timer of a process opens two descriptors, which are not the cell's.
	time.Sleep(time.Nanosecond)
	c.base = leak.Take(c.inspectOptions())
	if c.opts.Goleak {
		c.goleakIgnores = goleak.IgnoreCurrent()
	}
}

// inspectAtReturn finds what still runs when the last call has returned. It does so
// on virtual time, where no time passes between the two, and where requests do not
// overlap.
func (c *cell) inspectAtReturn(ctx context.Context) {
	single := c.s.Load.Total() == 1 || c.s.Load.Sequential
	if c.opts.Clock != scenarios.VirtualClock || !single || c.obs.Totals.Blocked > 0 || c.recording == mocks.RecordCounts {
		return
	}
	c.waitForBubble()
	ctx, cancel := context.WithTimeout(ctx, time.Nanosecond) // the inspection waits for nothing
	defer cancel()
	l := c.inspectUntil(ctx)
	c.obs.AtReturn = &l
}

// inspect finds what is left since takeBase.
func (c *cell) inspect(ctx context.Context) scenarios.Leftovers {
	return c.inspectUntil(context.WithoutCancel(ctx))
}

// withoutOwn drops the goroutines of the cell itself, which an inspection in mid-call
// finds.
func (c *cell) withoutOwn(l scenarios.Leftovers) scenarios.Leftovers {
	l.Leak.Findings = slices.DeleteFunc(l.Leak.Findings, func(f leak.Finding) bool {
		own := c.obs.IsCaller(f)
		if own {
			l.ByExecutor -= f.Count
			l.Leak.Goroutines -= f.Count
		}
		return own
	})
	return l
}

// inspectUntil is inspect with the time that goroutines get to end cut by ctx.
func (c *cell) inspectUntil(ctx context.Context) scenarios.Leftovers {
	report, err := leak.Find(ctx, c.base, c.inspectOptions())
	if err != nil && !errors.Is(err, leak.ErrLeak) {
		c.warn("leftovers: %v", err)
		return scenarios.Leftovers{}
	}
	l := scenarios.Leftovers{Inspected: true, Leak: report}
	for _, f := range report.Findings {
		switch {
		case c.obs.StartedByAgent(f):
			l.ByAgent += f.Count
			l.AgentOwn += f.Count
		case c.obs.InAgent(f):
			l.ByAgent += f.Count
		default:
			l.ByExecutor += f.Count
		}
	}
	return l
}

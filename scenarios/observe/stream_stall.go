package observe

import (
	"context"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/scenarios"
)

// This file is about consumers that hold up their stream.

// hold holds up the stream for d.
func (u *consumer) hold(d time.Duration) {
	if d > 0 {
		time.Sleep(d)
		u.seen.Own += d
	}
}

// stall stops taking events for a while, and notes what is there at the end.
func (u *consumer) stall() {
	if u.does.Stalls <= 0 {
		return
	}
	if u.cell.obs.InAgent(leak.Finding{Stack: "\n" + string(debug.Stack())}) {
		u.seen.Inside = []string{u.last}
	}
	u.hold(u.does.Stalls)
	u.noteBacklog()
	if u.cell.opts.Clock != scenarios.VirtualClock || u.cell.s.Load.Total() > 1 {
		return
	}
	u.cell.waitForBubble()
	ctx, cancel := context.WithTimeout(context.Background(), time.Nanosecond) // the inspection waits for nothing
	defer cancel()
	left := u.withoutPulled(u.cell.withoutOwn(u.cell.inspectUntil(ctx)))
	u.seen.Stalled = &scenarios.Stalled{At: time.Since(u.cell.start), Running: u.running(), Left: left}
}

// withoutPulled drops coroutines, which only the one who pulls can end. Where that is a
// goroutine and not the consumer, it is there itself. So is an agent that runs elsewhere.
func (u *consumer) withoutPulled(l scenarios.Leftovers) scenarios.Leftovers {
	held := false
	l.Leak.Findings = slices.DeleteFunc(l.Leak.Findings, func(f leak.Finding) bool {
		switch {
		case f.State != "coroutine" || u.cell.obs.StartedByAgent(f):
			return false
		case u.cell.obs.InAgent(f):
			held = true
			l.ByAgent -= f.Count
		default:
			l.ByExecutor -= f.Count
		}
		l.Leak.Goroutines -= f.Count
		return true
	})
	if held {
		for _, run := range u.cell.runner.Runs(u.name) {
			if !run.Ended {
				u.seen.Inside = append(u.seen.Inside, run.Agent.ID)
			}
		}
	}
	return l
}

// glimpse copies what was seen until now; nil where the loop body is at work on an event
// and stays so.
func (u *consumer) glimpse() *scenarios.Stream {
	for range 1000 {
		if u.mu.TryLock() {
			defer u.mu.Unlock()
			return u.seen.copied()
		}
		runtime.Gosched()
	}
	return nil
}

// running are agents that still run although they honour their context and the caller's
// is done.
func (u *consumer) running() (ids []string) {
	if u.caller.ctx.Err() == nil {
		return nil
	}
	for _, run := range u.cell.runner.Runs(u.name) {
		if !run.Ended && !run.IgnoresContext && !slices.Contains(u.seen.Inside, run.Agent.ID) {
			ids = append(ids, run.Agent.ID)
		}
	}
	return ids
}

// goroutine names the goroutine that calls it.
func goroutine() string {
	name, _, _ := strings.Cut(string(debug.Stack()), " [")
	return name
}

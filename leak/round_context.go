package leak

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/growth"
	"github.com/watertight-go/watertight/leak/internal/lineage"
)

// roundContexts gives the rounds of one Repeat their context. Package testing ends a test's
// context before its cleanups run. What ends with it would be gone before it is counted,
// although production has no such moment. So the rounds share a context, which ends after the
// comparison: one for each round would look like heap that grows.
//
// Cleanups may wait for what ends with the context, as package testing documents. So it
// also ends when the cleanups have taken long. If that was what they waited for, each later
// round has a context of its own that ends before its cleanups.
type roundContexts struct {
	parent context.Context
	// ctx is the current context, cancel ends it.
	ctx    context.Context
	cancel context.CancelFunc

	// mu guards the rest, which the timer of cleanupsBegin uses.
	mu sync.Mutex
	// awaited: cleanups wait for the context.
	awaited bool
	// patience is how long cleanups may take before the context ends, endedAt when it did.
	patience time.Duration
	endedAt  time.Time
}

// defaultPatience is more than cleanups take that wait for nothing.
const defaultPatience = 200 * time.Millisecond

func newRoundContexts(parent context.Context) *roundContexts {
	c := &roundContexts{parent: parent, patience: defaultPatience}
	c.ctx, c.cancel = context.WithCancel(parent)
	return c
}

// begin is the context of the next round.
func (c *roundContexts) begin() context.Context {
	if c.ctx.Err() != nil {
		c.ctx, c.cancel = context.WithCancel(c.parent)
	}
	return c.ctx
}

// cleanupsBegin says that the cleanups of the round begin. The function that it returns says
// that they have ended.
func (c *roundContexts) cleanupsBegin() (ended func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.awaited {
		c.cancel()
		return func() {}
	}
	begun, cancel := time.Now(), c.cancel
	c.endedAt = time.Time{}
	timer := time.AfterFunc(c.patience, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.endedAt = time.Now()
		cancel()
	})
	return func() {
		timer.Stop()
		c.cleanupsEnded(begun)
	}
}

// cleanupsEnded concludes from the time that the cleanups took whether they waited for the
// context: then they went on as soon as it ended.
func (c *roundContexts) cleanupsEnded(begun time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.endedAt.IsZero():
	case time.Since(c.endedAt) < c.patience:
		c.awaited = true
	default:
		c.patience = 2 * time.Since(begun)
	}
}

// endNow ends the context.
func (c *roundContexts) endNow() { c.cancel() }

// endWith ends the context and counts the goroutines of a leak that end with them.
func (c *roundContexts) endWith(result growth.Result) (ended int) {
	var ids []uint64
	if result.Goroutines.Verdict == growth.Leaking && result.Left.Inspection != nil {
		for _, g := range result.Left.Groups {
			if g.Judged() {
				ids = append(ids, g.IDs...)
			}
		}
	}
	c.endNow()
	for pause := time.Millisecond; ended < len(ids) && pause < defaultPatience; pause *= 2 {
		time.Sleep(pause)
		alive := lineage.CreatorsIn(dump.All(), runtime.NumGoroutine())
		ended = len(ids) - len(slices.DeleteFunc(slices.Clone(ids), func(id uint64) bool { _, lives := alive[id]; return !lives }))
	}
	return ended
}

package observe

import (
	"slices"
	"testing/synctest"
	"time"

	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// propagationStep is the time between two checks whether contexts are done, on the
// machine's clock.
const propagationStep = time.Millisecond

// propagated returns when the end of the caller's context, and of the call, has
// reached every context of the call. A call may return while its caller's cancel
// function is still on its way through the derived contexts.
//
// On virtual time that is certain once everything else in the bubble waits. On the
// machine's clock it is certain once the caller's cancel function has returned. What
// ends by a deadline has no such moment: it gets Grace.
func (c *cell) propagated(k *caller, input string) {
	if c.recording == mocks.RecordCounts {
		return
	}
	if c.opts.Clock == scenarios.VirtualClock {
		c.waitForBubble()
		return
	}
	if k.cancelled.Load() > 0 {
		<-k.ended
	}
	for until := time.Now().Add(c.obs.Setup.Grace); c.anyOpen(input) && time.Now().Before(until); {
		time.Sleep(propagationStep)
	}
}

// waitForBubble returns when all other goroutines of the bubble wait for something.
// Only one goroutine of a bubble may call synctest.Wait at a time.
func (c *cell) waitForBubble() {
	c.waiting <- struct{}{}
	synctest.Wait()
	<-c.waiting
}

// anyOpen reports whether a context of the call is not done.
func (c *cell) anyOpen(input string) bool {
	return slices.ContainsFunc(c.runner.Runs(input), func(r mocks.Run) bool { return !r.CtxDone })
}

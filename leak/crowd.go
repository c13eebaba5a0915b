package leak

import (
	"bytes"
	"runtime"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

var (
	testFrame = []byte("testing.tRunner(")
	// pausedFrames are where a test's goroutine stands while it waits for its
	// subtests, for its turn, or for its bubble.
	pausedFrames = [][]byte{[]byte("testing.(*T).Run("), []byte("testing.(*T).Parallel("), []byte("internal/synctest.Run(")}
	// endedFrame is where it waits for its parallel subtests, or runs cleanups.
	endedFrame   = []byte("testing.tRunner.func1(")
	cleanupFrame = []byte("testing.(*common).runCleanup(")
)

// othersRun reports whether a test other than that of the goroutine self runs
// at this moment. Parents, which wait for it, and tests that wait for their turn
// do not; nor does a test that let self be started and waits for it.
func othersRun(self uint64) bool {
	var d dumper
	return othersIn(d.all(runtime.NumGoroutine()), self)
}

// othersIn is othersRun at the moment of a dump.
func othersIn(dump []byte, self uint64) bool {
	tests := map[uint64]bool{}
	for r := range stack.Holding(dump, testFrame) {
		if !paused(r.Body) {
			tests[stack.ID(r.Head)] = true
		}
	}
	delete(tests, self)
	if len(tests) == 0 {
		return false
	}
	creators := map[uint64]uint64{}
	for r := range stack.Records(dump) {
		creators[stack.ID(r.Head)] = stack.Creator(r.Body)
	}
	for id := self; id != 0; id = creators[id] {
		delete(tests, id)
	}
	return len(tests) > 0
}

// aloneIn reports that at the moment of a dump no other test runs and none can have
// run since self began.
func aloneIn(dump []byte, self uint64) bool { return !othersIn(dump, self) && !inParallel(dump, self) }

// inParallel reports whether, at the moment of a dump, a parent waits for parallel
// subtests: then self is one of them, or runs beside some, and what ran since self
// began may have ended by now.
func inParallel(dump []byte, self uint64) bool {
	for r := range stack.Holding(dump, endedFrame) {
		if stack.ID(r.Head) != self && bytes.Contains(r.Body, testFrame) && paused(r.Body) {
			return true
		}
	}
	return false
}

func paused(body []byte) bool {
	for _, f := range pausedFrames {
		if bytes.Contains(body, f) {
			return true
		}
	}
	return bytes.Contains(body, endedFrame) && !bytes.Contains(body, cleanupFrame)
}

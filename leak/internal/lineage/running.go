package lineage

import (
	"bytes"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

var (
	// testFrame is in the stack of each goroutine that runs a test.
	testFrame = []byte("testing.tRunner(")
	// pausedFrames are the frames of a test that waits for its subtests, for its
	// turn among parallel tests, or for its synctest bubble.
	pausedFrames = [][]byte{[]byte("testing.(*T).Run("), []byte("testing.(*T).Parallel("), []byte("internal/synctest.Run(")}
	// endedFrame is the frame of a test whose function has returned. It waits for
	// its parallel subtests, or runs its cleanups.
	endedFrame   = []byte("testing.tRunner.func1(")
	cleanupFrame = []byte("testing.(*common).runCleanup(")
)

// OtherTestRuns reports whether, at the moment of the dump, a test other than that of
// the goroutine self runs. Tests that are paused do not run, nor does one that started
// self.
func OtherTestRuns(dump []byte, self uint64) bool {
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
	for ancestor := range CreatorsIn(dump, 0).lineage(self) {
		delete(tests, ancestor)
	}
	return len(tests) > 0
}

// OnlyTest reports that at the moment of the dump no other test than that of the
// goroutine self runs, and that none can have run since self began.
func OnlyTest(dump []byte, self uint64) bool {
	return !OtherTestRuns(dump, self) && !inParallel(dump, self)
}

// inParallel reports whether, at the moment of the dump, an ancestor of self waits for
// parallel subtests. Then self is one of them or runs beside some, and another that ran
// since self began may have ended by now. A test that has ended, but whose goroutine
// has not, stands in the same frame as such an ancestor, and self does not descend from
// it.
func inParallel(dump []byte, self uint64) bool {
	waiting := map[uint64]bool{}
	for r := range stack.Holding(dump, endedFrame) {
		if bytes.Contains(r.Body, testFrame) && paused(r.Body) {
			waiting[stack.ID(r.Head)] = true
		}
	}
	delete(waiting, self)
	if len(waiting) == 0 {
		return false
	}
	isWaiting := func(id uint64) bool { return id == mainID || waiting[id] }
	nearest, found := CreatorsIn(dump, 0).nearest(self, isWaiting)
	// Where the lineage breaks off, any of those that wait may be an ancestor.
	return !found || waiting[nearest]
}

// paused reports whether a goroutine that runs a test only waits for other tests.
func paused(body []byte) bool {
	for _, f := range pausedFrames {
		if bytes.Contains(body, f) {
			return true
		}
	}
	return bytes.Contains(body, endedFrame) && !bytes.Contains(body, cleanupFrame)
}

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
	creators := creatorsIn(dump, 0)
	for id := self; id != 0; id = creators[id] {
		delete(tests, id)
	}
	return len(tests) > 0
}

// aloneIn reports that at the moment of a dump no other test runs and none can have
// run since self began.
func aloneIn(dump []byte, self uint64) bool { return !othersIn(dump, self) && !inParallel(dump, self) }

// inParallel reports whether, at the moment of a dump, a parent of self waits for
// parallel subtests: then self is one of them, or runs beside some, and what ran
// since self began may have ended by now. A test that has ended, but whose goroutine
// has not, stands in the same frame as such a parent, and self does not descend from it.
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
	creators := creatorsIn(dump, 0)
	id := self
	for id != mainID && !waiting[id] {
		creator, known := creators[id]
		if !known {
			return true // the chain breaks off: any of them may be a parent
		}
		id = creator
	}
	return waiting[id]
}

// creatorsIn are all goroutines of a dump, about count of them, with their creators.
func creatorsIn(dump []byte, count int) map[uint64]uint64 {
	creators := make(map[uint64]uint64, count)
	for r := range stack.Records(dump) {
		creators[stack.ID(r.Head)] = stack.Creator(r.Body)
	}
	return creators
}

func paused(body []byte) bool {
	for _, f := range pausedFrames {
		if bytes.Contains(body, f) {
			return true
		}
	}
	return bytes.Contains(body, endedFrame) && !bytes.Contains(body, cleanupFrame)
}

// Package taxonomy is a table of small programs. Some leak, each in one way;
// others are innocent but look as if they leaked. Each case holds the answer
// that a leak checker should give. Package trial runs them.
package taxonomy

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Kind is the right answer for a case.
type Kind string

const (
	Leak     Kind = "leak"
	Innocent Kind = "innocent"
)

// Case is one small program.
type Case struct {
	// Name is unique. Shows is one line on what the case is about.
	Name, Shows string
	Kind        Kind
	// Rounds reports that one run cannot tell the case from its opposite, so
	// that it is run in rounds, with leak.Repeat.
	Rounds bool
	// Want is a word that the report of a leak must contain, so that a leak is
	// not found for a wrong reason. It is empty for an innocent.
	Want string
	// NeedsProof reports that only the garbage collector can tell the case from
	// an innocent. It is not judged where this Go has no leak profile.
	NeedsProof bool
	// Before, if set, runs before the test and starts what the test finds.
	Before func(t testing.TB)
	// Run is the test.
	Run func(t testing.TB)
	// Owned reports that only a checker that knows which test started a
	// goroutine can be right about the case.
	Owned bool
	// Sibling, if set, is a test that runs in parallel with Run. Only a checker
	// that knows which test started a goroutine can be right about such a case.
	Sibling func(t testing.TB)
	// Tree, if set, takes the place of Run: it runs subtests of its own. The one that
	// calls check as its first line is judged. Those that call other have a check as
	// well, and must not be accused.
	Tree func(t *testing.T, check, other func(testing.TB))
}

// Cases returns all cases: first those that one run tells apart, leaks before
// innocents.
func Cases() []Case {
	return slices.Concat(
		of(Leak, channelLeaks, selectLeaks, lockLeaks, syncLeaks, timeLeaks, contextLeaks, shapeLeaks, hiddenLeaks, serviceLeaks,
			ioLeaks, systemLeaks, httpLeaks, http2Leaks, sqlLeaks, openLeaks, waitLeaks, stoppedLeaks,
			olderLeaks, ownerLeaks, processLeaks),
		of(Innocent, endingInnocents, collectedInnocents, pendingInnocents, runtimeInnocents, poolInnocents, siblingInnocents,
			closingInnocents, waitInnocents, stoppedInnocents, olderInnocents, ownerInnocents, processInnocents),
		rounds(of(Leak, roundLeaks, roundHeapLeaks, roundSystemLeaks, roundProcessLeaks, contextRoundLeaks)),
		rounds(of(Innocent, roundInnocents, roundHeapInnocents, roundProcessInnocents, contextRoundInnocents)),
	)
}

func of(kind Kind, lists ...[]Case) []Case {
	all := slices.Concat(lists...)
	for i := range all {
		all[i].Kind = kind
	}
	return all
}

func rounds(cases []Case) []Case {
	for i := range cases {
		cases[i].Rounds = true
	}
	return cases
}

// world stands for the rest of a program. What it holds stays reachable, so
// that the garbage collector cannot prove it to be lost.
var world struct {
	sync.Mutex
	things []any
}

// keep makes v reachable until the process ends.
func keep[T any](v T) T {
	world.Lock()
	defer world.Unlock()
	world.things = append(world.things, v)
	return v
}

// soon is how long slow innocents take. It is longer than goleak waits (half a
// second) and much shorter than package leak waits (five seconds).
const soon = time.Second

// spin computes for a duration.
func spin(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		sink.Add(1)
	}
}

var sink atomic.Int64

// Package taxonomy is a table of small programs that leak, each in one way, and
// of innocent ones that look as if they did, and what a leak checker should say
// of each. Every case runs in a process of its own under each checker.
//
// The right answer stands with the case; what a checker answered is observed.
package taxonomy

import (
	"slices"
	"testing"
)

// Kind is the right answer.
type Kind string

const (
	Leak     Kind = "leak"
	Innocent Kind = "innocent"
)

// Case is one small program.
type Case struct {
	// Name is unique, Shows one line on what the case is about.
	Name, Shows string
	Kind        Kind
	// Rounds: one run cannot tell it from its opposite, so it is judged over
	// rounds, with leak.Repeat.
	Rounds bool
	// Want is a word that the report of a leak must have, so that a leak is
	// not found for a wrong reason. Empty for an innocent.
	Want string
	// NeedsProof: only the garbage collector tells it from an innocent. It is
	// not judged where this Go has no leak profile.
	NeedsProof bool
	// Before, if set, makes what is there before the test begins.
	Before func(t testing.TB)
	// Run is the test.
	Run func(t testing.TB)
	// Owned: only a check that knows whose a goroutine is can be right about it.
	Owned bool
	// Sibling, if set, is a test that runs in parallel with Run. Only a check
	// that knows whose a goroutine is can be right about such a case.
	Sibling func(t testing.TB)
}

// Cases are all of them: what one run tells apart first, leaks first.
func Cases() []Case {
	return slices.Concat(
		of(Leak, channelLeaks, selectLeaks, lockLeaks, syncLeaks, timeLeaks, contextLeaks, shapeLeaks, hiddenLeaks, serviceLeaks,
			ioLeaks, systemLeaks, httpLeaks, http2Leaks, sqlLeaks),
		of(Innocent, endingInnocents, collectedInnocents, pendingInnocents, runtimeInnocents, poolInnocents, siblingInnocents),
		rounds(of(Leak, roundLeaks, roundHeapLeaks, roundSystemLeaks)),
		rounds(of(Innocent, roundInnocents, roundHeapInnocents)),
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

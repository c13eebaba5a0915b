package main

import (
	"fmt"
	"slices"
	"strings"
)

// The tools that are compared.
const (
	ours   = "leak"
	theirs = "goleak"
)

// kind is a case: what its goroutines do.
type kind struct {
	name, says string
	// leaves reports that the goroutines are left behind. Otherwise they run
	// before the check begins, and nothing is left behind.
	leaves bool
	// calls are the ways to call the tool that are measured.
	calls []string
	// start starts n goroutines and returns when all of them run.
	start func(n int)
	// work is what the code under test does in each run of a case that leaves
	// nothing behind.
	work func()
}

// The ways to call a tool: Find alone, and a whole test with the check in it.
const (
	callFind  = "Find"
	callCheck = "Check"
)

var kinds = []kind{
	{name: "provable", says: "left behind, each on a channel that nobody else has", leaves: true, calls: []string{callFind, callCheck}, start: startProvable},
	{name: "reachable", says: "left behind, each on a channel that a variable holds", leaves: true, calls: []string{callFind}, start: startReachable},
	{name: "chain", says: "left behind, each holding the channel of the next", leaves: true, calls: []string{callFind}, start: startChain},
	{name: "idle", says: "nothing left behind, nothing started", calls: []string{callFind, callCheck}, start: startReachable, work: func() {}},
	{name: "ended", says: "nothing left behind, one started and ended", calls: []string{callFind, callCheck}, start: startReachable, work: runOne},
	{name: "hundred", says: "nothing left behind, a hundred started and ended", calls: []string{callFind, callCheck}, start: startReachable, work: runHundred},
}

func caseNames() []string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return names
}

func kindOf(name string) (kind, bool) {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
	if i < 0 {
		return kind{}, false
	}
	return kinds[i], true
}

// work is one row of the table: a case of one size, called in one way.
type work struct {
	kind kind
	n    int
	call string
	// rounds is the number of child processes of each tool, runs the number of
	// measurements in each child.
	rounds map[string]int
	runs   int
}

func (w work) name() string { return fmt.Sprintf("%s/%s/n=%d", w.kind.name, w.call, w.n) }

// A median of a case that leaves nothing behind is of cleanRuns times
// cleanRounds measurements.
const (
	cleanRuns   = 11
	cleanRounds = 5
)

// many is the number of goroutines from which on goleak is measured only once: it
// takes a minute or more.
const many = 50_000

func newPlan(cases, sizes, live string, rounds int) ([]work, error) {
	left, err := numbers("sizes", sizes)
	if err != nil {
		return nil, err
	}
	alive, err := numbers("live", live)
	if err != nil {
		return nil, err
	}
	if rounds < 1 {
		return nil, fmt.Errorf("speed: -rounds: got %d, want one or more", rounds)
	}
	var plan []work
	for _, name := range strings.Split(cases, ",") {
		k, ok := kindOf(name)
		if !ok {
			return nil, fmt.Errorf("speed: -cases: got %q, want some of %s", name, strings.Join(caseNames(), ", "))
		}
		for _, call := range k.calls {
			for _, n := range left {
				if k.leaves && !(n >= many && (call == callCheck || k.name == "chain")) {
					plan = append(plan, leaving(k, call, n, rounds))
				}
			}
			for _, n := range alive {
				if !k.leaves {
					plan = append(plan, work{k, n, call, map[string]int{ours: cleanRounds, theirs: cleanRounds}, cleanRuns})
				}
			}
		}
	}
	return plan, nil
}

func leaving(k kind, call string, n, rounds int) work {
	w := work{k, n, call, map[string]int{ours: rounds, theirs: rounds}, 1}
	if n >= many {
		w.rounds[theirs] = 1
	}
	return w
}

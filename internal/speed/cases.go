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

// kind is what the goroutines of a case do.
type kind struct {
	name, says string
	// leaves: goroutines are left behind; otherwise they lived before.
	leaves bool
	// calls are the ways in that are measured.
	calls []string
	// plant starts n goroutines and returns when all stand.
	plant func(n int)
	// work is what the code under test does in each run of a clean case.
	work func()
}

// The ways in: Find alone, and a whole test with the check in it.
const (
	callFind  = "Find"
	callCheck = "Check"
)

var kinds = []kind{
	{name: "provable", says: "left behind, each on a channel that nobody else has", leaves: true, calls: []string{callFind, callCheck}, plant: plantProvable},
	{name: "reachable", says: "left behind, each on a channel that a variable holds", leaves: true, calls: []string{callFind}, plant: plantReachable},
	{name: "chain", says: "left behind, each holding the channel of the next", leaves: true, calls: []string{callFind}, plant: plantChain},
	{name: "idle", says: "nothing left behind, nothing started", calls: []string{callFind, callCheck}, plant: plantReachable, work: func() {}},
	{name: "ended", says: "nothing left behind, one started and ended", calls: []string{callFind, callCheck}, plant: plantReachable, work: startOne},
	{name: "crowd", says: "nothing left behind, a hundred started and ended", calls: []string{callFind, callCheck}, plant: plantReachable, work: startMany},
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

// work is one row of the table: a case at one size through one way in.
type work struct {
	kind kind
	n    int
	call string
	// rounds are the children of each tool, runs those within each child.
	rounds map[string]int
	runs   int
}

func (w work) name() string { return fmt.Sprintf("%s/%s/n=%d", w.kind.name, w.call, w.n) }

// cleanRuns times cleanRounds are the runs that a median of a clean case is of.
const (
	cleanRuns   = 11
	cleanRounds = 5
)

// many is from where on goleak runs but once: it takes a minute or more there.
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

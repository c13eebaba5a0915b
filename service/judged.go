package service

import (
	"math"
	"slices"

	"github.com/watertight-go/watertight/internal/sites"
)

// judged is one version with the gains of all rounds that it went through.
type judged struct {
	SideRun
	// whole: it went through all rounds.
	whole bool
	// goroutines, and descriptors, are by stage.
	goroutines  map[Stage][]gain
	descriptors map[Stage]gain
	heap        []gain
}

// judgeSide compares the censuses of a version.
func judgeSide(s SideRun, p Plan) judged {
	j := judged{SideRun: s, goroutines: map[Stage][]gain{}, descriptors: map[Stage]gain{}}
	base, ok := s.census(Baseline, 0)
	if !ok {
		return j
	}
	for _, stage := range []Stage{Hanging, Released} {
		befores, afters, requests := s.pairs(base, stage, p.Rounds)
		if len(afters) == 0 {
			return j
		}
		j.goroutines[stage] = gainsOf(befores, afters, requests, func(c Census) []Group { return c.Goroutines })
		j.descriptors[stage] = descriptorsOf(befores, afters, requests)
		if stage == Released {
			j.whole = len(afters) == p.Rounds
			j.heap = heapOf(befores, afters, requests)
		}
	}
	j.exhausted(p.Limit, p.Rounds)
	return j
}

func (s SideRun) census(stage Stage, round int) (Census, bool) {
	for _, c := range s.Censuses {
		if c.Stage == stage && c.Round == round {
			return c, true
		}
	}
	return Census{}, false
}

// pairs are the censuses before and after each round, at a stage.
func (s SideRun) pairs(base Census, stage Stage, rounds int) (befores, afters []Census, requests []float64) {
	before := base
	for round := 1; round <= rounds; round++ {
		after, ok := s.census(stage, round)
		if !ok || round > len(s.Loads) {
			break
		}
		befores, afters = append(befores, before), append(afters, after)
		requests = append(requests, float64(s.requestsBy(stage, round)))
		if before, ok = s.census(Released, round); !ok {
			break
		}
	}
	return befores, afters, requests
}

// requestsBy is how many requests a round had sent by a stage.
func (s SideRun) requestsBy(stage Stage, round int) int {
	n := s.Loads[round-1].Sent
	if stage == Released && round <= len(s.Recoveries) {
		n += s.Recoveries[round-1].Sent
	}
	return n
}

// gainsOf are the gains of each site that there is after the last round.
func gainsOf(befores, afters []Census, requests []float64, groups func(Census) []Group) (all []gain) {
	for _, g := range groups(afters[len(afters)-1]) {
		x := gain{group: g, requests: requests}
		for i := range afters {
			after := valueAt(groups(afters[i]), g.Key)
			x.rounds = append(x.rounds, after.Value-valueAt(groups(befores[i]), g.Key).Value)
			x.waited, x.stillWaited = append(x.waited, after.Waited), append(x.stillWaited, after.StillWaited)
		}
		all = append(all, x)
	}
	return all
}

func valueAt(groups []Group, key string) Group {
	for _, g := range groups {
		if g.Key == key {
			return g
		}
	}
	return Group{}
}

func descriptorsOf(befores, afters []Census, requests []float64) gain {
	g := gain{requests: requests}
	for i := range afters {
		if befores[i].Descriptors < 0 || afters[i].Descriptors < 0 {
			return gain{}
		}
		g.rounds = append(g.rounds, float64(afters[i].Descriptors-befores[i].Descriptors))
	}
	return g
}

// ofRuntime reports whether memory belongs to the Go runtime itself, which keeps what it
// needed at the peak, such as the records of goroutines that have ended.
func ofRuntime(g Group) bool {
	return g.Owner == sites.Standard && !slices.ContainsFunc(g.Stack, func(f Frame) bool { return f.Package() != "runtime" })
}

// heapOf are the gains of the heap. An allocation is in the profile by chance: of those
// that were made or freed in a round, the variance is the bytes between two samples times
// their bytes. Those that were there all along are the same samples.
func heapOf(befores, afters []Census, requests []float64) []gain {
	for i := range afters {
		if len(afters[i].Heap) == 0 || len(befores[i].Heap) == 0 {
			return nil
		}
	}
	all := gainsOf(befores, afters, requests, func(c Census) []Group { return c.Heap })
	all = slices.DeleteFunc(all, func(g gain) bool { return ofRuntime(g.group) })
	for i, g := range all {
		for k := range afters {
			made := valueAt(afters[k].Heap, g.group.Key).Allocated - valueAt(befores[k].Heap, g.group.Key).Allocated
			freed := made - g.rounds[k]
			// What was made and freed within the round has no part in the difference, but
			// how much that was is not known. It is counted as well: the error is then estimated
			// too large rather than too small.
			moved := math.Abs(g.rounds[k]) + 2*math.Max(math.Min(made, freed), 0)
			all[i].noise = append(all[i].noise, math.Sqrt(afters[k].HeapUnit*moved))
		}
	}
	return all
}

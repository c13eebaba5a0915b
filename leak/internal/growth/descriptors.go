package growth

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// descriptorDoubt judges the descriptors that were open after each judged round.
func descriptorDoubt(open []float64, least int) doubt {
	if len(open) < least {
		return flat
	}
	return doubtOf(open, least, 0)
}

// descriptorTrend words it. The places are what is open in greater number than before.
func descriptorTrend(open []float64, least int, places func() []string) Trend {
	t := trendOf(open, least)
	n := len(window(open, least))
	switch descriptorDoubt(open, least) {
	case flat:
		t.Why = fmt.Sprintf("no more over the last %d rounds", n)
	case rising:
		t.Verdict = Leaking
		t.Why = fmt.Sprintf("%s per round, over the last %d of %d rounds", perRound(t.Slope), n, len(open))
		t.Where = places()
	default:
		t.Verdict = Unknown
		t.Why = fmt.Sprintf("too noisy: between %s and %s per round over the last %d of %d rounds", perRound(t.Low), perRound(t.High), n, len(open))
	}
	return t
}

// Counts judges a number that was counted after each of some rounds, as descriptors are:
// of the last rounds, least at the least. The places say what there is more of.
func Counts(samples []float64, least int, places func() []string) Trend {
	if len(samples) < least {
		t := trendOf(samples, least)
		t.Verdict, t.Why = Unknown, fmt.Sprintf("only %d of at least %d rounds were counted", len(samples), least)
		return t
	}
	return descriptorTrend(samples, least, places)
}

// maxPlaces bounds how many places are named.
const maxPlaces = 3

// newlyOpen names what is open in greater number than before, most first.
func newlyOpen(before, now map[string]int) []string {
	more := func(target string) int { return now[target] - before[target] }
	var targets []string
	for _, target := range slices.Sorted(maps.Keys(now)) {
		if more(target) > 0 {
			targets = append(targets, target)
		}
	}
	slices.SortStableFunc(targets, func(x, y string) int { return cmp.Compare(more(y), more(x)) })
	var lines []string
	for _, target := range targets[:min(len(targets), maxPlaces)] {
		lines = append(lines, fmt.Sprintf("%d more open: %s", more(target), target))
	}
	return lines
}

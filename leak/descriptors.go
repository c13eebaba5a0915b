package leak

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// newDescriptors names what is open in greater number than before, most first.
func newDescriptors(before map[string]int) []string {
	now := openDescriptors()
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

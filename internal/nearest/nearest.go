// Package nearest finds the known names that are most like an unknown one, so
// that an error about a misspelt name can say what was probably meant.
package nearest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// most is how many names are suggested at most.
const most = 3

// Names returns up to three of the known names that are like got, the most
// similar first; none where nothing is like it. Upper and lower case count as
// the same letter. A name is like got where one contains the other, or where a
// third of got's letters at most has to be changed to reach the name or the
// name's beginning. Two letters in each other's place count as one change.
func Names(got string, known []string) []string {
	type candidate struct {
		name     string
		distance int
	}
	var near []candidate
	for _, name := range known {
		if d, ok := distance(strings.ToLower(got), strings.ToLower(name)); ok {
			near = append(near, candidate{name, d})
		}
	}
	slices.SortStableFunc(near, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	var names []string
	for _, c := range near[:min(most, len(near))] {
		names = append(names, c.name)
	}
	return names
}

// distance says how far name is from got, and whether that is near.
func distance(got, name string) (int, bool) {
	if got == "" || name == "" {
		return 0, false
	}
	letters := len([]rune(got))
	whole := changes(got, name)
	limit := max(1, letters/3)
	switch {
	case whole <= limit:
		return whole, true
	case letters >= 2 && (strings.HasPrefix(name, got) || strings.HasPrefix(got, name)):
		return limit + 1, true
	case letters >= 3 && strings.Contains(name, got) || len(name) >= 3 && strings.Contains(got, name):
		return limit + 2, true
	}
	beginning := []rune(name)
	if len(beginning) > letters && changes(got, string(beginning[:letters])) <= limit {
		return limit + 3, true
	}
	return 0, false
}

// changes is how many letters have to be changed, added or removed. Two neighbours in each
// other's place are one change.
func changes(got, name string) int {
	least := levenshtein.ComputeDistance(got, name)
	letters := []rune(got)
	for i := range len(letters) - 1 {
		letters[i], letters[i+1] = letters[i+1], letters[i]
		least = min(least, 1+levenshtein.ComputeDistance(string(letters), name))
		letters[i], letters[i+1] = letters[i+1], letters[i]
	}
	return least
}

// Unknown returns the error for a name that is none of the known ones, as in
//
//	unknown scenario "cancle": did you mean cancel, cancel-before? (stress list shows all)
//
// kind says what the name is of. listing says where all names are shown; where
// it is empty, the error lists them.
func Unknown(kind, got string, known []string, listing string) error {
	text := fmt.Sprintf("unknown %s %q", kind, got)
	if names := Names(got, known); len(names) > 0 {
		text += ": did you mean " + strings.Join(names, ", ") + "?"
	}
	if listing == "" {
		listing = "known: " + strings.Join(known, ", ")
	}
	return fmt.Errorf("%s (%s)", text, listing)
}

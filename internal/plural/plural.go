// Package plural writes counts in English: "1 goroutine", "2 goroutines".
package plural

import (
	"fmt"
	"strings"
)

// Count is the number with its noun, which is given in the singular and may
// have words before it: Count(2, "blocked goroutine") is "2 blocked goroutines".
func Count(n int, noun string) string {
	return fmt.Sprintf("%d %s", n, Form(n, noun, many(noun)))
}

// Form is the one of two forms that goes with the number, as in
// Form(n, "is", "are"). Zero takes the plural.
func Form(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// many is the regular plural of a noun.
func many(noun string) string {
	for _, ending := range []string{"s", "x", "z", "ch", "sh"} {
		if strings.HasSuffix(noun, ending) {
			return noun + "es"
		}
	}
	if stem, found := strings.CutSuffix(noun, "y"); found && stem != "" && !strings.ContainsRune("aeiou", rune(stem[len(stem)-1])) {
		return stem + "ies"
	}
	return noun + "s"
}

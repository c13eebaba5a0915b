package rules

import (
	"strings"
	"testing"
)

// The README fits one sitting, and what a new reader looks for stands at its top.
func TestReadmeIsShort(t *testing.T) {
	text := document(t, "README.md")
	if n := strings.Count(text, "\n"); n > 250 {
		t.Errorf("README.md has %d lines, want at most 250: move details to docs/", n)
	}
	for code, most := range map[string]int{"leak.Check(t)": 30, "scenariotest.Test": 60} {
		before, _, ok := strings.Cut(text, code)
		if n := strings.Count(before, "\n") + 1; !ok || n > most {
			t.Errorf("README.md has %q in line %d (found: %v), want it by line %d", code, n, ok, most)
		}
	}
}

package stress

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTable(t *testing.T) {
	entries := []entry{{"a", "one two three four five six"}, {"longer", "x"}, {"none", ""}}
	require.Equal(t, "  a       one two three four five six\n  longer  x\n  none    \n", table(entries, 0))
	require.Equal(t, "  a       one two three four\n          five six\n  longer  x\n  none    \n", table(entries, 30))
	// On a narrow terminal the text still gets 20 columns.
	for line := range strings.Lines(table(entries, 5)) {
		require.LessOrEqual(t, len(line), 2+6+2+20+1)
	}
	require.Equal(t, []string{"abcdefghijk", "b"}, wrap("abcdefghijk b", 5))
}

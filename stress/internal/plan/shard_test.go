package plan

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPartsCoverAllRowsOnce(t *testing.T) {
	rows := Rows(1, 1)
	for _, n := range []int{1, 2, 3, 7, len(rows)} {
		seen := map[string]int{}
		for i := 1; i <= n; i++ {
			part, err := Part{i, n}.Of(rows)
			require.NoError(t, err)
			require.NotEmpty(t, part)
			for _, r := range part {
				seen[r.Name]++
			}
		}
		require.Len(t, seen, len(rows))
		for name, times := range seen {
			require.Equal(t, 1, times, name)
		}
	}
	_, err := Part{1, len(rows) + 1}.Of(rows)
	require.ErrorContains(t, err, "want at most")
}

func TestParsePart(t *testing.T) {
	p, err := ParsePart("2/4")
	require.NoError(t, err)
	require.Equal(t, Part{2, 4}, p)
	p, err = ParsePart("")
	require.NoError(t, err)
	require.Zero(t, p)
	for _, bad := range []string{"0/4", "5/4", "1", "a/b", "1/0", "-1/2", "1/2/3", "/", " 1/2"} {
		_, err := ParsePart(bad)
		require.ErrorContains(t, err, "want I/N", bad)
	}
}

package selftest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A misspelt name must not run nothing and pass.
func TestChosen(t *testing.T) {
	all := []string{"errgroup", "conc-stream"}
	same := func(s string) string { return s }
	some, err := chosen(all, nil, same)
	require.NoError(t, err)
	require.Equal(t, all, some)
	some, err = chosen(all, []string{"errgroup"}, same)
	require.NoError(t, err)
	require.Equal(t, []string{"errgroup"}, some)
	_, err = chosen(all, []string{"errgroup", "conc-steam"}, same)
	require.EqualError(t, err, `unknown executor "conc-steam": did you mean conc-stream? (without --only all are run)`)
}

package service

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A version alone that no longer answers after the faults is not refuted, but it is told.
func TestHintOfNoRecovery(t *testing.T) {
	require.Empty(t, judgeMade(made{}).Hints)
	r := judgeMade(made{change: func(s *SideRun) { s.Recoveries[1].Clients[0].Status = map[string]int{"502": 100} }})
	require.Equal(t, 0, r.ExitCode())
	require.Contains(t, strings.Join(r.Hints, " "), "0 % of the answers were good, and 100 % before them")
}

func TestHeapAloneMayBeACache(t *testing.T) {
	require.Contains(t, strings.Join(judgeMade(made{bytes: 8 << 10}).Hints, " "), "A cache that is not yet full looks the same")
	require.NotContains(t, strings.Join(judgeMade(made{bytes: 8 << 10, released: madeSent}).Hints, " "), "cache")
}

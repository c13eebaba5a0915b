package scenarios

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
)

func TestCatalogue(t *testing.T) {
	names, rows := map[string]bool{}, map[string]bool{}
	tested := map[executor.Clause]bool{}
	for _, s := range append(Catalogue(), Streams()...) {
		require.False(t, names[s.Name], "%s occurs twice", s.Name)
		names[s.Name] = true
		require.NotEmpty(t, s.Story, s.Name)
		require.NotEmpty(t, s.Clauses, s.Name)
		for _, c := range s.Clauses {
			tested[c] = true
		}
		_, err := s.Setup()
		require.NoError(t, err)
		if s.Consumer == nil || s.Consumer.Stalls+s.Consumer.Slow == 0 {
			require.Less(t, min(s.Bound(0), s.Patience()), 1500*time.Millisecond, s.Name)
		}
		if s.MatrixRow != "" {
			rows[s.MatrixRow] = true
		}
		found, err := Lookup(s.Name)
		require.NoError(t, err)
		require.Equal(t, s.Name, found.Name)
	}
	require.GreaterOrEqual(t, len(names), 28)
	for _, c := range executor.Clauses {
		require.True(t, tested[c.Clause], "%v is put to the test by no scenario", c.Clause)
	}
	for _, row := range []string{"Normal execution", "With timeout", "Context cancel", "Error handling", "Partial success", "All failures", "Goroutine cleanup"} {
		require.True(t, rows[row], row)
	}
	_, err := Lookup("partial-sucess")
	require.EqualError(t, err, `scenarios: unknown scenario "partial-sucess": did you mean partial-success? (stress list shows all)`)
}

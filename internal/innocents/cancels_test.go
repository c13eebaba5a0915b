package innocents

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
	"github.com/watertight-go/watertight/scenarios/observe"
)

// cancels is how many calls are cancelled, on each clock and by each scenario as many
// as an Observation describes.
const cancels = 2000

// A fan-out that returns as soon as its caller has cancelled may do so while the
// cancellation is still on its way to the contexts of its tasks.
func TestPromptReturnIsNotAccused(t *testing.T) {
	i := slices.IndexFunc(All(), func(s executor.Spec) bool { return s.Name == "prompt" })
	require.GreaterOrEqual(t, i, 0)
	spec := All()[i]
	s, err := scenarios.Lookup("cancel")
	require.NoError(t, err)
	s.Load = scenarios.Load{Requests: 12, Sequential: true}
	t.Run("virtual time", func(t *testing.T) {
		for range cancels / s.Load.Requests {
			o, err := observe.InBubble(t, s, spec, observe.Options{})
			require.NoError(t, err)
			require.Equal(t, scenarios.Pass, judge.Judge(s, o).Status())
		}
	})
	t.Run("real time", func(t *testing.T) {
		if testing.Short() {
			t.Skip("takes as long as its time-outs")
		}
		s.Caller.CancelAfter /= 30 // a millisecond, so that many fit into the test
		for range cancels / s.Load.Requests {
			o, err := observe.Run(t.Context(), s, spec, observe.Options{})
			require.NoError(t, err)
			for _, c := range judge.Judge(s, o).Clauses { // a slow machine may leave a clause unknown
				require.NotEqual(t, scenarios.Fail, c.Status, "%+v", c)
			}
		}
	})
}

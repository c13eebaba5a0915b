package observe_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
	"github.com/watertight-go/watertight/scenarios/observe"
)

// The reference keeps every clause in every scenario about streams on no wire.
func TestReferenceStreams(t *testing.T) {
	spec, err := exhibits.Lookup("reference")
	require.NoError(t, err)
	for _, s := range scenarios.Streams() {
		if s.OnWire() {
			continue // TestReferenceStreamsOverTheWire
		}
		t.Run(s.Name, func(t *testing.T) {
			var o scenarios.Observation
			if s.RealTime == "" {
				o, err = observe.InBubbleOrStall(t, s, spec, observe.Options{}, 3*time.Second)
			} else {
				o, err = observe.Run(t.Context(), s, spec, observe.Options{})
			}
			require.NoError(t, err)
			require.Empty(t, o.Warnings)
			for _, c := range judge.Judge(s, o).Clauses {
				require.Equal(t, scenarios.Pass, c.Status, "%v: got %s; want %s; %s %q", c.Clause, c.Got, c.Want, c.Reason, c.Evidence)
			}
		})
	}
}

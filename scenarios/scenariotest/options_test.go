package scenariotest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/observe"
)

// applied is a fan-out of package adapt with options.
func applied(opts ...Option) executor.Spec {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	return o.apply(adapt.Each(forEach))
}

func TestClaimsAndLacks(t *testing.T) {
	for name, tt := range map[string]struct {
		opts []Option
		want []int
	}{
		"none":             {nil, []int{int(executor.RespectsLimit), int(executor.RunsTools), int(executor.Joins)}},
		"claims":           {[]Option{Claims(executor.Joins)}, []int{int(executor.RespectsLimit), int(executor.RunsTools)}},
		"claims two":       {[]Option{Claims(executor.Joins), Claims(executor.RespectsLimit)}, []int{int(executor.RunsTools)}},
		"claims and lacks": {[]Option{Claims(executor.Cancels), Lacks(executor.Cancels, executor.Survives)}, []int{int(executor.RespectsLimit), int(executor.RunsTools), int(executor.Joins), int(executor.Survives)}},
		"limit":            {[]Option{Bounds(executor.Bounds{Limit: 4})}, []int{int(executor.RunsTools), int(executor.Joins)}},
		"time-out":         {[]Option{Bounds(executor.Bounds{AgentTimeout: time.Second})}, []int{int(executor.RespectsLimit), int(executor.RunsTools), int(executor.Joins)}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.want, applied(tt.opts...).Unclaimed())
		})
	}
}

// apply changes no slice of the Spec that it is given: the Spec may be tested again.
func TestOptionsLeaveTheSpecAlone(t *testing.T) {
	spec := adapt.Each(forEach)
	o := options{claims: []executor.Clause{executor.RespectsLimit}, bounds: executor.Bounds{Limit: 1}}
	o.apply(spec)
	require.Equal(t, []executor.Clause{executor.RespectsLimit, executor.RunsTools, executor.Joins}, spec.Lacks)
	require.Len(t, o.claims, 1)
}

func TestInvalidOptions(t *testing.T) {
	for name, tt := range map[string]struct {
		option Option
		want   string
	}{
		"no clause":   {Claims(0), "Claims: no such clause (got 0, want 1 to 15)"},
		"too far":     {Claims(16), "Claims: no such clause (got 16"},
		"negative":    {Bounds(executor.Bounds{Limit: -1}), "Bounds: negative (got {Limit:-1"},
		"no scenario": {Only("normale"), "Only: "},
	} {
		t.Run(name, func(t *testing.T) {
			var o options
			tt.option(&o)
			_, err := o.scenarios(executor.Spec{})
			require.ErrorContains(t, err, tt.want)
		})
	}
}

// A fan-out that has a time-out of its own gets none of package adapt, however it
// declares that. Other bounds change nothing.
func TestBoundsAndTimeouts(t *testing.T) {
	own := executor.Bounds{AgentTimeout: time.Second}
	declared := adapt.Each(forEach)
	declared.Bounds = own
	for name, tt := range map[string]struct {
		spec  executor.Spec
		timed bool
	}{
		"none":       {applied(), true},
		"limit":      {applied(Bounds(executor.Bounds{Limit: 4})), true},
		"time-out":   {applied(Bounds(own)), false},
		"of a Spec":  {options{}.apply(declared), false},
		"configured": {options{bounds: own}.apply(adapt.Configured(func(executor.Config) executor.Spec { return adapt.Each(forEach) })), false},
	} {
		t.Run(name, func(t *testing.T) {
			normal, err := scenarios.Lookup("normal")
			require.NoError(t, err)
			o, err := observe.InBubble(t, normal, tt.spec, observe.Options{})
			require.NoError(t, err)
			timed := o.Calls[0].Agents[0].Deadline > 0
			require.Equal(t, tt.timed, timed)
		})
	}
}

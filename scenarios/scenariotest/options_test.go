package scenariotest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
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
		want []executor.Clause
	}{
		"none":             {nil, []executor.Clause{executor.RespectsLimit, executor.RunsTools, executor.Joins}},
		"claims":           {[]Option{Claims(executor.Joins)}, []executor.Clause{executor.RespectsLimit, executor.RunsTools}},
		"claims two":       {[]Option{Claims(executor.Joins), Claims(executor.RespectsLimit)}, []executor.Clause{executor.RunsTools}},
		"claims and lacks": {[]Option{Claims(executor.Cancels), Lacks(executor.Cancels, executor.Survives)}, []executor.Clause{executor.RespectsLimit, executor.RunsTools, executor.Joins, executor.Survives}},
		"limit":            {[]Option{Bounds(executor.Bounds{Limit: 4})}, []executor.Clause{executor.RunsTools, executor.Joins}},
		"time-out":         {[]Option{Bounds(executor.Bounds{AgentTimeout: time.Second})}, []executor.Clause{executor.RespectsLimit, executor.RunsTools, executor.Joins}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.want, applied(tt.opts...).Lacks)
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
		"no clause":   {Claims(0), "Claims: no such clause (got 0, want 1 to 12)"},
		"too far":     {Claims(13), "Claims: no such clause (got 13"},
		"negative":    {Bounds(executor.Bounds{Limit: -1}), "Bounds: negative (got {Limit:-1"},
		"no scenario": {Only("normale"), "Only: "},
	} {
		t.Run(name, func(t *testing.T) {
			var o options
			tt.option(&o)
			_, err := o.scenarios()
			require.ErrorContains(t, err, tt.want)
		})
	}
}

// runnerOf is a Runner that notes whether its agent has a deadline.
func runnerOf(timed *bool) executor.Runner {
	return runnerFunc(func(ctx context.Context, _ *executor.Agent, _ string, _ []executor.Message) (*executor.AgentResponse, error) {
		_, *timed = ctx.Deadline()
		return &executor.AgentResponse{}, nil
	})
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
			timed := false
			x, err := tt.spec.New(executor.Config{Runner: runnerOf(&timed)})
			require.NoError(t, err)
			_, err = x.ExecuteParallel(t.Context(), "in", []*executor.Agent{{ID: "a"}})
			require.NoError(t, err)
			require.Equal(t, tt.timed, timed)
		})
	}
}

// An executor that is no fan-out of package adapt stays as it is.
func TestBoundsOfAnyExecutor(t *testing.T) {
	o := options{bounds: executor.Bounds{AgentTimeout: time.Second}}
	spec := o.apply(executor.Spec{New: func(c executor.Config) (executor.ParallelExecutor, error) { return executor.New(c) }})
	x, err := spec.New(executor.Config{Runner: runnerOf(new(bool))})
	require.NoError(t, err)
	require.IsType(t, &executor.Reference{}, x)
	_, err = spec.New(executor.Config{})
	require.ErrorContains(t, err, "Runner: missing")
}

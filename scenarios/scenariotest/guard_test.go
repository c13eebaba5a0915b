package scenariotest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/scenarios"
)

// stillClock is a runClock that nothing moves.
func stillClock() *runClock { return &runClock{cpu: cpuTime() + time.Hour} }

// A process that is stopped for a minute has run for no longer than a period.
func TestStoppedProcessHasNotRun(t *testing.T) {
	r := stillClock()
	for i := range witnesses {
		r.add(i, time.Minute)
	}
	require.Equal(t, mostAtOnce, r.elapsed())
}

// The time counts only once all witnesses have seen it.
func TestOneWitnessIsNotEnough(t *testing.T) {
	r := stillClock()
	for range 100 {
		r.add(0, period)
	}
	require.Zero(t, r.elapsed())
	for i := range witnesses {
		r.add(i, period)
	}
	require.Equal(t, period, r.elapsed())
}

// A process that computes is running, however late its witnesses are.
func TestProcessorTimeCounts(t *testing.T) {
	r := &runClock{cpu: cpuTime() - 100*time.Second}
	if cpuTime() == 0 {
		t.Skip("the processor time is not known here")
	}
	require.Greater(t, r.elapsed(), 100*time.Millisecond)
}

func TestGuard(t *testing.T) {
	s, err := scenarios.Lookup("normal")
	require.NoError(t, err)
	new7, call8 := goroutine{in: inNew, number: "7", stack: "stack"}, goroutine{in: inCall, number: "8", state: "chan receive", stack: "stack"}
	type moment struct {
		at      time.Duration
		in      []goroutine
		stopped bool
		hang    place
	}
	wait := s.Bound(0) + callWait
	for name, moments := range map[string][]moment{
		"New hangs":                       {{0, []goroutine{new7}, false, ""}, {newWait, []goroutine{new7}, false, ""}, {newWait + 1, []goroutine{new7}, false, inNew}},
		"New and then a call, each short": {{0, []goroutine{new7}, false, ""}, {newWait, []goroutine{call8}, false, ""}, {newWait + wait, []goroutine{call8}, false, ""}},
		"many calls, each short":          {{0, []goroutine{call8}, false, ""}, {wait, []goroutine{{in: inCall, number: "9"}}, false, ""}, {2 * wait, []goroutine{{in: inCall, number: "10"}}, false, ""}},
		"a call hangs, and the cell ends": {{0, []goroutine{call8}, false, ""}, {wait + 1, []goroutine{call8}, true, ""}, {wait + 1 + endWait, []goroutine{call8}, true, ""}},
		"a call hangs, and so does the cell": {
			{0, []goroutine{call8}, false, ""}, {wait + 1, []goroutine{call8}, true, ""}, {wait + 2 + endWait, []goroutine{call8}, true, inCall},
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGuard(s, newWait)
			defer g.clock.close()
			ctx, stop := context.WithCancelCause(t.Context())
			defer stop(nil)
			for _, l := range moments {
				h := g.inspect(l.at, l.in, stop)
				require.Equal(t, l.stopped, ctx.Err() != nil, "at %v", l.at)
				if h == nil {
					h = &hang{}
				}
				require.Equal(t, l.hang, h.In, "at %v", l.at)
			}
		})
	}
}

package scenariotest

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/internal/bubble"
	"github.com/watertight-go/watertight/scenarios/observe"
)

// serve is the child's side: it runs the cells that the parent asks for, and does
// not return. The process ends without the clean-up of the tests around it.
func serve(t *testing.T, spec executor.Spec, o options) {
	before := raceErrors() // in what stands before the call
	child.Serve(func(data json.RawMessage) (any, error) {
		var j job
		if err := json.Unmarshal(data, &j); err != nil {
			return nil, err
		}
		r := answer(t, spec, o, j)
		r.Raced = raceErrors() > before
		r.Dirty = r.Dirty || r.Raced
		return r, nil
	})
}

// answer observes the cell.
func answer(t *testing.T, spec executor.Spec, o options, j job) (r reply) {
	s, err := scenarios.Lookup(j.Scenario)
	if err != nil {
		return reply{Trouble: err.Error()}
	}
	s.Load.Patience = max(j.Patience, s.Load.Patience)
	if j.Real || s.RealTime != "" {
		r.Observation, r.Hang, err = onRealTime(t.Context(), s, spec, j.Constructor, func(retries int) (mocks.Wire, error) {
			return o.connect(j.URL, retries)
		})
	} else {
		r.Observation, err = observe.InBubbleOrStall(t, s, spec, observe.Options{Race: raceEnabled}, stall)
	}
	if isStall(err) {
		return reply{Stalled: true, Dirty: true, Observation: scenarios.Observation{Warnings: []string{err.Error()}}}
	}
	if err != nil {
		return reply{Trouble: err.Error()}
	}
	r.Dirty = r.Hang != nil || leftGoroutines(r.Observation) || t.Failed()
	return r
}

// leftGoroutines says that goroutines of the cell stay in the process.
func leftGoroutines(o scenarios.Observation) bool {
	return o.Released.Leak.Goroutines > 0 || leftBubble(o)
}

func isStall(err error) bool { return errors.Is(err, observe.ErrStalled) }

// leftBubble says that the cell's bubble could not be left: its goroutines stay.
func leftBubble(o scenarios.Observation) bool {
	for _, w := range o.Warnings {
		if bubble.IsLeft(w) {
			return true
		}
	}
	return false
}

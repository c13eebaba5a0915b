package adapt

import (
	"context"
	"errors"
	"reflect"

	"github.com/watertight-go/watertight/executor"
)

// step is what a range over a stream yields once.
type step struct {
	event executor.Event
	err   error
}

// ends makes the steps of a stream of what a fan-out delivers, and adds the ends of
// agents that it does not deliver itself.
type ends struct {
	*streaming
	// steps are those that were not yielded yet.
	steps []step
	ended map[string]bool
	// marked: the fan-out delivers ends without errors itself.
	marked bool
	// failed: an error came. whole are those that were no agent's.
	failed bool
	whole  []error
}

func (s *streaming) ends() *ends {
	return &ends{streaming: s, ended: make(map[string]bool, len(s.agents))}
}

// add notes what the fan-out delivered. A text that comes with an end comes before it.
func (d *ends) add(e executor.Event, err error) {
	if e.AgentID == "" && err != nil {
		d.fail(err)
		return
	}
	end := e.End || err != nil
	if e.Delta != "" && end {
		d.steps = append(d.steps, step{event: executor.Event{AgentID: e.AgentID, Delta: e.Delta}})
		e.Delta = ""
	}
	if err != nil {
		d.failed = true
		err = errorOf(e.AgentID, err)
	} else if end {
		d.marked = true
	}
	if e.End = end; end {
		d.ended[e.AgentID] = true
	}
	d.steps = append(d.steps, step{e, err})
}

// fail notes an error that the fan-out delivered without an agent. It is the end of the
// agents whose errors are in it, unless they have ended.
func (d *ends) fail(err error) {
	d.failed = true
	all := agentErrors(err)
	if len(all) == 0 {
		d.whole = append(d.whole, err)
	}
	for _, e := range all {
		if !d.ended[e.AgentID] {
			d.end(e.AgentID, e)
		}
	}
}

// end adds the end of an agent.
func (d *ends) end(id string, err error) {
	d.ended[id] = true
	d.steps = append(d.steps, step{executor.Event{AgentID: id, End: true}, err})
}

// rest adds the ends that are left when the fan-out has delivered everything. An error of
// no agent is that of all whose answers were not whole.
func (d *ends) rest(ctx context.Context) {
	all := errors.Join(d.whole...)
	unattributed := all != nil && ctx.Err() == nil
	for i, a := range d.agents {
		done := d.taken[i].Load() || !d.failed && ctx.Err() == nil
		switch {
		case d.ended[a.ID]:
		case done && !d.marked:
			d.end(a.ID, nil)
		case all != nil:
			d.end(a.ID, &executor.AgentError{AgentID: a.ID, Err: all})
			unattributed = false
		}
	}
	if unattributed {
		d.steps = append(d.steps, step{err: all})
	}
}

// flush yields the steps that are left. It returns false if the consumer has left.
func (d *ends) flush(yield func(executor.Event, error) bool) bool {
	steps := d.steps
	d.steps = d.steps[:0]
	for _, s := range steps {
		if !yield(s.event, s.err) {
			return false
		}
	}
	return true
}

// errorOf is the error of an agent as an *executor.AgentError.
func errorOf(id string, err error) error {
	var of *executor.AgentError
	if errors.As(err, &of) {
		return err
	}
	return &executor.AgentError{AgentID: id, Err: err}
}

// agentErrors are the outermost errors of agents in an error's tree.
func agentErrors(err error) (all []*executor.AgentError) {
	switch e := err.(type) {
	case *executor.AgentError:
		return []*executor.AgentError{e}
	case interface{ Unwrap() error }:
		return agentErrors(e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			all = append(all, agentErrors(one)...)
		}
	}
	return all
}

// reading is what a value of the fan-out and the error beside it say. A value that is
// zero beside an error is not looked at.
func reading[T any](event func(T) (executor.Event, error), v T, err error) (executor.Event, error) {
	if err == nil {
		return event(v)
	}
	if reflect.ValueOf(&v).Elem().IsZero() {
		return executor.Event{}, err
	}
	e, other := event(v)
	return e, errors.Join(err, other)
}

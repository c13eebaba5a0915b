package executor

import "sync/atomic"

// The states of a seal. Whoever makes the one compare-and-swap that leaves
// open decides whether the result counts:
//
//	agent's goroutine            caller
//	-----------------            ------
//	writes response, err
//	open -> done  ok             open -> sealed  fails: reads the result
//	   or
//	open -> done  fails          open -> sealed  ok: never reads the result
//
// so a late finisher cannot touch what was returned, without any lock.
const (
	open uint32 = iota
	done
	sealed
	// invalid is a slot whose agent cannot be called: nil, no ID, a duplicate.
	invalid
)

// seal decides between a goroutine that finishes and a caller that gives up.
type seal struct {
	state atomic.Uint32
	// late is nil for an ordinary call that is in time. A trial call has it
	// from the start, a call that was given up from then on, under the lock of
	// the stuck table.
	late *abandoned
}

func (s *seal) finish() bool { return s.state.CompareAndSwap(open, done) }
func (s *seal) giveUp() bool { return s.state.CompareAndSwap(open, sealed) }

// slot is one agent's place in a call. A million of them are a good part of a
// large call's cost, so what few of them need is kept elsewhere.
type slot struct {
	seal
	agent *Agent
	// response, err and order are written by the agent's goroutine before done,
	// and read by the caller after it: never where the slot is sealed. order
	// counts the call's failures as they come, from 1.
	response *AgentResponse
	err      *AgentError
	order    int32
}

func (s *slot) id() string {
	if s.agent == nil {
		return ""
	}
	return s.agent.ID
}

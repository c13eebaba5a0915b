package executor

import (
	"sync/atomic"
	"time"
)

// The states of a seal. A call passes from open to running to done; the
// waiting side may turn open or running to sealed. Whoever makes the last
// compare-and-swap decides whether the result counts:
//
//	agent's goroutine            caller
//	-----------------            ------
//	open -> running
//	writes response, err
//	running -> done  ok          running -> sealed  fails: reads the result
//	   or
//	running -> done  fails       running -> sealed  ok: never reads the result
//
// so a late finisher cannot touch what was returned, without any lock.
const (
	open uint32 = iota
	running
	done
	sealed
)

// seal decides between a goroutine that finishes and a caller that gives up.
type seal struct {
	state atomic.Uint32
	// pass says which gates the call went through as a trial. It is written
	// before the goroutine starts.
	pass pass
	// late is the entry in the stuck table of a sealed call. It is written and
	// read under the table's lock.
	late *abandoned
}

func (s *seal) begin() bool  { return s.state.CompareAndSwap(open, running) }
func (s *seal) finish() bool { return s.state.CompareAndSwap(running, done) }

// give up on the goroutine, unless it has finished.
func (s *seal) giveUp() bool {
	return s.state.CompareAndSwap(running, sealed) || s.state.CompareAndSwap(open, sealed) ||
		s.state.CompareAndSwap(running, sealed) // it began between the two
}

// slot is one agent's place in a call.
type slot struct {
	seal
	agent *Agent
	// response, err and order are written by the agent's goroutine before done,
	// and read by the caller after it: never where the slot is sealed. order
	// counts the call's failures as they come, from 1.
	response *AgentResponse
	err      error
	order    int32
	// failure and came are the caller's: what is reported of the agent, nil
	// for success, and its order; 0 for one that never returned.
	failure error
	came    int32
	// invalid marks an agent that cannot be called: nil, no ID, a duplicate.
	invalid bool
	// started is when the agent's time began, since the call's start.
	started time.Duration
}

func (s *slot) id() string {
	if s.agent == nil {
		return ""
	}
	return s.agent.ID
}

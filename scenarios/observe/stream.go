package observe

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// puller is an executor of streams that has an object with Next and Close beneath.
type puller interface {
	// Pull is as iter.Pull2 of Stream. Each call of stop closes the object.
	Pull(ctx context.Context, input string, agents []*executor.Agent) (next func() (executor.Event, error, bool), stop func())
}

// consumer is the consumer of one stream.
type consumer struct {
	cell   *cell
	caller *caller
	input  string
	name   string // of the request
	does   scenarios.Consumer
	seen   received
	// busy says that the loop body is at work.
	busy atomic.Bool
	mu   sync.Mutex // serializes bodies that overlap
	left bool
	// last is the ID of the agent of the last event. goroutine is the consumer's.
	last, goroutine string
}

// received is a scenarios.Stream that grows.
type received struct {
	scenarios.Stream
	place map[string]int
}

func (r *received) copied() *scenarios.Stream {
	s := r.Stream
	s.Agents = slices.Clone(s.Agents)
	return &s
}

func (c *cell) newConsumer(k *caller, request int) *consumer {
	u := &consumer{cell: c, caller: k, input: c.inputOf(request), name: nameOf(request), does: *c.s.Consumer}
	u.seen.place = map[string]int{}
	for _, a := range c.s.Agents {
		id := a.ID
		if a.Nil {
			id = ""
		}
		if _, known := u.seen.place[id]; !known {
			u.seen.place[id] = len(u.seen.Agents)
			u.seen.Agents = append(u.seen.Agents, scenarios.Streamed{ID: id})
		}
	}
	return u
}

// consume takes the stream as the consumer does.
func (u *consumer) consume() {
	switch u.does.Leaves {
	case scenarios.Pulls, scenarios.ClosesTwice:
		u.pull()
	case scenarios.Disconnects:
		u.overHTTP()
	default:
		u.goroutine = goroutine()
		events := u.stream(u.caller.ctx)
		events(u.take)
		if u.does.Again {
			events(func(executor.Event, error) bool {
				u.seen.Again++
				return true
			})
		}
	}
}

func (u *consumer) stream(ctx context.Context) iter.Seq2[executor.Event, error] {
	return u.cell.streams.Stream(ctx, u.input, u.cell.agents)
}

// pull takes events one by one, and stops.
func (u *consumer) pull() {
	next, stop := u.puller()
	defer func() {
		stop()
		if u.does.Leaves == scenarios.ClosesTwice {
			stop()
		}
	}()
	for u.seen.Events < u.does.After {
		ev, err, ok := next()
		if !ok {
			return
		}
		u.note(ev, err)
	}
	u.leave()
}

func (u *consumer) puller() (next func() (executor.Event, error, bool), stop func()) {
	if p, ok := u.cell.streams.(puller); ok {
		return p.Pull(u.caller.ctx, u.input, u.cell.agents)
	}
	return iter.Pull2(u.stream(u.caller.ctx))
}

// take is the loop body. It returns false when the consumer breaks out of its loop.
func (u *consumer) take(ev executor.Event, err error) bool {
	overlaps := !u.busy.CompareAndSwap(false, true)
	u.mu.Lock()
	defer u.mu.Unlock()
	defer u.busy.Store(false)
	u.seen.Elsewhere = u.seen.Elsewhere || u.does.Leaves != scenarios.Stays && goroutine() != u.goroutine
	if overlaps {
		u.seen.Overlapping++
	}
	if u.left && u.does.Leaves != scenarios.Cancels {
		u.seen.AfterLeaving++
		return false
	}
	u.note(ev, err)
	u.hold(u.does.Slow)
	if u.seen.Events != u.does.After {
		return true
	}
	u.stall()
	return u.leaves()
}

// leaves does how the consumer leaves. It returns false for a break.
func (u *consumer) leaves() bool {
	if u.does.Leaves == scenarios.Stays {
		return true
	}
	u.leave()
	switch u.does.Leaves {
	case scenarios.Panics:
		panic(scenarios.ConsumerPanic)
	case scenarios.Exits:
		runtime.Goexit()
	case scenarios.Cancels:
		u.caller.cancel(u.cell.start)
		return true
	}
	return false
}

func (u *consumer) leave() {
	u.left = true
	u.seen.LeftAt = time.Since(u.cell.start)
}

// note writes down an event.
func (u *consumer) note(ev executor.Event, err error) {
	u.seen.Events++
	u.last = ev.AgentID
	defer u.noteBacklog()
	place, known := u.seen.place[ev.AgentID]
	if !known {
		u.seen.Unknown = append(u.seen.Unknown, scenarios.Excerpt(fmt.Sprintf("%+v, %v", ev, err)))
		return
	}
	steps := &u.seen.Agents[place].Steps
	if ev.Delta != "" {
		u.notePiece(steps, ev.AgentID, ev.Delta)
	}
	if ev.Response != nil {
		u.notePiece(steps, ev.AgentID, ev.Response.Content)
	}
	if ev.End || err != nil {
		end := scenarios.Step{End: true, At: time.Since(u.cell.start)}
		if err != nil {
			end.Error, end.Is = err.Error(), foundIn(err, u.cell.agents, u.input)
		}
		*steps = append(*steps, end)
	}
}

// notePiece adds a piece to the steps of its agent.
func (u *consumer) notePiece(steps *[]scenarios.Step, id, delta string) {
	n, genuine := u.faultOf(id).PieceNumber(id, u.input, delta)
	if !genuine {
		*steps = append(*steps, scenarios.Step{Other: scenarios.Excerpt(delta)})
		return
	}
	if k := len(*steps) - 1; k >= 0 {
		if last := &(*steps)[k]; !last.End && last.Other == "" && last.To+1 == n {
			last.To = n
			return
		}
	}
	*steps = append(*steps, scenarios.Step{From: n, To: n})
}

func (u *consumer) faultOf(id string) mocks.Fault {
	for _, a := range u.cell.s.Agents {
		if a.ID == id && !a.Nil {
			return a.Fault
		}
	}
	return mocks.Fault{}
}

// noteBacklog compares what agents have handed over with what came. It is about all
// requests, so it is not done where there are several.
func (u *consumer) noteBacklog() {
	if u.cell.s.Load.Total() > 1 {
		return
	}
	got := 0
	for _, a := range u.seen.Agents {
		got += a.Pieces()
	}
	u.seen.Backlog = max(u.seen.Backlog, u.cell.runner.Counts().Pieces-got)
}

// answered counts the agents that ended without an error, and says whether one failed.
func (u *consumer) answered() (n int, failed bool) {
	for _, a := range u.seen.Agents {
		for _, end := range a.Ends() {
			if end.Error == "" {
				n++
			} else {
				failed = true
			}
		}
	}
	return n, failed
}

package scenarios

import (
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// Streams returns the scenarios about streams. The slice is the caller's.
func Streams() []Scenario {
	all := slices.Concat(streamsRead(), streamsLeft(), streamsFailed(), streamsHeldUp(), streamsMany(), streamsOnWire())
	for i := range all {
		all[i].Name = "stream-" + all[i].Name
		if all[i].Config.AgentTimeout == 0 {
			all[i].Config = config()
		}
		all[i].addStreamClauses()
	}
	return all
}

// addStreamClauses adds the clauses that every scenario about streams tests.
func (s *Scenario) addStreamClauses() {
	s.Clauses = append(slices.Clip(s.Clauses), executor.ReturnsInTime, executor.Cancels, executor.LeavesNothing,
		executor.TouchesNoInput, executor.EndsWithConsumer, executor.DeliversInOrder)
	if s.Consumer.Leaves == Stays && s.Caller == (Caller{}) {
		s.Clauses = append(s.Clauses, executor.PartialSuccess)
	}
	if pullsNothing := s.Consumer.Leaves == Pulls && s.Consumer.After == 0; len(s.Agents) > 0 && !s.Caller.CancelBefore && !pullsNothing {
		s.Clauses = append(s.Clauses, executor.PassesContext)
		if s.Honours() && s.RealTime == "" {
			s.Clauses = append(s.Clauses, executor.Joins)
		}
	}
	slices.Sort(s.Clauses)
	s.Clauses = slices.Compact(s.Clauses)
}

// tick is the time between two pieces of a stream.
const tick = 2 * time.Millisecond

// endless is an agent that emits for ever, as long as it is asked to.
func endless() mocks.Fault { return mocks.Emit(-1, tick) }

// reads is a consumer that takes everything.
func reads() *Consumer { return &Consumer{} }

// leaves is a consumer that leaves after n events.
func leaves(how Leaving, n int) *Consumer { return &Consumer{Leaves: how, After: n} }

// streamsRead are streams whose consumer takes everything.
func streamsRead() []Scenario {
	return []Scenario{
		{Name: "normal", Story: "three models answer piece by piece, a fourth at once", Consumer: reads(),
			Agents: agentsWith(mocks.Emit(5, tick), mocks.Emit(12, tick), mocks.Emit(1, quick), mocks.Respond(quick))},
		{Name: "empty", Story: "answers without a single piece, and one with", Consumer: reads(),
			Agents: agentsWith(mocks.Emit(0, 0), mocks.Emit(3, tick), mocks.Emit(0, 0))},
		{Name: "no-agents", Story: "nobody to ask", Consumer: reads()},
		{Name: "huge", Story: "one piece holds a whole document", Consumer: reads(),
			Agents: agentsWith(mocks.EmitHuge(3, 1<<19), mocks.Emit(3, tick))},
		{Name: "burst", Story: "a model sends all it has at once, and then nothing until its time is over", Consumer: reads(),
			Agents: agentsWith(mocks.EmitThen(150, 0, mocks.Hang()), mocks.Emit(150, 0))},
		{Name: "again", Story: "the sequence is ranged over a second time", Consumer: &Consumer{Again: true},
			Agents: agentsWith(mocks.Emit(4, tick), mocks.Emit(2, quick))},
		{Name: "deadline", Story: "the caller's own deadline comes in mid-stream", Consumer: reads(),
			Agents: repeated(3, endless()), Caller: Caller{Deadline: midway}},
		{Name: "cancelled-before", Story: "the user has left before the stream begins", Consumer: reads(),
			Agents: repeated(3, endless()), Caller: Caller{CancelBefore: true}},
		{Name: "ids", Story: "two agents have one ID, one has none, and one is nil", Consumer: reads(), IDs: true,
			Agents:  append(agentsWith(mocks.Emit(3, tick)), Agent{ID: "a", Fault: mocks.Emit(3, tick)}, Agent{Fault: mocks.Emit(3, tick)}, Agent{Nil: true}, Agent{ID: "z", Fault: mocks.Emit(4, tick)}),
			Clauses: []executor.Clause{executor.Survives}},
	}
}

// streamsLeft are streams whose consumer leaves.
func streamsLeft() []Scenario {
	hanging := func() []Agent {
		return agentsWith(endless(), mocks.EmitThen(1, tick, mocks.Hang()), mocks.Hang(), endless())
	}
	return []Scenario{
		{Name: "break", Story: "the reader has seen enough and breaks out of its loop", Consumer: leaves(Breaks, 4), Agents: repeated(3, endless())},
		{Name: "break-first", Story: "the reader breaks at the first piece, while others hang before theirs", Consumer: leaves(Breaks, 1), Agents: hanging()},
		{Name: "break-hanging", Story: "the reader breaks while some models hang in mid-stream", Consumer: leaves(Breaks, 6), Agents: hanging()},
		{Name: "break-ignoring", Story: "the reader breaks while a model hangs and ignores its context", Consumer: leaves(Breaks, 5),
			Agents:  agentsWith(mocks.EmitThen(1, tick, mocks.HangIgnoring()), endless(), mocks.HangIgnoring()),
			Clauses: []executor.Clause{executor.BoundsStuck}},
		{Name: "break-last", Story: "the reader breaks at the very last event", Consumer: leaves(Breaks, 8), Agents: agentsWith(mocks.Emit(3, tick), mocks.Emit(3, tick))},
		{Name: "panic-in-loop", Story: "the body of the reader's loop panics", Consumer: leaves(Panics, 3), Agents: hanging(), MayCrash: true,
			Clauses: []executor.Clause{executor.Survives}},
		{Name: "goexit-in-loop", Story: "the body of the reader's loop ends its goroutine, as t.FailNow does", Consumer: leaves(Exits, 3), Agents: hanging(),
			Clauses: []executor.Clause{executor.Survives}},
		{Name: "cancel", Story: "the reader cancels in mid-stream, and takes what still comes", Consumer: leaves(Cancels, 4), Agents: hanging()},
		{Name: "pull", Story: "the reader pulls some events and stops", Consumer: leaves(Pulls, 3), Agents: hanging()},
		{Name: "pull-nothing", Story: "the reader stops before it has pulled an event", Consumer: leaves(Pulls, 0), Agents: hanging()},
		{Name: "close-twice", Story: "the reader closes the stream in its loop, and once more in a deferred call", Consumer: leaves(ClosesTwice, 3), Agents: hanging()},
		{Name: "disconnect", Story: "a browser that receives the stream closes its connection", Consumer: leaves(Disconnects, 3), Agents: repeated(3, endless()), RealTime: network},
		{Name: "disconnect-hanging", Story: "a browser closes its connection while all models hang", Consumer: leaves(Disconnects, 2), RealTime: network,
			Agents: repeated(2, mocks.EmitThen(1, tick, mocks.Hang()))},
	}
}

// network is why a scenario with an HTTP client needs the machine's clock.
const network = "the client and the server speak over a loopback connection"

// streamsFailed are streams with agents that fail.
func streamsFailed() []Scenario {
	return []Scenario{
		{Name: "timeout", Story: "a model hangs in mid-stream until its time is over, the others answer", Consumer: reads(),
			Agents: agentsWith(mocks.Emit(4, tick), mocks.EmitThen(2, tick, mocks.Hang()), mocks.Hang(), mocks.Emit(6, tick))},
		{Name: "error", Story: "an API fails in mid-stream, another before its first piece", Consumer: reads(),
			Agents:  agentsWith(mocks.Emit(12, tick), mocks.EmitThen(3, tick, mocks.Fail(0)), mocks.Fail(quick), mocks.Emit(5, tick)),
			Clauses: []executor.Clause{executor.Survives}},
		{Name: "all-fail", Story: "the provider is down: every stream fails", Consumer: reads(),
			Agents: agentsWith(mocks.Fail(quick), mocks.EmitThen(2, tick, mocks.Fail(0)), mocks.Fail(0))},
		{Name: "panic", Story: "an agent panics in mid-stream, another before its first piece", Consumer: reads(), MayCrash: true,
			Agents:  agentsWith(mocks.Emit(12, tick), mocks.EmitThen(3, tick, mocks.PanicAfter(0)), mocks.PanicAfter(quick), mocks.Emit(5, tick)),
			Clauses: []executor.Clause{executor.Survives}},
		{Name: "goexit", Story: "an agent's goroutine exits in mid-stream", Consumer: reads(),
			Agents:  agentsWith(mocks.Emit(12, tick), mocks.EmitThen(3, tick, mocks.GoexitAfter(0)), mocks.GoexitAfter(quick)),
			Clauses: []executor.Clause{executor.Survives}},
		{Name: "ignoring", Story: "models hang in mid-stream and ignore their context, the others answer", Consumer: reads(),
			Agents:  agentsWith(mocks.EmitThen(2, tick, mocks.HangIgnoring()), mocks.Emit(6, tick), mocks.HangIgnoring()),
			Clauses: []executor.Clause{executor.BoundsStuck}},
		{Name: "never-ends", Story: "a model repeats itself for ever and ignores its context", Consumer: reads(),
			Agents:  agentsWith(mocks.EmitIgnoring(tick), mocks.Emit(6, tick)),
			Clauses: []executor.Clause{executor.BoundsStuck}},
		{Name: "after-end", Story: "a client's callback brings a piece after the end", Consumer: reads(),
			Agents: agentsWith(mocks.EmitAfterEnd(3, quick), mocks.Emit(12, tick))},
	}
}

// streamsHeldUp are streams whose consumer is slow.
func streamsHeldUp() []Scenario {
	patient := config()
	patient.AgentTimeout = 4 * time.Second
	return []Scenario{
		{Name: "stalled", Story: "a slow reader takes nothing any more, and its request is cancelled", Config: patient,
			Consumer: &Consumer{After: 3, Stalls: 1500 * time.Millisecond}, Agents: repeated(3, mocks.Emit(-1, time.Millisecond/2)),
			Load: Load{Patience: 6 * time.Second}, Caller: Caller{CancelAfter: 1300 * time.Millisecond}, Clauses: []executor.Clause{executor.BoundsBuffer}},
		{Name: "stalled-hanging", Story: "a reader takes nothing any more while models hang, and its request is cancelled", Config: patient,
			Consumer: &Consumer{After: 1, Stalls: time.Second}, Caller: Caller{CancelAfter: slow}, Load: Load{Patience: 6 * time.Second},
			Agents:  agentsWith(mocks.Emit(3, tick), mocks.EmitThen(2, tick, mocks.Hang()), mocks.Hang(), endless()),
			Clauses: []executor.Clause{executor.BoundsBuffer}},
		{Name: "stalled-break", Story: "a reader takes nothing for a while, and then leaves", Config: patient,
			Consumer: &Consumer{Leaves: Breaks, After: 3, Stalls: time.Second}, Agents: repeated(3, mocks.Emit(-1, time.Millisecond/2)),
			Load:    Load{Patience: 6 * time.Second},
			Clauses: []executor.Clause{executor.BoundsBuffer}},
		{Name: "slow", Story: "the reader is slower than the models", Config: patient,
			Consumer: &Consumer{Slow: tick}, Load: Load{Patience: 8 * time.Second}, Agents: repeated(4, mocks.Emit(100, time.Millisecond)),
			Clauses: []executor.Clause{executor.BoundsBuffer}},
		{Name: "slow-timeout", Story: "the reader is so slow that the models' time is over", Consumer: &Consumer{Slow: quick},
			Load: Load{Patience: 4 * time.Second}, Agents: repeated(3, mocks.Emit(20, 0))},
	}
}

// streamsMany are streams with many agents or many requests.
func streamsMany() []Scenario {
	limited, one := config(), config()
	limited.Limit, one.Limit = 2, 1
	return []Scenario{
		{Name: "limit", Story: "six models answer, two at a time", Config: limited, Consumer: reads(),
			Agents: repeated(6, mocks.Emit(3, tick)), Clauses: []executor.Clause{executor.RespectsLimit}},
		{Name: "limit-hanging", Story: "models that hang keep others waiting for their turn", Config: limited, Consumer: reads(),
			Agents:  agentsWith(mocks.EmitThen(1, tick, mocks.Hang()), mocks.Fail(quick), mocks.Emit(3, tick), mocks.EmitThen(1, tick, mocks.PanicAfter(0)), mocks.Emit(3, tick)),
			Clauses: []executor.Clause{executor.RespectsLimit, executor.Survives}, MayCrash: true},
		{Name: "limit-break", Story: "the reader leaves while most models still wait for their turn", Config: one, Consumer: leaves(Breaks, 3),
			Agents: repeated(4, endless()), Clauses: []executor.Clause{executor.RespectsLimit}},
		{Name: "crowd", Story: "32 models answer at the same time", Consumer: reads(), Agents: repeated(32, mocks.Emit(15, tick))},
		{Name: "crowd-break", Story: "the reader leaves 32 models", Consumer: leaves(Breaks, 50), Agents: repeated(32, endless())},
		{Name: "sequential", Story: "30 requests, one after the other, each left in mid-stream", Consumer: leaves(Breaks, 2), Load: Load{Requests: 30, Sequential: true},
			Agents: agentsWith(endless(), mocks.EmitThen(1, tick, mocks.Hang()))},
		{Name: "concurrent", Story: "40 readers leave at the same time", Consumer: leaves(Breaks, 3), Load: Load{Requests: 40},
			Agents: agentsWith(endless(), mocks.EmitThen(1, tick, mocks.Hang()), mocks.Emit(2, 0))},
		{Name: "concurrent-read", Story: "40 readers take everything at the same time", Consumer: reads(), Load: Load{Requests: 40},
			Agents: agentsWith(mocks.Emit(6, tick), mocks.EmitThen(2, tick, mocks.Fail(0)), mocks.Emit(2, 0))},
	}
}

package scenarios

import (
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// streamsOnWire are streams of a real HTTP client, from a server that misbehaves.
func streamsOnWire() []Scenario {
	all := slices.Concat(wireStreamsRead(), wireStreamsBroken(), wireStreamsLeft(), wireStreamsOpen())
	for i := range all {
		all[i].Name = "wire-" + all[i].Name
		all[i].overWire()
	}
	return all
}

// dripping is a healthy stream that takes a while.
func dripping() mocks.Fault {
	return mocks.OnWireStream(mocks.WireStreamDrip.For(4 * time.Millisecond))
}

// endlessOnWire is a stream that never ends.
const endlessOnWire = mocks.WireStreamEndless + "@2ms"

// wireStreamsRead are about servers that answer slowly, late or not at all.
func wireStreamsRead() []Scenario {
	ok := mocks.OnWireStream()
	return []Scenario{
		{Name: "healthy", Story: "healthy streams, one request after another; one lacks its end marker, one endpoint does not stream", Consumer: reads(),
			Agents: agentsWith(ok, dripping(), mocks.OnWireStream(mocks.WireStreamNoMarker), mocks.OnWire()), Load: Load{Requests: 4, Sequential: true}},
		{Name: "hang-first", Story: "endpoints accept the request, and never send headers or a first event", Consumer: reads(),
			Agents: agentsWith(ok, mocks.OnWireStream(mocks.WireHangBeforeHeaders), mocks.OnWireStream(mocks.WireStreamHangFirst))},
		{Name: "hang-mid", Story: "endpoints stop in the middle of an event, and after the last one", Consumer: reads(),
			Agents: agentsWith(mocks.OnWireStream(mocks.WireStreamHangMid), mocks.OnWireStream(mocks.WireHangInBody), mocks.OnWireStream(mocks.WireStreamHangLast), dripping())},
		{Name: "keep-alive", Story: "gateways send comments or empty lines for ever, to keep the connection open", Consumer: reads(),
			Agents: agentsWith(mocks.OnWireStream(mocks.WireStreamComments.For(tick)), mocks.OnWireStream(mocks.WireWhiteSpace.For(tick)), dripping())},
		{Name: "endless", Story: "a model repeats itself until its time is over; another stream arrives in crumbs", Consumer: reads(),
			Agents: agentsWith(mocks.OnWireStream(endlessOnWire), mocks.OnWireStream(mocks.WireSlowDrip.For(tick)))},
	}
}

// wireStreamsBroken are about servers that answer with errors or break off.
func wireStreamsBroken() []Scenario {
	ok := mocks.OnWireStream()
	return []Scenario{
		{Name: "truncated", Story: "a proxy ends one stream in the middle of an event, and answers another with a page of its own", Consumer: reads(),
			Agents:  agentsWith(mocks.OnWireStream(mocks.WireStreamTruncated), mocks.OnWireStream(mocks.WireTruncatedJSON), mocks.OnWireStream(mocks.WireWrongJSON), ok),
			Clauses: []executor.Clause{executor.Survives}},
		{Name: "bad-json", Story: "an event is not JSON", Consumer: reads(), Agents: agentsWith(mocks.OnWireStream(mocks.WireStreamBadJSON), dripping())},
		{Name: "reset", Story: "a load balancer resets one connection in mid-stream, and another before it answers", Consumer: reads(),
			Agents: agentsWith(mocks.OnWireStream(mocks.WireStreamReset), mocks.OnWireStream(mocks.WireReset), dripping())},
		{Name: "errors-after", Story: "endpoints answer, and then send the errors of 429 and 500 as events", Consumer: reads(),
			Agents:  agentsWith(mocks.OnWireStream(mocks.WireStreamTooManyRequests), mocks.OnWireStream(mocks.WireStreamServerError), dripping()),
			Clauses: []executor.Clause{executor.Survives}},
		{Name: "errors-before", Story: "endpoints answer 429 and 500 until their agents' time is over", Consumer: reads(),
			Agents: agentsWith(mocks.OnWireStream(busyFor(30*time.Second)), mocks.OnWireStream(mocks.WireServerError), ok)},
		{Name: "retries", Story: "endpoints answer 429 before their first event; then one streams, and one breaks off, which is not tried again", Consumer: reads(),
			Agents: agentsWith(mocks.OnWireStream(busyFor(quick), busyFor(quick), mocks.WireStreamDrip), mocks.OnWireStream(busyFor(quick), mocks.WireStreamServerError, mocks.WireOK), ok)},
		{Name: "all-fail", Story: "no stream ends well", Consumer: reads(),
			Agents: agentsWith(mocks.OnWireStream(mocks.WireStreamTruncated), mocks.OnWireStream(mocks.WireStreamServerError), mocks.OnWireStream(mocks.WireStreamReset))},
	}
}

// wireStreamsLeft are about consumers that leave.
func wireStreamsLeft() []Scenario {
	hanging := func() []Agent {
		return agentsWith(mocks.OnWireStream(endlessOnWire), mocks.OnWireStream(mocks.WireStreamHangMid), mocks.OnWireStream(mocks.WireStreamHangFirst),
			mocks.OnWireStream(mocks.WireHangBeforeHeaders), mocks.OnWireStream(busyFor(30*time.Second)))
	}
	return []Scenario{
		{Name: "break", Story: "the reader breaks while streams flow, hang and wait to try again", Consumer: leaves(Breaks, 6), Agents: hanging()},
		{Name: "break-first", Story: "the reader breaks at the first piece, while a gateway sends comments", Consumer: leaves(Breaks, 1),
			Agents: agentsWith(dripping(), mocks.OnWireStream(mocks.WireStreamComments.For(tick)), mocks.OnWireStream(mocks.WireStreamHangFirst))},
		{Name: "panic-in-loop", Story: "the body of the reader's loop panics", Consumer: leaves(Panics, 3), Agents: hanging(), MayCrash: true,
			Clauses: []executor.Clause{executor.Survives}},
		{Name: "cancel", Story: "the reader cancels in mid-stream, and takes what still comes", Consumer: leaves(Cancels, 4), Agents: hanging()},
		{Name: "pull", Story: "the reader pulls some events and stops", Consumer: leaves(Pulls, 3), Agents: hanging()},
		{Name: "disconnect", Story: "a browser that receives the stream closes its connection", Consumer: leaves(Disconnects, 3), Agents: hanging()},
		{Name: "stalled", Story: "a reader takes nothing any more, and its request is cancelled", Consumer: &Consumer{After: 3, Stalls: 4 * slow},
			Agents: agentsWith(mocks.OnWireStream(mocks.WireStreamEndless.For(time.Millisecond)), mocks.OnWireStream(mocks.WireStreamEndless.For(time.Millisecond)), mocks.OnWireStream(mocks.WireStreamHangMid)),
			Caller: Caller{CancelAfter: 3 * slow}, Clauses: []executor.Clause{executor.BoundsBuffer}},
		{Name: "concurrent", Story: "twenty readers leave at once; their streams share one client and its connections", Consumer: leaves(Breaks, 3), Load: Load{Requests: 20},
			Agents: agentsWith(mocks.OnWireStream(), mocks.OnWireStream(endlessOnWire), mocks.OnWireStream(mocks.WireStreamHangMid), mocks.OnWireStream(busyFor(quick), mocks.WireOK))},
	}
}

// wireStreamsOpen are about clients that do not close their streams when they should, and
// about clients without a context.
func wireStreamsOpen() []Scenario {
	deaf := mocks.OnWireStreamIgnoring(endlessOnWire)
	return []Scenario{
		{Name: "forgotten", Story: "the reader breaks, and clients forget to close: the end of their context does it", Consumer: leaves(Breaks, 4),
			Agents: agentsWith(mocks.ForgetClose(mocks.OnWireStream(endlessOnWire)), mocks.ForgetClose(mocks.OnWireStream(mocks.WireStreamHangMid)), dripping())},
		{Name: "forgotten-no-context", Story: "the reader breaks, and a client without a context forgets to close", Consumer: leaves(Breaks, 4),
			Agents: agentsWith(mocks.ForgetClose(deaf), mocks.OnWireStream(endlessOnWire))},
		{Name: "closed-late", Story: "the reader breaks, and clients close their streams a little later", Consumer: leaves(Breaks, 4),
			Agents: agentsWith(mocks.CloseLate(slow, deaf), mocks.CloseLate(slow, mocks.OnWireStream(endlessOnWire)))},
		{Name: "no-context", Story: "the reader breaks while clients without a context hang in mid-stream and before the first event", Consumer: leaves(Breaks, 4),
			Agents:  agentsWith(mocks.OnWireStreamIgnoring(mocks.WireStreamHangMid), mocks.OnWireStreamIgnoring(mocks.WireStreamHangFirst), mocks.OnWireStream(endlessOnWire)),
			Clauses: []executor.Clause{executor.BoundsStuck}},
	}
}

package scenarios

import "time"

// Leaving is the way in which the consumer of a stream leaves it.
type Leaving string

const (
	// Stays: the consumer takes what comes until the stream ends.
	Stays Leaving = ""
	// Breaks: it breaks out of its loop.
	Breaks Leaving = "break"
	// Panics: its loop body panics.
	Panics Leaving = "panic"
	// Exits: its loop body ends the goroutine, as t.FailNow does.
	Exits Leaving = "goexit"
	// Cancels: it cancels its context and takes what still comes.
	Cancels Leaving = "cancel"
	// Pulls: it pulls events with iter.Pull, or with the executor's own Pull, and stops.
	Pulls Leaving = "pull and stop"
	// ClosesTwice is Pulls, and stops twice.
	ClosesTwice Leaving = "close twice"
	// Disconnects: it is an HTTP client that closes its connection.
	Disconnects Leaving = "disconnect"
)

// Consumer is what the consumer of a stream does. The zero Consumer takes all events as
// they come.
type Consumer struct {
	// Leaves is how it leaves, after the event number After. An After of zero means
	// before the first event, which only Pulls and ClosesTwice can.
	Leaves Leaving
	After  int
	// Slow is how long each event takes it.
	Slow time.Duration
	// Stalls is for how long it takes nothing after the event number After. It stays then
	// if Leaves is Stays.
	Stalls time.Duration
	// Again makes it range over the same sequence a second time, once the first has ended.
	Again bool
}

// ConsumerPanic is the value with which the loop body of a consumer panics.
const ConsumerPanic = "the consumer's own panic"

// Stream is what a consumer received of the stream of one request.
type Stream struct {
	// Agents tell it by agent, in the order of the scenario. Agents that have the same ID
	// are one.
	Agents []Streamed `json:"agents"`
	// Unknown are events that belong to no agent of the request, as text.
	Unknown []string `json:"unknown,omitempty"`
	// Events counts all events.
	Events int `json:"events"`
	// LeftAt is when the consumer left; zero: it stayed until the stream ended.
	LeftAt time.Duration `json:"leftAtNs,omitempty"`
	// Own is how long the consumer itself held up the stream.
	Own time.Duration `json:"ownNs,omitempty"`
	// Backlog is the largest number of pieces that agents had handed over and the consumer
	// had not received, at any of its events and at the end of its stall.
	Backlog int `json:"backlog,omitempty"`
	// AfterLeaving counts the events that the loop body received after it had left.
	AfterLeaving int `json:"afterLeaving,omitempty"`
	// Overlapping counts the events that came while the loop body was still at work on
	// another.
	Overlapping int `json:"overlapping,omitempty"`
	// Elsewhere: the loop body ran on another goroutine than the loop, as that of a callback.
	Elsewhere bool `json:"elsewhere,omitempty"`
	// Inside are the IDs of agents whose calls cannot end while the loop body stalls, as in
	// an executor without goroutines: the body runs in the call, or the call waits in a
	// coroutine (iter.Pull) until its next piece is asked for.
	Inside []string `json:"inside,omitempty"`
	// Stalled is what the process had at the end of the consumer's stall; nil where it did
	// not stall, or on the machine's clock.
	Stalled *Stalled `json:"stalled,omitempty"`
	// Again counts the events of the second range over the sequence.
	Again int `json:"again,omitempty"`
}

// Stalled is what was there at the end of a consumer's stall.
type Stalled struct {
	At time.Duration `json:"atNs"`
	// Running are the IDs of agents that still ran although they honour their context, in
	// a call whose context was done.
	Running []string  `json:"running,omitempty"`
	Left    Leftovers `json:"left"`
}

// Streamed is what the consumer received of the agents with one ID.
type Streamed struct {
	ID string `json:"id"`
	// Steps are what came, in order.
	Steps []Step `json:"steps,omitempty"`
}

// Step is one step of what a consumer received of an agent: pieces with numbers that
// follow each other, or an end, or something else.
type Step struct {
	// From and To are the numbers of the first and last piece.
	From int `json:"from,omitempty"`
	To   int `json:"to,omitempty"`
	// End is the end of the agent. Error is that of the event, and Is what errors.Is finds
	// in it; see Call.Is.
	End   bool          `json:"end,omitempty"`
	Error string        `json:"error,omitempty"`
	Is    []string      `json:"is,omitempty"`
	At    time.Duration `json:"atNs,omitempty"`
	// Other is the text of a piece that the agent did not emit.
	Other string `json:"other,omitempty"`
}

// Pieces counts the pieces that were received.
func (s Streamed) Pieces() (n int) {
	for _, step := range s.Steps {
		if !step.End && step.Other == "" {
			n += step.To - step.From + 1
		}
	}
	return n
}

// Ends are the ends that were received.
func (s Streamed) Ends() (ends []Step) {
	for _, step := range s.Steps {
		if step.End {
			ends = append(ends, step)
		}
	}
	return ends
}

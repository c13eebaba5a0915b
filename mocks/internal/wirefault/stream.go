package wirefault

import (
	"bytes"
	"fmt"
	"math"
	"net/http"

	"github.com/watertight-go/watertight/mocks"
)

// Stream is an answer of server-sent events.
type Stream struct {
	// Events are the healthy answer, each with its empty line: five or more. The last one
	// is the end marker.
	Events [][]byte
	// Piece is an event of a stream that never ends.
	Piece func(i int) []byte
}

// beforeFault is how many events come before a fault in mid-stream. Of a chat completion
// they are the role, and two pieces of the content.
const beforeFault = 3

// Event is a document as an event of a stream.
func Event(v map[string]any) []byte { return fmt.Appendf(nil, "data: %s\n\n", Document(v)) }

// Play plays the faults of streams and those of every answer. Of these, drips and cuts
// divide the text of the stream wherever it falls.
func (a Stream) Play(p *Player, f Fault) error {
	p.W.Header().Set("Content-Type", "text/event-stream")
	p.W.Header().Set("Cache-Control", "no-cache")
	last := len(a.Events) - 1
	switch f.Name {
	case mocks.WireOK:
		p.Send(a.Events...)
	case mocks.WireStreamHangFirst:
		p.Send()
		return p.Hang()
	case mocks.WireStreamHangMid:
		p.Send(a.until(a.halfNext())...)
		return p.Hang()
	case mocks.WireStreamHangLast:
		p.Send(a.Events[:last]...)
		return p.Hang()
	case mocks.WireStreamDrip:
		return p.Drip(f, len(a.Events), func(i int) []byte { return a.Events[i] })
	case mocks.WireStreamEndless:
		return p.Drip(f, math.MaxInt, a.Piece)
	case mocks.WireStreamComments:
		return p.Drip(f, math.MaxInt, func(int) []byte { return []byte(": keep-alive\n\n") })
	default:
		return a.breakOff(p, f)
	}
	return nil
}

// breakOff plays the faults that end a stream early, and those of every answer.
func (a Stream) breakOff(p *Player, f Fault) error {
	switch f.Name {
	case mocks.WireStreamTruncated:
		p.Send(a.until(a.halfNext())...)
	case mocks.WireStreamBadJSON:
		p.Send(a.until([]byte("data: {\"choices\":[{]}\n\n"))...)
	case mocks.WireStreamNoMarker:
		p.Send(a.Events[:len(a.Events)-1]...)
	case mocks.WireStreamReset:
		p.Send(a.Events[:beforeFault]...)
		return p.Reset()
	case mocks.WireStreamTooManyRequests:
		p.Send(a.until(eventOf(http.StatusTooManyRequests))...)
	case mocks.WireStreamServerError:
		p.Send(a.until(eventOf(http.StatusInternalServerError))...)
	default:
		return Whole{bytes.Join(a.Events, nil)}.Play(p, f)
	}
	return nil
}

// until are the events before a fault in mid-stream, and that one.
func (a Stream) until(event []byte) [][]byte {
	return append(a.Events[:beforeFault:beforeFault], event)
}

func (a Stream) halfNext() []byte {
	next := a.Events[beforeFault]
	return next[:len(next)/2]
}

// eventOf is the error of a status as an event.
func eventOf(status int) []byte { return Event(failure(kindOf(status), messageOf(status))) }

package mocks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// WireFault is what a server does with one HTTP request. Some faults have a time,
// which For appends, as in "slow-drip@5ms".
type WireFault string

const (
	// WireOK answers, and asks for each tool that the request offers.
	WireOK WireFault = "ok"
	// WireHangBeforeHeaders reads the request and sends nothing.
	WireHangBeforeHeaders WireFault = "hang-before-headers"
	// WireHangInBody sends the headers and half of the body, then nothing.
	WireHangInBody WireFault = "hang-in-body"
	// WireSlowDrip sends the body in ten pieces. For sets the time between two.
	WireSlowDrip WireFault = "slow-drip"
	// WireWhiteSpace sends white space for ever. Gateways do so to keep a
	// connection open while a model is busy. For sets the time between two bytes.
	WireWhiteSpace WireFault = "white-space"
	// WireTooManyRequests is status 429. For sets its Retry-After.
	WireTooManyRequests WireFault = "too-many-requests"
	// WireServerError is status 500.
	WireServerError WireFault = "server-error"
	// WireReset resets the connection (RST) in place of an answer.
	WireReset WireFault = "reset"
	// WireTruncatedJSON sends half of the document as the whole body.
	WireTruncatedJSON WireFault = "truncated-json"
	// WireWrongJSON sends a valid JSON document that is not a completion.
	WireWrongJSON WireFault = "wrong-json"
)

// WireFaults are the wire faults that every answer can have. WireStreamFaults has those of
// streams.
func WireFaults() []WireFault {
	return []WireFault{WireOK, WireHangBeforeHeaders, WireHangInBody, WireSlowDrip, WireWhiteSpace,
		WireTooManyRequests, WireServerError, WireReset, WireTruncatedJSON, WireWrongJSON}
}

// For is the fault with its own time in place of the server's.
func (f WireFault) For(d time.Duration) WireFault { return f + "@" + WireFault(d.String()) }

// Split returns the fault without its time, and the time, which is zero if the
// fault has none. An unknown fault is an error.
func (f WireFault) Split() (name WireFault, d time.Duration, err error) {
	text, after, timed := strings.Cut(string(f), "@")
	name = WireFault(text)
	if all := append(WireFaults(), WireStreamFaults()...); !slices.Contains(all, name) {
		return "", 0, fmt.Errorf("mocks: wire fault: got %q, want one of %q", f, all)
	}
	if timed {
		if d, err = time.ParseDuration(after); err != nil || d <= 0 {
			return "", 0, fmt.Errorf("mocks: wire fault: got %q, want a positive time after the @", f)
		}
	}
	return name, d, nil
}

// Wire is a client connected to a server that plays wire faults.
type Wire interface {
	// Runner makes calls with that model name. The name tells the server what to
	// do: the faults, comma separated, then ":" and the agent's ID. The first
	// request of a call gets the first fault, the first retry the next, and so
	// on. When no fault is left, the last one is repeated. OnWireStream needs one
	// that is an executor.Streamer.
	Runner(model string) executor.Runner
	// Use is what the client has used so far and what it holds now.
	Use() WireUse
	// Close drops idle connections.
	Close()
}

// WireUse counts the requests and connections of a client.
type WireUse struct {
	// Requests is how many requests were sent, retries included. Dialed is how
	// many connections were opened.
	Requests, Dialed int
	// Open is how many connections are open now. InUse is how many of them serve
	// a request whose response is not yet read to its end or closed; the others
	// are idle. Bodies is how many of those in use have an open response body. A
	// body that is forgotten counts until its connection is closed, as it is when
	// the context of the request ends.
	Open, InUse, Bodies int
}

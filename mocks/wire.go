package mocks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// WireFault is what a server does with one HTTP request. Some faults take a
// time, which For adds to the name, as in "slow-drip@5ms".
type WireFault string

const (
	// WireOK answers, and asks for each tool that the request offers.
	WireOK WireFault = "ok"
	// WireHangBeforeHeaders accepts the request and stays silent.
	WireHangBeforeHeaders WireFault = "hang-before-headers"
	// WireHangInBody sends the headers and half of the body, then nothing.
	WireHangInBody WireFault = "hang-in-body"
	// WireSlowDrip sends the body in ten pieces; For is the time between two.
	WireSlowDrip WireFault = "slow-drip"
	// WireWhiteSpace sends white space for ever, as gateways do to keep a
	// connection open while a model is busy; For is the time between two bytes.
	WireWhiteSpace WireFault = "white-space"
	// WireTooManyRequests is status 429; For is its Retry-After.
	WireTooManyRequests WireFault = "too-many-requests"
	// WireServerError is status 500.
	WireServerError WireFault = "server-error"
	// WireReset resets the connection (RST) instead of answering.
	WireReset WireFault = "reset"
	// WireTruncatedJSON sends half of the document as if it were whole.
	WireTruncatedJSON WireFault = "truncated-json"
	// WireWrongJSON sends a sound document that is not a completion.
	WireWrongJSON WireFault = "wrong-json"
)

// WireFaults lists all of them.
func WireFaults() []WireFault {
	return []WireFault{WireOK, WireHangBeforeHeaders, WireHangInBody, WireSlowDrip, WireWhiteSpace,
		WireTooManyRequests, WireServerError, WireReset, WireTruncatedJSON, WireWrongJSON}
}

// For is the fault with a time of its own in place of the server's.
func (f WireFault) For(d time.Duration) WireFault { return f + "@" + WireFault(d.String()) }

// Split is the fault without its time, and the time; zero where it has none.
// The error names what is no fault.
func (f WireFault) Split() (name WireFault, d time.Duration, err error) {
	text, after, timed := strings.Cut(string(f), "@")
	name = WireFault(text)
	if !slices.Contains(WireFaults(), name) {
		return "", 0, fmt.Errorf("mocks: wire fault: got %q, want one of %q", f, WireFaults())
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
	// Runner makes calls under that model's name, which tells the server what
	// to do: the faults, comma separated, then ":" and the agent's ID. The first
	// request of a call meets the first fault, a repeated one the next, and the
	// last fault stays.
	Runner(model string) executor.Runner
	// Use is what the client has used so far and holds now.
	Use() WireUse
	// Close drops idle connections.
	Close()
}

// WireUse is a client's account of its connections.
type WireUse struct {
	// Requests is how many were sent in all, repeated ones included, and Dialed
	// how many connections were opened.
	Requests, Dialed int
	// Open is how many connections are open now, and InUse how many of them
	// serve a request whose answer has not been read to its end or closed; the
	// others are idle. Bodies are those in use by an open response body.
	Open, InUse, Bodies int
}

// OnWire is a call of a real client; see FaultRunner.Connect. Its first request meets
// the first fault, a repeated one the next, and so on; the last one stays.
// Without faults it is WireOK.
func OnWire(faults ...WireFault) Fault {
	return onWire("on the wire: ", faults, func(ctx context.Context) context.Context { return ctx })
}

// OnWireIgnoring is OnWire through a client that is handed no context, as
// http.Post is: it outlives the agent's time, until it is released.
func OnWireIgnoring(faults ...WireFault) Fault {
	f := onWire("on the wire, without the context: ", faults, context.WithoutCancel)
	f.IgnoresContext = true
	return f
}

func onWire(prefix string, faults []WireFault, of func(context.Context) context.Context) Fault {
	if len(faults) == 0 {
		faults = []WireFault{WireOK}
	}
	var names []string
	for _, f := range faults {
		names = append(names, string(f))
	}
	wire := strings.Join(names, ",")
	a := func(ctx context.Context, c *call) (*executor.AgentResponse, error) {
		ctx = of(ctx)
		r, err := c.overWire(ctx, wire+":"+c.agent.ID)
		switch {
		case err == nil:
			return r, nil
		case c.runner.isReleased():
			return c.answer(), nil
		case ctx.Err() == nil: // not the context's doing, so the agent's own
			return nil, fmt.Errorf("%w: %w", c.fault(), err)
		}
		return nil, err
	}
	return Fault{Name: prefix + strings.Join(names, ", then "), Wire: wire, bind: func() act { return a }}
}

// overWire makes the call through the client, and ends it when the runner is released.
func (c *call) overWire(ctx context.Context, model string) (*executor.AgentResponse, error) {
	c.runner.mu.Lock()
	wire, released := c.runner.wire, c.runner.ended
	c.runner.mu.Unlock()
	if wire == nil {
		return nil, errors.New("mocks: got no client for the wire, want FaultRunner.Connect before the first call")
	}
	ctx, cancel := context.WithCancel(context.WithValue(ctx, attemptsOf{}, c))
	defer cancel()
	defer context.AfterFunc(released, cancel)() // no goroutine, unlike a select
	return wire.Runner(model).ExecuteAgent(ctx, c.agent, c.input, c.history)
}

// attemptsOf is the key under which a context holds the call that it belongs to.
type attemptsOf struct{}

// RecordAttempt writes down, in the books of the call that ctx belongs to, that
// its client sends a request now. Without such a call it does nothing.
func RecordAttempt(ctx context.Context) {
	c, ok := ctx.Value(attemptsOf{}).(*call)
	if !ok || c.entry == nil {
		return
	}
	l := c.runner.recorder
	l.mu.Lock()
	defer l.mu.Unlock()
	c.entry.Attempts = append(c.entry.Attempts, time.Now())
}

// Connect gives the runner the client through which the calls of OnWire go. It
// must be called before the first of them. The wire stays the caller's to close.
func (c *FaultRunner) Connect(w Wire) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wire = w
	c.ended, c.end = context.WithCancel(context.Background())
}

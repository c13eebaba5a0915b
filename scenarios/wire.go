package scenarios

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/mocks"
)

// Wire is what the client of a wire scenario used.
type Wire struct {
	// Requests is how many HTTP requests were sent, retries included; Dialed
	// how many connections were opened for them.
	Requests int `json:"requests"`
	Dialed   int `json:"dialed"`
	// Left is what was open when the last request was over, Released after the
	// agents were released and the idle connections dropped.
	Left     Connections `json:"left"`
	Released Connections `json:"released"`
}

// Connections are those of a client at one moment.
type Connections struct {
	Open int `json:"open"`
	// InUse are those that serve a request or an unread body; the others are
	// idle, kept alive for the next request.
	InUse int `json:"inUse"`
	// Bodies are response bodies neither read to their end nor closed.
	Bodies int `json:"bodies"`
}

func connections(u mocks.WireUse) Connections {
	return Connections{Open: u.Open, InUse: u.InUse, Bodies: u.Bodies}
}

// connect makes the client of a wire scenario.
func (c *cell) connect() error {
	if !c.s.OnWire() {
		return nil
	}
	if c.opts.Wire == nil {
		return fmt.Errorf("options.Wire: got nil, want the client for a scenario with agents on a wire")
	}
	w, err := c.opts.Wire(c.s.Retries)
	if err != nil {
		return fmt.Errorf("connect the client: %w", err)
	}
	c.wire = w
	c.crew.Connect(w)
	return nil
}

// account lets note write down what the client uses now.
func (c *cell) account(note func(*Wire, mocks.WireUse)) {
	if c.wire == nil {
		return
	}
	if c.obs.Wire == nil {
		c.obs.Wire = &Wire{}
	}
	note(c.obs.Wire, c.wire.Use())
}

// ofClient says that the goroutine is one of an HTTP connection's two, or
// dials it: the client started it, for a call or to keep the connection.
func ofClient(f leak.Finding) bool {
	return strings.HasPrefix(f.Entry, "net/http.(*persistConn).") || strings.HasPrefix(f.Entry, "net/http.(*Transport).")
}

// wire rules on the connections of a wire scenario. What an agent's client
// keeps after its call has returned is the client's doing, and only told.
func (d *docket) wire(r *ruling) {
	w := d.o.Wire
	switch {
	case !d.s.OnWire():
		return
	case w == nil:
		r.doubt("the client's connections were not looked at")
		return
	}
	running, looked := 0, 0
	for _, c := range d.o.Calls {
		for _, a := range c.Agents {
			looked++
			if a.RunningAtReturn && a.LateAt == 0 {
				running++
			}
		}
	}
	if n := w.Left.InUse - w.Left.Bodies; d.s.honours() && running > 0 && w.Left.InUse > 0 {
		r.breaks("%d connections are in use by agents that were not stopped, %d of them before the headers", w.Left.InUse, n)
	}
	if d.s.honours() && looked == 0 && w.Left.InUse > 0 {
		r.doubt("%d connections are in use, and whether by agents was not recorded", w.Left.InUse)
	}
	r.saw += fmt.Sprintf("; %d HTTP requests over %d connections, of which %d were idle and %d in use",
		w.Requests, w.Dialed, w.Left.Open-w.Left.InUse, w.Left.InUse)
	if w.Released.Bodies > 0 {
		r.saw += fmt.Sprintf("; an agent's client forgot to close %d response bodies", w.Released.Bodies)
	} else if w.Released.Open > 0 {
		r.breaks("%d connections are open after every agent had returned", w.Released.Open)
	}
}

package observe

import (
	"fmt"

	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

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
	c.wire, c.obs.Wire = w, &scenarios.Wire{}
	c.runner.Connect(w)
	return nil
}

// noteWire lets note write down what the client uses now.
func (c *cell) noteWire(note func(*scenarios.Wire, mocks.WireUse)) {
	if c.wire != nil {
		note(c.obs.Wire, c.wire.Use())
	}
}

func connections(u mocks.WireUse) scenarios.Connections {
	return scenarios.Connections{Open: u.Open, InUse: u.InUse, Bodies: u.Bodies}
}

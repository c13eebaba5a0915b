package cell

import (
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/scenarios"
)

// OnBothClocks reports whether the cell runs twice: in one process on the machine's
// clock, and in another on virtual time, by which it is judged then. That is
// wherever the scenario can run on virtual time. Loads that are large or about a
// limit of the process run on the machine's clock only.
func (c Cell) OnBothClocks() bool {
	load, isLoad := loads.Find(c.Scenario)
	switch {
	case isLoad && (c.Kind != KindLoad || load.Mode != loads.Sampled || c.Large()):
		return false
	case !isLoad && c.Kind != KindScenario:
		return false
	}
	s, err := c.scenario()
	return err == nil && s.RealTime == ""
}

// OnVirtualTime is the cell for the process that runs it on virtual time.
func (c Cell) OnVirtualTime() Cell {
	c.Clock = scenarios.VirtualClock
	return c
}

// isVirtual reports whether this process runs the cell on virtual time.
func (c Cell) isVirtual() bool {
	load, _ := loads.Find(c.Scenario)
	return c.Clock == scenarios.VirtualClock || load.Mode == loads.Virtual
}

// Large reports whether the cell keeps the machine busy itself.
func (c Cell) Large() bool { return c.Requests*c.Agents > ManyCalls }

// Join makes one observation of the two runs of a cell. stalled says why virtual
// time made no progress; empty where it did. Where virtual time cannot tell, the
// machine's run is all there is.
func Join(virtual, machine scenarios.Observation, stalled string) scenarios.Observation {
	if crash := virtual.Crash; crash != nil && (!crash.Died() || strings.Contains(crash.Message, "synctest")) {
		// Ended from outside, or by the runtime because something in the process is
		// used both inside and outside of the bubble.
		stalled = crash.String()
	}
	if stalled != "" {
		machine.Warnings = append(machine.Warnings, "judged on the machine's clock alone: "+stalled)
		machine.Races = slices.Concat(machine.Races, virtual.Races)
		return machine
	}
	return scenarios.OnBothClocks(virtual, machine)
}

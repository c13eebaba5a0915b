package scenarios

import "slices"

// OnBothClocks joins two runs of one cell: the result is the run on virtual time,
// with that on the machine's clock as its Machine.
func OnBothClocks(virtual, machine Observation) Observation {
	o := virtual
	// These belong to the process that ran on the machine's clock.
	o.Series, o.Profiles, o.Limit = machine.Series, machine.Profiles, machine.Limit
	machine.Series, machine.Profiles, machine.Limit = nil, nil, nil
	// Times and order are judged by those of the run on virtual time.
	machine.Calls, machine.Times = nil, nil
	o.Elapsed += machine.Elapsed
	for _, w := range machine.Warnings {
		if !slices.Contains(o.Warnings, w) {
			o.Warnings = append(o.Warnings, w)
		}
	}
	machine.Warnings = nil
	o.Machine = &machine
	return o
}

// OnMachine is the run on the machine's clock: Machine where the cell ran on both
// clocks, else the observation itself. It has the heap, the descriptors, goleak's
// answer and proofs of leaks, where these were asked for.
func (o Observation) OnMachine() Observation {
	if o.Machine == nil {
		return o
	}
	m := *o.Machine
	m.Executor, m.Scenario, m.Race, m.Machine = o.Executor, o.Scenario, o.Race, nil
	m.Series, m.Profiles, m.Limit = o.Series, o.Profiles, o.Limit
	return m
}

// AnyCrash is how the cell's process died, on either clock; nil where it did not.
func (o Observation) AnyCrash() *Crash {
	if o.Crash == nil && o.Machine != nil {
		return o.Machine.Crash
	}
	return o.Crash
}

// CountedByMocks says why a count of agents is not that of the inspection.
const CountedByMocks = "counted by the mocks: the dump was capped"

// StuckAgents is how many agent calls were running when the last call was over.
// Where the dump of goroutines was capped, not all of them are in it: then it is
// the mocks' own count, and byMocks is true.
func (o Observation) StuckAgents() (n int, byMocks bool) {
	if o.Left.Leak.Unseen > 0 && o.Totals.AgentsRunning > o.Left.ByAgent {
		return o.Totals.AgentsRunning, true
	}
	return o.Left.ByAgent, false
}

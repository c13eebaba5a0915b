// Package cell is one executor in one scenario, and the work of the child process
// that runs it: observe it, sample and profile it if it is a load, and write the
// result. The parent's side is in package run.
package cell

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/scenarios"
)

// Env is the environment variable that makes a process the child of one cell.
const Env = "WATERTIGHT_STRESS_CELL"

// The kinds of cells.
const (
	KindScenario = "scenario" // a scenario of the catalogue
	KindLoad     = "load"     // a load of package loads
	KindHeap     = "heap"     // a load again, for its heap profiles only
	KindCost     = "cost"     // what requests allocate and leave behind
	KindTime     = "time"     // the time of requests, beside the floor
)

// Cell is what a child process needs to know besides the arguments of the command.
type Cell struct {
	Kind     string `json:"kind"`
	Executor string `json:"executor"`
	Scenario string `json:"scenario"`
	// Requests and Agents are the size of a load. Zero in cells of the catalogue.
	Requests int `json:"requests,omitempty"`
	Agents   int `json:"agents,omitempty"`
	// Race says that the child is the binary built with -race.
	Race bool `json:"race,omitempty"`
	// Clock is scenarios.VirtualClock for a process that runs the cell on virtual
	// time. Empty: the machine's clock, or what the mode of a load asks for.
	Clock scenarios.Clock `json:"clock,omitempty"`
	// VirtualIfPossible leaves the run on the machine's clock out where virtual time
	// makes progress: of executors that are shown for comparison only.
	VirtualIfPossible bool `json:"virtualIfPossible,omitempty"`
	// Round and Batch number the processes that measure time.
	Round int `json:"round,omitempty"`
	Batch int `json:"batch,omitempty"`
	// URL is that of the faulty server, for cells with a real client.
	URL string `json:"url,omitempty"`
	// Deadline is when the parent kills the child.
	Deadline time.Duration `json:"deadlineNs"`
	// Result is the file that the child writes its Result to.
	Result string `json:"result"`
	// Progress is the file in which a load that may die keeps how far it came.
	Progress string `json:"progress"`
	// Report is the folder of the report, for profiles.
	Report string `json:"report"`
}

// String names the cell in progress and messages.
func (c Cell) String() string {
	name := c.Executor + "/" + c.Scenario
	if c.Race {
		name += " (race)"
	}
	switch {
	case c.Kind == KindHeap:
		name += " (heap)"
	case c.Kind == KindTime:
		name += fmt.Sprintf(" (time %d.%d)", c.Batch+1, c.Round+1)
	case c.Clock == scenarios.VirtualClock:
		name += " (virtual time)"
	}
	return name
}

// Heap is the cell that takes the heap profiles of a load. Every allocation is
// recorded there. The garbage collection that finds leaks then takes minutes with
// 100,000 goroutines and more, so only a part of a larger load is profiled.
func (c Cell) Heap() Cell {
	c.Kind = KindHeap
	c.Requests = min(c.Requests, max(1, heapCalls/c.Agents))
	return c
}

// ManyCalls is the number of agent calls from which on a load runs alone.
const ManyCalls = 10_000

// heapCalls is the largest number of agent calls of a heap cell.
const heapCalls = 50_000

// OnWire reports whether the cell needs the faulty server.
func (c Cell) OnWire() bool {
	if load, ok := loads.Find(c.Scenario); ok {
		return load.Mode == loads.RealClient
	}
	s, err := scenarios.Lookup(c.Scenario)
	return err == nil && s.OnWire()
}

// Encode is the cell as the value of Env.
func (c Cell) Encode() (string, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("stress: cell %v: %w", c, err)
	}
	return string(data), nil
}

func decode(text string) (Cell, error) {
	var c Cell
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return c, fmt.Errorf("stress: %s: got %q, want a cell that the parent wrote: %w", Env, text, err)
	}
	return c, nil
}

// Empty is an observation that says nothing but which cell it belongs to.
func (c Cell) Empty() scenarios.Observation {
	o := scenarios.Observation{Executor: c.Executor, Scenario: c.Scenario, Clock: cmp.Or(c.Clock, scenarios.RealClock), Race: c.Race}
	o.Setup.Requests, o.Setup.Agents = c.Requests, c.Agents
	return o
}

// Package cell is one executor in one scenario, and what a child process does
// with it: run it, sample and profile it where it is a load, and write down what
// was observed. The parent's side is in package run.
package cell

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/scenarios"
)

// Env is the environment variable that makes a process the child of one cell.
const Env = "WATERTIGHT_STRESS_CELL"

// Kinds of cells.
const (
	KindScenario = "scenario" // one scenario of the catalogue, real time
	KindLoad     = "load"     // a load of package loads
	KindHeap     = "heap"     // the same once more, for its heap profiles only
	KindCost     = "cost"     // what requests allocate and leave behind
	KindTime     = "time"     // the time of requests beside the floor
)

// Cell is the address of one child's work: everything that it needs to know
// besides the command's arguments.
type Cell struct {
	Kind     string `json:"kind"`
	Executor string `json:"executor"`
	Scenario string `json:"scenario"`
	// Requests and Agents size the load; zero in cells of the catalogue.
	Requests int `json:"requests,omitempty"`
	Agents   int `json:"agents,omitempty"`
	// Race says that the child is the race binary.
	Race bool `json:"race,omitempty"`
	// Round and Batch number the processes that measure time.
	Round int `json:"round,omitempty"`
	Batch int `json:"batch,omitempty"`
	// URL is the faulty server's, for cells with a real client.
	URL string `json:"url,omitempty"`
	// Deadline is when the parent kills the child.
	Deadline time.Duration `json:"deadlineNs"`
	// Result is the file that the child writes its Observation to, Progress the
	// one in which it keeps how far it came, Report the folder of the report.
	Result   string `json:"result"`
	Progress string `json:"progress"`
	Report   string `json:"report"`
}

// String names the cell in progress and messages.
func (c Cell) String() string {
	name := c.Executor + "/" + c.Scenario
	switch {
	case c.Race:
		name += " (race)"
	case c.Kind == KindHeap:
		name += " (heap)"
	case c.Kind == KindTime:
		name += fmt.Sprintf(" (time %d.%d)", c.Batch+1, c.Round+1)
	}
	return name
}

// Heap is the cell that takes the heap profiles of a load. With every allocation
// recorded a collection that looks for leaks takes minutes past some 100,000
// goroutines, so a larger load is profiled in part.
func (c Cell) Heap() Cell {
	c.Kind = KindHeap
	c.Requests = min(c.Requests, max(1, heapCalls/c.Agents))
	return c
}

// ManyCalls is from how many agent calls on a load has the machine to itself.
const ManyCalls = 10_000

// heapCalls is the most agent calls of a heap cell.
const heapCalls = 50_000

// OnWire says that the cell needs the faulty server.
func (c Cell) OnWire() bool {
	if load, ok := loads.Find(c.Scenario); ok {
		return load.Mode == loads.RealClient
	}
	s, err := scenarios.Lookup(c.Scenario)
	return err == nil && s.OnWire()
}

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
		return c, fmt.Errorf("stress: %s: got %q, want a cell written by the parent: %w", Env, text, err)
	}
	return c, nil
}

// Empty is an Observation that only says which cell it belongs to.
func (c Cell) Empty() scenarios.Observation {
	o := scenarios.Observation{Executor: c.Executor, Scenario: c.Scenario, Clock: scenarios.RealClock, Race: c.Race}
	o.Setup.Requests, o.Setup.Agents = c.Requests, c.Agents
	return o
}

package stress

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/scenarios"
)

// cellEnv is the environment variable that makes a process the child of one cell.
const cellEnv = "WATERTIGHT_STRESS_CELL"

// Kinds of cells.
const (
	kindScenario = "scenario" // one scenario of the catalogue, real time
	kindLoad     = "load"     // a load of package loads
	kindHeap     = "heap"     // the same once more, for its heap profiles only
	kindCost     = "cost"     // what requests allocate and leave behind
	kindTime     = "time"     // the time of requests beside the floor
)

// cell is the address of one child's work: everything that it needs to know
// besides the command's arguments.
type cell struct {
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
func (c cell) String() string {
	name := c.Executor + "/" + c.Scenario
	switch {
	case c.Race:
		name += " (race)"
	case c.Kind == kindHeap:
		name += " (heap)"
	case c.Kind == kindTime:
		name += fmt.Sprintf(" (time %d.%d)", c.Batch+1, c.Round+1)
	}
	return name
}

// heapCell is the cell that takes the heap profiles of a load. With every
// allocation recorded a collection that looks for leaks takes minutes past some
// 100,000 goroutines, so a larger load is profiled in part.
func heapCell(load cell) cell {
	load.Kind = kindHeap
	load.Requests = min(load.Requests, max(1, heapCalls/load.Agents))
	return load
}

// heapCalls is the most agent calls of a heap cell.
const heapCalls = 50_000

// onWire says that the cell needs the faulty server.
func (c cell) onWire() bool {
	if load, ok := loads.Find(c.Scenario); ok {
		return load.Mode == loads.RealClient
	}
	s, err := scenarios.Lookup(c.Scenario)
	return err == nil && s.OnWire()
}

func (c cell) encode() (string, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("stress: cell %v: %w", c, err)
	}
	return string(data), nil
}

func decodeCell(text string) (cell, error) {
	var c cell
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return c, fmt.Errorf("stress: %s: got %q, want a cell written by the parent: %w", cellEnv, text, err)
	}
	return c, nil
}

// empty is an Observation that only says which cell it belongs to.
func (c cell) empty() scenarios.Observation {
	o := scenarios.Observation{Executor: c.Executor, Scenario: c.Scenario, Clock: scenarios.RealClock, Race: c.Race}
	o.Setup.Requests, o.Setup.Agents = c.Requests, c.Agents
	return o
}

package scenarios

import (
	"slices"
	"strings"
	"time"
)

// Control are the witnesses that ran beside the cell: timers, and messages between
// goroutines. They show how late the machine runs what is due.
type Control struct {
	// Lateness is the longest delay that one of them saw.
	Lateness time.Duration `json:"latenessNs"`
	// Repeats is how often the cell was run again, because the machine may have been
	// the cause of its failures.
	Repeats int `json:"repeats,omitempty"`
	// Unconfirmed are the clauses that failed in the last run and in none before:
	// the machine may be the cause.
	Unconfirmed []int `json:"unconfirmed,omitempty"`
}

// Sample is the state of the process at one moment of the run.
type Sample struct {
	At time.Duration `json:"atNs"`
	// Requests is how many requests had been started by then.
	Requests   int `json:"requests"`
	Goroutines int `json:"goroutines"`
	// Running, Runnable, Waiting and InSyscall are goroutines by scheduler state.
	Running   int `json:"running"`
	Runnable  int `json:"runnable"`
	Waiting   int `json:"waiting"`
	InSyscall int `json:"inSyscall"`
	Threads   int `json:"threads"`
	// InFlight is how many callers were waiting.
	InFlight int `json:"inFlight"`
	// HeapBytes are live and dead objects, StackBytes goroutine stacks,
	// TotalBytes all memory that the runtime has mapped.
	HeapBytes  uint64 `json:"heapBytes"`
	StackBytes uint64 `json:"stackBytes"`
	TotalBytes uint64 `json:"totalBytes"`
	// Descriptors is the number of open descriptors; -1 where it is not known.
	Descriptors int `json:"descriptors"`
}

// ProfileFile is a profile of the cell that was written to a file.
type ProfileFile struct {
	// Kind is "goroutine", "goroutineleak" or "heap"; Moment "start", "end" or "diff".
	Kind   string `json:"kind"`
	Moment string `json:"moment"`
	Path   string `json:"path"`
	// Total is the sum of the profile's default value, in Unit.
	Total int64  `json:"total"`
	Unit  string `json:"unit"`
	// Top are the frames that explain most of it.
	Top []ProfileTop `json:"top,omitempty"`
}

// ProfileTop is a frame of a profile with its cumulative value.
type ProfileTop struct {
	Function string `json:"function"`
	File     string `json:"file"`
	Line     int64  `json:"line"`
	Value    int64  `json:"value"`
}

// LimitHit is a limit that ended a run.
type LimitHit struct {
	// Resource is "goroutines", "threads", "descriptors" or "memory".
	Resource string `json:"resource"`
	Limit    int    `json:"limit"`
	// Lowered says, where the harness had lowered the limit, from what.
	Lowered string `json:"lowered,omitempty"`
	// At is the number of requests that had been made by then.
	At      int    `json:"at"`
	Message string `json:"message"`
}

// Crash tells how the process of a cell died.
type Crash struct {
	// Kind is "panic", "fatal", "deadline", "deadlock", "signal", "exit" or "start".
	Kind string `json:"kind"`
	// Message is the line that says why.
	Message string `json:"message"`
	// Stacks is the beginning of what the process wrote.
	Stacks string `json:"stacks,omitempty"`
}

// String is the kind and the message, without the runtime's own word for the
// kind at the start of the message.
func (c Crash) String() string {
	message := strings.TrimPrefix(strings.TrimPrefix(c.Message, "panic: "), "fatal error: ")
	return c.Kind + ": " + message
}

// Died reports that the executor, and not the harness or the machine, ended the
// process. It is false for nil.
func (c *Crash) Died() bool {
	return c != nil && slices.Contains([]string{"panic", "fatal", "deadlock", "exit"}, c.Kind)
}

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

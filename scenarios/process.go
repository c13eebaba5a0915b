package scenarios

import (
	"slices"
	"strings"
	"time"
)

// Control is a timer that ran beside the cell. It shows how late the machine
// fires timers.
type Control struct {
	// Lateness is the longest delay with which it fired.
	Lateness time.Duration `json:"latenessNs"`
	// Repeats is how often the cell was run again because of it.
	Repeats int `json:"repeats,omitempty"`
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

// Crash tells how the process of a cell died.
type Crash struct {
	// Kind is "panic", "fatal", "deadline", "deadlock", "signal", "exit" or "start".
	Kind string `json:"kind"`
	// Message is the first line of what the process said.
	Message string `json:"message"`
	// Stacks is what the process wrote to standard error, shortened.
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

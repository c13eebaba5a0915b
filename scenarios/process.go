package scenarios

import "time"

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

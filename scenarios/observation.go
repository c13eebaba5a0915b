package scenarios

import "time"

// Clock says which clock a cell ran on.
type Clock string

const (
	// RealClock is the machine's, late by what Control.Lateness says.
	RealClock Clock = "real"
	// VirtualClock is that of a testing/synctest bubble: exact.
	VirtualClock Clock = "virtual"
)

// Observation is what one cell, an executor in a scenario, was seen to do. It
// holds no judgement. All times are since the cell's start.
type Observation struct {
	Executor string `json:"executor"`
	Scenario string `json:"scenario"`
	Clock    Clock  `json:"clock"`
	// Race says that the cell ran in a binary built with -race.
	Race bool `json:"race,omitempty"`
	// Setup is the configuration that the executor ran with.
	Setup Setup `json:"setup"`
	// Calls are the requests in detail, at most MaxCalls of them.
	Calls []Call `json:"calls,omitempty"`
	// Totals sums up all requests.
	Totals Totals `json:"totals"`
	// Left is what remained when the last request was over (or given up) and
	// the leftovers had had time to settle, before any valve was opened.
	Left Remains `json:"left"`
	// Released is what remained after the agents' valves were opened: what
	// nothing can bring back.
	Released Remains `json:"released"`
	// Wire is what the client of a wire scenario used; nil in all others.
	Wire *Wire `json:"wire,omitempty"`
	// InputTouched names each input that the executor modified.
	InputTouched []string `json:"inputTouched,omitempty"`
	// Control is the timer that ran beside the cell.
	Control Control `json:"control"`
	// Crash is how the cell's process died; nil where it did not.
	Crash *Crash `json:"crash,omitempty"`
	// Races are the race detector's reports, shortened.
	Races []string `json:"races,omitempty"`
	// Series is what was sampled during the run, where it was.
	Series []Sample `json:"series,omitempty"`
	// Times are when requests began and how long they took, at most MaxTimes of
	// them, evenly chosen; none where Calls describe every request.
	Times []RequestTime `json:"times,omitempty"`
	// Profiles are the files written, relative to the report.
	Profiles []ProfileFile `json:"profiles,omitempty"`
	// Limit is the first limit of process or machine that was hit, where one was.
	Limit *LimitHit `json:"limit,omitempty"`
	// Elapsed is the wall time of the cell, its process included where known.
	Elapsed time.Duration `json:"elapsedNs"`
	// Warnings say what could not be observed, or only in part.
	Warnings []string `json:"warnings,omitempty"`
}

// MaxCalls is how many requests of a cell an Observation describes in detail:
// the first half of them and the last.
const MaxCalls = 8

// Call is one request.
type Call struct {
	Index int `json:"index"`
	// Intended is when the request should have started, Started when it did.
	Intended time.Duration `json:"intendedNs"`
	Started  time.Duration `json:"startedNs"`
	// Returned says whether the call came back while it was being watched.
	Returned bool `json:"returned"`
	// Ended is when it came back, or when watching ended.
	Ended time.Duration `json:"endedNs"`
	// CancelledAt is when the caller's context was done; zero: never.
	CancelledAt time.Duration `json:"cancelledAtNs,omitempty"`
	Results     []Result      `json:"results,omitempty"`
	// NilMap says that the map returned was nil, not merely empty.
	NilMap bool `json:"nilMap,omitempty"`
	// Error is the text of the error; empty for nil.
	Error string `json:"error,omitempty"`
	// Is names what errors.Is finds in the error: "context.Canceled",
	// "context.DeadlineExceeded", "agent ID" for each agent's own error, and
	// the executor package's own, as in "executor.ErrAgentStuck".
	Is []string `json:"is,omitempty"`
	// Panic is what the call itself panicked with, in the caller's goroutine,
	// or "runtime.Goexit".
	Panic string `json:"panic,omitempty"`
	// Agents is what each agent went through, in call order; empty where the
	// cell's agent calls were only counted.
	Agents []AgentRun `json:"agents,omitempty"`
	// Changed says how the returned map differed when looked at again at the end.
	Changed []string `json:"changed,omitempty"`
}

// Result is one entry of the map that a call returned.
type Result struct {
	// Key is the map's key, AgentID that of the response.
	Key     string       `json:"key"`
	AgentID string       `json:"agentId"`
	Content string       `json:"content"`
	Nil     bool         `json:"nil,omitempty"`
	Tools   []ToolResult `json:"tools,omitempty"`
}

// ToolResult is executor.ToolResult as text.
type ToolResult struct {
	CallID  string `json:"callId"`
	Name    string `json:"name"`
	Content string `json:"content,omitempty"`
	Error   string `json:"error,omitempty"`
}

// AgentRun is what one agent of one call went through, as its mock saw it.
type AgentRun struct {
	// Place is the index in the agents slice.
	Place int    `json:"place"`
	ID    string `json:"id"`
	Fault string `json:"fault"`
	// Ignores says that the fault ignores its context.
	Ignores bool          `json:"ignores,omitempty"`
	Started bool          `json:"started"`
	StartAt time.Duration `json:"startAtNs,omitempty"`
	Ended   bool          `json:"ended"`
	EndAt   time.Duration `json:"endAtNs,omitempty"`
	// Outcome is "response", "error", "panic", "goexit", "nil" or "" while running.
	Outcome string `json:"outcome,omitempty"`
	// Error is the text of the agent's own error.
	Error string `json:"error,omitempty"`
	// RunningAtReturn: the agent had not returned when its call did, or when
	// watching ended; DoneAtReturn: its context was done then.
	RunningAtReturn bool `json:"runningAtReturn,omitempty"`
	DoneAtReturn    bool `json:"doneAtReturn,omitempty"`
	// LateAt and LateOutcome are the end of an agent that ran on when its call
	// was over, as far as it came before the valves were opened.
	LateAt      time.Duration `json:"lateAtNs,omitempty"`
	LateOutcome string        `json:"lateOutcome,omitempty"`
	Tools       []ToolRun     `json:"tools,omitempty"`
	// Attempts is when the agent's client sent each of its HTTP requests, in
	// wire scenarios.
	Attempts []time.Duration `json:"attemptsNs,omitempty"`
}

// ToolRun is one tool call as its mock saw it.
type ToolRun struct {
	Name    string        `json:"name"`
	StartAt time.Duration `json:"startAtNs"`
	Ended   bool          `json:"ended"`
	EndAt   time.Duration `json:"endAtNs,omitempty"`
	// DoneAtStart says that the tool was started with a context already done.
	DoneAtStart bool `json:"doneAtStart,omitempty"`
	// Error is the text of the tool's own error, or "panic or goexit" where it
	// did not return; empty for success and while it runs.
	Error string `json:"error,omitempty"`
}

// Totals sums up all requests of a cell.
type Totals struct {
	Requests int `json:"requests"`
	Returned int `json:"returned"`
	// Blocked are the callers still waiting when watching ended.
	Blocked int `json:"blocked"`
	// WithResults returned at least one result, WithError an error.
	WithResults int `json:"withResults"`
	WithError   int `json:"withError"`
	// AgentsStarted and AgentsRunning count agent calls begun in all, and those
	// still running when watching ended.
	AgentsStarted int `json:"agentsStarted"`
	AgentsRunning int `json:"agentsRunning"`
	// Peak is the most agents of one call seen running at the same time.
	Peak int `json:"peak"`
	// PeakAll is the most agent calls of the cell running at the same time.
	PeakAll int `json:"peakAll"`
	// Latency is from the intended start to the return; a blocked caller
	// counts with the time for which it was watched.
	Latency Latency `json:"latency"`
	// Watched is how long the requests were watched.
	Watched time.Duration `json:"watchedNs"`
	// Overshoot is how far the slowest call came back after its bound of clause 1.
	Overshoot time.Duration `json:"overshootNs"`
}

// MaxTimes is how many requests of a cell Observation.Times holds.
const MaxTimes = 120

// RequestTime is the latency of one request.
type RequestTime struct {
	Index int `json:"index"`
	// At is the intended start; Took is the time from then to the return, or to
	// when watching ended.
	At       time.Duration `json:"atNs"`
	Took     time.Duration `json:"tookNs"`
	Returned bool          `json:"returned"`
}

// Latency is a distribution.
type Latency struct {
	N    int           `json:"n"`
	P50  time.Duration `json:"p50Ns"`
	P90  time.Duration `json:"p90Ns"`
	P99  time.Duration `json:"p99Ns"`
	Max  time.Duration `json:"maxNs"`
	Mean time.Duration `json:"meanNs"`
}

// ProfileFile is a profile that was written.
type ProfileFile struct {
	// Kind is "goroutine", "goroutineleak" or "heap"; Moment "start", "end" or "diff".
	Kind   string `json:"kind"`
	Moment string `json:"moment"`
	Path   string `json:"path"`
	// Total is the sum of the profile's default value; Unit its unit.
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
	// Lowered says that the harness had lowered the limit, and from what.
	Lowered string `json:"lowered,omitempty"`
	// At is the number of requests that had been made.
	At      int    `json:"at"`
	Message string `json:"message"`
}

package scenarios

import (
	"time"
)

// Clock says which clock a cell ran on.
type Clock string

const (
	// RealClock is the clock of the machine. Its timers fire late by up to
	// Control.Lateness.
	RealClock Clock = "real"
	// VirtualClock is the clock of a testing/synctest bubble, which is exact.
	VirtualClock Clock = "virtual"
)

// Observation is what was observed of one cell: one executor in one scenario.
// It holds no judgement. All times are since the start of the cell.
type Observation struct {
	Executor string `json:"executor"`
	Scenario string `json:"scenario"`
	Clock    Clock  `json:"clock"`
	// Race says that the cell ran in a binary built with -race.
	Race bool `json:"race,omitempty"`
	// Setup is the configuration that the executor ran with.
	Setup Setup `json:"setup"`
	// Calls are requests in detail: the first six and the last six.
	Calls []Call `json:"calls,omitempty"`
	// Totals sums up all requests.
	Totals Totals `json:"totals"`
	// Left is what was left when the last request had returned or had been given
	// up, and goroutines had had time to end. Mocks that hang still hang then.
	Left Leftovers `json:"left"`
	// AtReturn is what was left at the moment of the last return. It is nil where
	// that was not inspected: on the machine's clock, and where requests overlap.
	AtReturn *Leftovers `json:"atReturn,omitempty"`
	// Released is what was left after the mocks had been released.
	Released Leftovers `json:"released"`
	// Wire is what the client of a wire scenario used; nil in all others.
	Wire *Wire `json:"wire,omitempty"`
	// InputTouched names each input that the executor modified.
	InputTouched []string `json:"inputTouched,omitempty"`
	// Control are the witnesses that ran beside the cell.
	Control Control `json:"control"`
	// Crash tells how the cell's process died; nil where it did not.
	Crash *Crash `json:"crash,omitempty"`
	// Races are the race detector's reports, shortened.
	Races []string `json:"races,omitempty"`
	// Series are the samples of the process during the run, where some were taken.
	Series []Sample `json:"series,omitempty"`
	// Times tell when requests began and how long they took: at most 120
	// requests, evenly chosen. It is empty where Calls describe every request.
	Times []RequestTime `json:"times,omitempty"`
	// Profiles are the files written, relative to the report.
	Profiles []ProfileFile `json:"profiles,omitempty"`
	// Limit is the first limit of the process or the machine that was reached;
	// nil where none was.
	Limit *LimitHit `json:"limit,omitempty"`
	// Elapsed is the wall time of the cell, that of its process included where
	// it is known.
	Elapsed time.Duration `json:"elapsedNs"`
	// Warnings say what could not be observed, or only in part.
	Warnings []string `json:"warnings,omitempty"`
	// Machine is the same cell on the machine's clock, without its Calls; nil where
	// the cell ran on one clock only. Series, Profiles and Limit are of that run
	// then, and the rest of this observation is of the run on virtual time.
	Machine *Observation `json:"machine,omitempty"`
}

// Totals sums up all requests of a cell.
type Totals struct {
	Requests int `json:"requests"`
	Returned int `json:"returned"`
	// Blocked is the number of callers that were still waiting when the
	// observation ended.
	Blocked int `json:"blocked"`
	// WithResults counts the calls that returned at least one result, WithError
	// those that returned an error.
	WithResults int `json:"withResults"`
	WithError   int `json:"withError"`
	// AgentsStarted counts all agent calls, AgentsRunning those that were still
	// running when the observation ended.
	AgentsStarted int `json:"agentsStarted"`
	AgentsRunning int `json:"agentsRunning"`
	// Peak is the largest number of agents of one call that ran at the same
	// time, among the calls that are described.
	Peak int `json:"peak"`
	// PeakAll is the largest number of agent calls of the cell that ran at the
	// same time.
	PeakAll int `json:"peakAll"`
	// Latency is from the intended start to the return. A blocked caller counts
	// with the time for which it was observed.
	Latency Latency `json:"latency"`
	// Watched is how long the requests were observed.
	Watched time.Duration `json:"watchedNs"`
	// Overshoot is how long after its bound of clause 1 the slowest call
	// returned; negative where every call was in time.
	Overshoot time.Duration `json:"overshootNs"`
}

// RequestTime is the latency of one request.
type RequestTime struct {
	Index int `json:"index"`
	// At is the intended start. Took is the time from then to the return, or to
	// the end of the observation.
	At       time.Duration `json:"atNs"`
	Took     time.Duration `json:"tookNs"`
	Returned bool          `json:"returned"`
}

// Latency is the distribution of the latencies of N requests.
type Latency struct {
	N    int           `json:"n"`
	P50  time.Duration `json:"p50Ns"`
	P90  time.Duration `json:"p90Ns"`
	P99  time.Duration `json:"p99Ns"`
	Max  time.Duration `json:"maxNs"`
	Mean time.Duration `json:"meanNs"`
}

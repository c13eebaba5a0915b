// Package load sends requests to a service at a fixed rate, whatever the service does:
// an open loop. Latencies count from the moment at which a request was to start.
package load

import "time"

// Result is what the clients saw.
type Result struct {
	// Sent is how many requests were started, Skipped how many were not because too many
	// were under way.
	Sent    int           `json:"sent"`
	Skipped int           `json:"skipped,omitempty"`
	Took    time.Duration `json:"took"`
	// Late is the longest time between the moment at which a request was to start and its start.
	Late    time.Duration  `json:"late"`
	Clients []ClientResult `json:"clients"`
}

// ClientResult is what one kind of client saw.
type ClientResult struct {
	Client string `json:"client"`
	Sent   int    `json:"sent"`
	// Answered got a whole answer, or as much of a stream as they wanted. GaveUp lost
	// their patience, Left disconnected because that is how they are.
	Answered int `json:"answered"`
	GaveUp   int `json:"gaveUp,omitempty"`
	Left     int `json:"left,omitempty"`
	// Status counts answers by status, Failed requests without one by the kind of error.
	Status  map[string]int `json:"status,omitempty"`
	Failed  map[string]int `json:"failed,omitempty"`
	Latency Latency        `json:"latency"`
}

// Latency are percentiles of the time from the intended start to the end of the answer.
type Latency struct {
	Count int64         `json:"count"`
	P50   time.Duration `json:"p50"`
	P90   time.Duration `json:"p90"`
	P95   time.Duration `json:"p95"`
	P99   time.Duration `json:"p99"`
	P999  time.Duration `json:"p999"`
	Max   time.Duration `json:"max"`
	// Bounded counts those that gave up: their latency is at least what is recorded.
	Bounded int64 `json:"bounded,omitempty"`
}

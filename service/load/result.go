package load

import "time"

// Result is what the clients saw.
type Result struct {
	// Sent is how many requests were started, Skipped how many were not because too many
	// were under way.
	Sent    int `json:"sent"`
	Skipped int `json:"skipped,omitempty"`
	// Took is the time until the last request had ended.
	Took time.Duration `json:"took"`
	// Late is the longest time between the moment at which a request was to start and its start.
	Late    time.Duration  `json:"late"`
	Clients []ClientResult `json:"clients"`
}

// ClientResult is what one kind of client saw. Sent is the sum of Answered, GaveUp, Left
// and all of Failed.
type ClientResult struct {
	Client string `json:"client"`
	Sent   int    `json:"sent"`
	// Answered got a whole answer, or as much of a stream as they wanted. GaveUp lost
	// their patience, Left disconnected because that is how they are.
	Answered int `json:"answered"`
	GaveUp   int `json:"gaveUp,omitempty"`
	Left     int `json:"left,omitempty"`
	// Status counts the whole answers by status: "200", or the name of a gRPC status, "OK".
	// Failed counts all others by what went wrong, such as "connection refused".
	Status  map[string]int `json:"status,omitempty"`
	Failed  map[string]int `json:"failed,omitempty"`
	Latency Latency        `json:"latency"`
}

// Latency are percentiles of the time from the intended start to the end of the answer, or
// to the moment at which the client gave up. Requests that failed, and those of clients that
// left, are not among them. Values are exact to a thousandth, Max is exact.
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

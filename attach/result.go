package attach

import (
	"time"
)

// Verdict is what is known of a finding.
type Verdict string

const (
	// Leak: the floor rises, by two inspections in a row.
	Leak Verdict = "leak"
	// ProvenOnly: nothing can wake these goroutines, but their number does not rise.
	ProvenOnly Verdict = "proven"
	// Suspected: the floor rises, by the last inspection alone.
	Suspected Verdict = "suspected"
	// Unknown: it rises, but so does the load.
	Unknown Verdict = "unknown"
	// Known: it leaks, and a list accepts it until a date.
	Known Verdict = "known"
	// Expired: it leaks, and the date of the list has passed.
	Expired Verdict = "expired"
)

// Schema is the name and version of a stored Result.
const Schema = "watertight.attach/1"

// Result is what a watch means.
type Result struct {
	Schema    string    `json:"schema"`
	Tool      string    `json:"tool,omitempty"`
	Began     time.Time `json:"began"`
	Took      Seconds   `json:"seconds"`
	Partial   string    `json:"partial,omitempty"`
	Instances []Summary `json:"instances"`
	// Findings are ranked: proven ones first, then by certainty, then by slope.
	Findings []Finding `json:"findings"`
	// Notes are sentences about what could not be judged.
	Notes []string `json:"notes,omitempty"`
	// Hints are sentences that change nothing.
	Hints []string `json:"hints,omitempty"`
}

// Rank orders the findings again, after verdicts were changed.
func (r *Result) Rank() { rankFindings(r.Findings) }

// Seconds is a time in seconds.
type Seconds float64

// Summary is what is said of an instance.
type Summary struct {
	Name string `json:"name"`
	// Builds are the build IDs of its processes, in order.
	Builds []string `json:"builds,omitempty"`
	// Restarts is how often another process answered.
	Restarts int `json:"restarts"`
	// Polls is the number of profiles of its last process, Interval their mean distance.
	Polls    int     `json:"polls"`
	Interval Seconds `json:"interval"`
	// First and Last are numbers of goroutines.
	First int64 `json:"first"`
	Last  int64 `json:"last"`
	// Rate is the rate of requests per second; zero where it is not known.
	Rate     float64  `json:"rate,omitempty"`
	Problems []string `json:"problems,omitempty"`
	// Flames are the goroutines at the end, with the growth since the beginning.
	Flames []Flame `json:"flames,omitempty"`
}

// Flame is a box of a flame graph, depth first.
type Flame struct {
	Depth    int    `json:"depth"`
	Function string `json:"function"`
	Before   int64  `json:"before"`
	After    int64  `json:"after"`
}

// Finding is a site that grows, or whose goroutines are proven to be stuck.
type Finding struct {
	Kind Kind `json:"kind"`
	Site
	Verdict Verdict `json:"verdict"`
	// Why says what is in doubt.
	Why string `json:"why,omitempty"`
	// Proven is how many of its goroutines nothing can wake, in all instances.
	Proven int64 `json:"proven,omitempty"`
	// PerSecond is the growth of all instances together, with an interval of 95 %.
	PerSecond float64 `json:"perSecond"`
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
	// PerRequest is the growth for each request; zero where that is not known.
	PerRequest float64 `json:"perRequest,omitempty"`
	// Creator is the go statement that starts them; nil where it was not seen.
	Creator *Frame `json:"creator,omitempty"`
	// Stack is the one that grew most, leaf first.
	Stack []Frame `json:"stack,omitempty"`
	// With are sites of the standard library or of other modules that rise together with it.
	With []string `json:"with,omitempty"`
	// Build is the program; empty where it is not known.
	Build string `json:"build,omitempty"`
	// Change compares two builds, in the words of the matrix: same, fixed, BROKEN, changed,
	// still failing or unknown. It is empty where there is one build.
	Change string `json:"change,omitempty"`
	// Processes are those in which it was found.
	Processes []Growth `json:"processes"`
	// Accepted is the reason of a list of known leaks, with its date.
	Accepted string `json:"accepted,omitempty"`
}

// Growth is a finding in one process.
type Growth struct {
	Instance  string  `json:"instance"`
	Verdict   Verdict `json:"verdict"`
	PerSecond float64 `json:"perSecond"`
	First     float64 `json:"first"`
	Last      float64 `json:"last"`
	// Curve are at most 120 of the values.
	Curve []Point `json:"curve,omitempty"`
}

// Point is a value of a curve, seconds after the beginning.
type Point struct {
	At    Seconds `json:"at"`
	Value float64 `json:"value"`
}

// Failing reports whether a finding fails the watch.
func (f Finding) Failing() bool {
	return f.Verdict == Leak || f.Verdict == ProvenOnly || f.Verdict == Expired
}

// ExitCode is 1 where something leaks or is proven, 2 where something is suspected or
// could not be told, else 0.
func (r Result) ExitCode() int {
	code := 0
	if r.Partial != "" || len(r.Notes) > 0 {
		code = 2
	}
	for _, f := range r.Findings {
		switch {
		case f.Failing():
			return 1
		case f.Verdict == Suspected || f.Verdict == Unknown:
			code = 2
		}
	}
	return code
}

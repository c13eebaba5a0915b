package service

import (
	"time"
)

// Schema is the name and version of a stored Result.
const Schema = "watertight.service/1"

// Word says what became of a measure, in the words of the matrix.
type Word string

const (
	// Same: both are in order.
	Same Word = "same"
	// Fixed: the version before failed, the one after does not.
	Fixed Word = "fixed"
	// Broken: the version before was in order, the one after fails.
	Broken Word = "BROKEN"
	// Better: both leak, the one after at most half as much.
	Better Word = "better, still leaking"
	// StillFailing: both fail.
	StillFailing Word = "still failing"
	// Changed: the two differ in a measure that decides nothing.
	Changed Word = "changed"
	// OK and Fails are of one version alone.
	OK    Word = "ok"
	Fails Word = "FAILS"
	// Shown: the value decides nothing.
	Shown Word = "-"
	// Unknown: one of them could not be judged.
	Unknown Word = "unknown"
)

// Result is what a run means.
type Result struct {
	Schema  string    `json:"schema"`
	Tool    string    `json:"tool,omitempty"`
	Began   time.Time `json:"began"`
	Seconds float64   `json:"seconds"`
	Plan    Plan      `json:"plan"`
	Partial string    `json:"partial,omitempty"`
	// Sides are the versions: one alone, or the one before and the one after.
	Sides []Summary `json:"sides"`
	// Rows are the measures, those that decide first. There are none where no request was sent.
	Rows []Row `json:"rows"`
	// Findings are what the last version leaves behind, and then what only the one before did.
	Findings []Finding `json:"findings"`
	// Notes are sentences about what could not be judged. They make the exit code 2.
	Notes []string `json:"notes,omitempty"`
	// Hints are sentences that change nothing.
	Hints []string `json:"hints,omitempty"`
}

// Summary is what is said of a version.
type Summary struct {
	Name    string `json:"name"`
	What    string `json:"what"`
	Version string `json:"version,omitempty"`
	// Root is the root of the repository, or of the module, that its files are in.
	Root string `json:"root,omitempty"`
	// Sent is the requests of all rounds, Upstream those that its upstream got.
	Sent     int      `json:"sent"`
	Upstream int      `json:"upstreamRequests"`
	Trouble  string   `json:"trouble,omitempty"`
	Died     string   `json:"died,omitempty"`
	Log      []string `json:"log,omitempty"`
	Problems []string `json:"problems,omitempty"`
	// Curves are goroutines, descriptors and heap over time, with the phases of the run.
	Curves []Curve `json:"curves,omitempty"`
	Phases []Phase `json:"phases,omitempty"`
}

// Curve is one count over time.
type Curve struct {
	Kind   Kind    `json:"kind"`
	Points []Point `json:"points"`
}

// Point is a value of a curve, seconds after the start of the service.
type Point struct {
	At    float64 `json:"at"`
	Value float64 `json:"value"`
}

// Row is a measure of both versions.
type Row struct {
	// Measure is its name, such as "goroutines left while it hangs". Unit is "per request",
	// "bytes per request", "seconds", "share" or empty.
	Measure string `json:"measure"`
	Unit    string `json:"unit,omitempty"`
	// Values has one for each side.
	Values []Value `json:"values"`
	Word   Word    `json:"word"`
	// Decides: a failing value of the last version makes the exit code 1.
	Decides bool `json:"decides,omitempty"`
	// Why explains the word where that is needed.
	Why string `json:"why,omitempty"`
}

// Grade says whether a value is in order.
type Grade string

const (
	// InOrder: nothing was left, or little enough.
	InOrder Grade = "ok"
	// Failing: it was left in each round, or the service did not survive.
	Failing Grade = "failing"
	// Unclear: it could not be told.
	Unclear Grade = "unclear"
	// Ungraded: the value is only shown.
	Ungraded Grade = "shown"
)

// Value is a measure of one version.
type Value struct {
	// Text is the value as it is shown, Number the same as a number.
	Text   string  `json:"text"`
	Number float64 `json:"number"`
	Grade  Grade   `json:"grade"`
}

// Finding is a place that leaves something behind.
type Finding struct {
	Kind  Kind  `json:"kind"`
	Stage Stage `json:"stage"`
	// Side is the version: "before", "after" or "service".
	Side string `json:"side"`
	Site
	// PerRequest is how much each request left, Left what was there after the last round
	// more than at the beginning.
	PerRequest float64 `json:"perRequest"`
	Left       float64 `json:"left"`
	// Creator is the go statement of the user's own code that starts the goroutines.
	Creator *Frame `json:"creator,omitempty"`
	// Stack is that of most of them, leaf first.
	Stack []Frame `json:"stack,omitempty"`
	// With are other sites that are left together with it, in equal numbers.
	With []string `json:"with,omitempty"`
	// Word compares it with the same place in the other version.
	Word Word `json:"word"`
}

// ExitCode is 1 where the last version fails in a measure that decides, 2 where something
// could not be judged, else 0.
func (r Result) ExitCode() int {
	code := 0
	if r.Partial != "" || len(r.Notes) > 0 {
		code = 2
	}
	for _, row := range r.Rows {
		if !row.Decides || len(row.Values) == 0 {
			continue
		}
		switch row.Values[len(row.Values)-1].Grade {
		case Failing:
			return 1
		case Unclear:
			code = 2
		}
	}
	return code
}

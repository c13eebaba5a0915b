// Package result is the answer of a gate: one row for each figure that was
// compared, with its status, and what the rows mean together.
package result

// Status says how a row compares with what it is held to.
type Status string

const (
	// OK: as good as before.
	OK Status = "ok"
	// Better: better than before, by more than chance explains.
	Better Status = "better"
	// Worse: worse than before. The gate fails.
	Worse Status = "worse"
	// Waived: worse, but a waiver accepts it.
	Waived Status = "waived"
	// Unsure: the measurement cannot decide. Only a strict gate fails.
	Unsure Status = "unsure"
	// New: there was no such row before. Only a strict gate fails.
	New Status = "new"
	// Missing: there was such a row before, and it was not measured now.
	Missing Status = "missing"
	// Unknown: the row could not be measured or judged.
	Unknown Status = "unknown"
)

// Row is one figure that was compared.
type Row struct {
	// Name is the row's name in waivers, as "reference/normal/clause-3".
	Name   string `json:"name"`
	Status Status `json:"status"`
	// Got is what was measured, Want what is allowed.
	Got  string `json:"got"`
	Want string `json:"want"`
	// Note gives the reason where the status alone does not.
	Note string `json:"note,omitempty"`
	// Figure is Got as a number. A waiver's ceiling is compared with it. Nil for
	// a row that is no number, as a verdict.
	Figure *float64 `json:"-"`
	// Unconfirmed says that a second batch of samples could decide the row.
	Unconfirmed bool `json:"-"`
}

// Result is the answer of a gate.
type Result struct {
	// Against says what the run was compared with.
	Against string `json:"against"`
	Rows    []Row  `json:"rows"`
	// LeftOut names the kinds of rows that were not asked for.
	LeftOut []string `json:"leftOut,omitempty"`
	// Warnings are doubts about the comparison as a whole. Only a strict gate
	// fails for them.
	Warnings []string `json:"warnings,omitempty"`
	// Undecided is what could not be judged although it matters, as a unit of which no row
	// could. No gate passes with it.
	Undecided []string `json:"undecided,omitempty"`
	// Failures fail the gate, as a waiver that has expired.
	Failures []string `json:"failures,omitempty"`
}

// Strictness says what a gate does in doubt.
type Strictness string

const (
	// Lenient lets rows that are unsure or new pass, and warnings too.
	Lenient Strictness = "lenient"
	// Strict does not.
	Strict Strictness = "strict"
)

// ExitCode is the exit code of a process that runs the gate:
//
//	1  a row is worse, or there is a failure, whatever else is unknown
//	2  a row is missing or unknown, something is undecided, there are no rows, or a strict
//	   gate is in doubt
//	0  otherwise
func (r Result) ExitCode(s Strictness) int {
	switch {
	case r.Count(Worse) > 0 || len(r.Failures) > 0:
		return 1
	case r.Count(Missing, Unknown) > 0 || len(r.Undecided) > 0 || len(r.Rows) == 0:
		return 2
	case s == Strict && (r.Count(Unsure, New) > 0 || len(r.Warnings) > 0):
		return 2
	}
	return 0
}

// Count is how many rows have one of the statuses.
func (r Result) Count(statuses ...Status) int {
	n := 0
	for _, row := range r.Rows {
		for _, s := range statuses {
			if row.Status == s {
				n++
			}
		}
	}
	return n
}

// Unconfirmed says that a second batch of samples could decide a row.
func (r Result) Unconfirmed() bool {
	for _, row := range r.Rows {
		if row.Unconfirmed {
			return true
		}
	}
	return false
}

// Find is the row of that name, or nil.
func (r *Result) Find(name string) *Row {
	for i := range r.Rows {
		if r.Rows[i].Name == name {
			return &r.Rows[i]
		}
	}
	return nil
}

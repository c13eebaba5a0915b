package scenarios

import (
	"github.com/watertight-go/watertight/executor"
)

// Status is the answer to one clause in one cell.
type Status string

const (
	Pass Status = "pass"
	Fail Status = "fail"
	// NotApplicable: the executor declares that it lacks the capability.
	NotApplicable Status = "n/a"
	// Waived: the user accepts the failure, with a reason.
	Waived Status = "waived"
	// Unknown: the harness could not look. It never counts as a pass.
	Unknown Status = "unknown"
)

// ClauseResult is the verdict on one clause.
type ClauseResult struct {
	Clause executor.Clause `json:"clause"`
	Status Status          `json:"status"`
	// Got and Want say what was observed and what the contract asks for.
	Got  string `json:"got"`
	Want string `json:"want"`
	// Evidence are lines that show it: stacks, times, error texts.
	Evidence []string `json:"evidence,omitempty"`
	// Reason is that of a waiver, of n/a or of unknown.
	Reason string `json:"reason,omitempty"`
}

// Verdict is the judgement on one cell.
type Verdict struct {
	Executor string         `json:"executor"`
	Scenario string         `json:"scenario"`
	Clauses  []ClauseResult `json:"clauses"`
}

// Status is the worst of the clauses': fail, then unknown, then waived, then
// pass. A verdict without clauses is unknown.
func (v Verdict) Status() Status {
	worst, rank := Unknown, -1
	for _, c := range v.Clauses {
		r := map[Status]int{NotApplicable: 0, Pass: 1, Waived: 2, Unknown: 3, Fail: 4}[c.Status]
		if r > rank {
			worst, rank = c.Status, r
		}
	}
	return worst
}

// Relation is how a scenario fares under "after" against "before".
type Relation string

const (
	// Same: both keep the clauses, and the caller sees the same.
	Same Relation = "same"
	// Fixed: after keeps a clause that before broke, and breaks none that before kept.
	Fixed Relation = "fixed"
	// Broken: after breaks a clause that before kept.
	Broken Relation = "BROKEN"
	// Changed: no clause tells them apart, but what the caller sees differs.
	Changed Relation = "changed"
	// StillFailing: both break a clause, and after mends none.
	StillFailing Relation = "still failing"
	// Undecided: at least one of the two could not be judged.
	Undecided Relation = "unknown"
)

// Comparison sets two executors side by side in one scenario.
type Comparison struct {
	Scenario  string   `json:"scenario"`
	MatrixRow string   `json:"row,omitempty"`
	Before    string   `json:"before"`
	After     string   `json:"after"`
	Relation  Relation `json:"relation"`
	// BeforeSaw and AfterSaw are what the caller got, in a few words.
	BeforeSaw string `json:"beforeSaw"`
	AfterSaw  string `json:"afterSaw"`
	// How lists what differs, clause by clause or observable by observable.
	How []string `json:"how,omitempty"`
}

// Cell is one executor in one scenario, observed and judged.
type Cell struct {
	Observation Observation `json:"observation"`
	Verdict     Verdict     `json:"verdict"`
}

package scenarios

import "github.com/watertight-go/watertight/executor"

// Status is the result of one clause in one cell.
type Status string

const (
	// Pass: the clause was kept.
	Pass Status = "pass"
	// Fail: the clause was broken.
	Fail Status = "fail"
	// NotApplicable: the executor declares that it does not have the capability.
	NotApplicable Status = "n/a"
	// Waived: the clause was broken, and the user accepts that, with a reason.
	Waived Status = "waived"
	// Unknown: the harness could not observe it. It never counts as a pass.
	Unknown Status = "unknown"
)

// ClauseResult is the result of one clause in one cell.
type ClauseResult struct {
	Clause executor.Clause `json:"clause"`
	Status Status          `json:"status"`
	// Got is what was observed, Want what the contract demands.
	Got  string `json:"got"`
	Want string `json:"want"`
	// Evidence is more of what was observed, line by line: further failures,
	// goroutines that are left, stacks.
	Evidence []string `json:"evidence,omitempty"`
	// Breach says what kind of failure it was, where all of them are of one kind.
	Breach executor.Breach `json:"breach,omitempty"`
	// Reason says why the clause is waived, does not apply or is unknown.
	Reason string `json:"reason,omitempty"`
}

// Verdict is the result of all clauses that were judged in one cell.
type Verdict struct {
	Executor string         `json:"executor"`
	Scenario string         `json:"scenario"`
	Clauses  []ClauseResult `json:"clauses"`
}

// Status is the worst status of the clauses. From the worst to the best: fail,
// unknown, waived, pass, n/a. A verdict without clauses is unknown.
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

// Relation says how two executors, before and after a change, compare in one
// scenario.
type Relation string

const (
	// Same: both keep the clauses, and the caller sees the same.
	Same Relation = "same"
	// Fixed: after keeps a clause that before broke, and breaks none that before
	// kept.
	Fixed Relation = "fixed"
	// Broken: after breaks a clause that before kept.
	Broken Relation = "BROKEN"
	// Changed: both keep the clauses, but what the caller sees differs.
	Changed Relation = "changed"
	// StillFailing: both break a clause, and after keeps none that before broke.
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

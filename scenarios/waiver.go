package scenarios

import "github.com/watertight-go/watertight/executor"

// Waiver accepts that an executor breaks a clause.
type Waiver struct {
	Clause executor.Clause `json:"clause"`
	// Reason is printed wherever the waiver is used. Required.
	Reason string `json:"reason"`
}

// Waive returns the verdict with every failed clause that has a waiver marked
// as waived, with the waiver's reason. A waiver without a reason waives
// nothing, and what is unknown cannot be waived.
func Waive(v Verdict, waivers ...Waiver) Verdict {
	clauses := make([]ClauseResult, len(v.Clauses))
	for i, c := range v.Clauses {
		for _, w := range waivers {
			if c.Status == Fail && w.Clause == c.Clause && w.Reason != "" {
				c.Status, c.Reason = Waived, w.Reason
			}
		}
		clauses[i] = c
	}
	v.Clauses = clauses
	return v
}

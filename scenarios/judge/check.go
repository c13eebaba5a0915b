package judge

import (
	"fmt"
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// clauseCheck collects what speaks for and against one clause in one cell.
type clauseCheck struct {
	// failures say how the clause is broken, doubts why nothing is known of it.
	failures, doubts []string
	// got is what was observed where nothing breaks the clause.
	got, want string
	evidence  []string
}

func (check *clauseCheck) fail(format string, args ...any) {
	check.failures = append(check.failures, fmt.Sprintf(format, args...))
}

func (check *clauseCheck) doubt(format string, args ...any) {
	check.doubts = append(check.doubts, fmt.Sprintf(format, args...))
}

// mostEvidence is how many lines of evidence a result has at most.
const mostEvidence = 10

func (check *clauseCheck) result(c executor.Clause) scenarios.ClauseResult {
	out := scenarios.ClauseResult{Clause: c, Status: scenarios.Pass, Got: check.got, Want: check.want}
	switch {
	case len(check.failures) > 0:
		out.Status, out.Got = scenarios.Fail, check.failures[0]
		if more := len(check.failures) - 1; more > 0 {
			out.Got += fmt.Sprintf(" (and %d more)", more)
		}
		out.Evidence = append(slices.Clone(check.failures[1:]), check.evidence...)
	case len(check.doubts) > 0:
		out.Status, out.Reason = scenarios.Unknown, check.doubts[0]
		out.Evidence = append(slices.Clone(check.doubts[1:]), check.evidence...)
	default:
		out.Evidence = check.evidence
	}
	if extra := len(out.Evidence) - mostEvidence; extra > 0 {
		out.Evidence = append(out.Evidence[:mostEvidence:mostEvidence], fmt.Sprintf("and %d more lines", extra))
	}
	return out
}

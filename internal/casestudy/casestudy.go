// Package casestudy settles the claims of one case: an executor that leaked
// goroutines, the fix that was proposed for it, and what was claimed about both.
// docs/case.md tells the case and lists the claims by number. The package computes
// each claim, and a projection of the growth, from the cells of a report and from
// nothing else. It runs nothing. About executors that are no part of the case it
// says nothing.
package casestudy

import (
	"reflect"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/reports"
)

// Covers reports whether the claims are about a run of these two executors, which
// is so where both are executors of the case.
func Covers(before, after executor.Spec) bool {
	return ofTheCase(before) && ofTheCase(after)
}

// ofTheCase compares the functions that build the executors, so that a stranger's
// executor of the same name is not taken for one of the case.
func ofTheCase(x executor.Spec) bool {
	for _, known := range exhibits.Specs() {
		if known.Name == x.Name {
			return x.New != nil && reflect.ValueOf(known.New).Pointer() == reflect.ValueOf(x.New).Pointer()
		}
	}
	return false
}

// Add adds the claims and the projections to the report of a run that Covers.
func Add(r *reports.Report) {
	r.Claims = claims(r)
	r.Projections = projections(r)
}

// Update computes the claims of a report that was joined from parts. Where a part
// has no claims, the run was not about the case, and the whole has none.
func Update(r *reports.Report, parts ...*reports.Report) {
	for _, p := range parts {
		if len(p.Claims) == 0 {
			return
		}
	}
	r.Claims = claims(r)
}

// The executors that some claims name. Claims about "the original" are settled by
// the executor before, those about "the fix" by proposed and by the executor after.
const (
	proposed      = "errgroup"     // the fix that was proposed
	contextChecks = "contextcheck" // rejected: the original with context checks
	oneMore       = "detached"     // rejected: one more goroutine for each agent
)

// claims settles all claims, in the order of their numbers.
func claims(r *reports.Report) []reports.Claim {
	return []reports.Claim{
		claimStuck(r),
		claimFixed(r),
		claimBounded(r),
		claimBase(r),
		claimPerHundred(r, "2b", onMock),
		claimPerThousand(r, "2c", onMock),
		claimPerHundred(r, "2d", onClient),
		claimPerThousand(r, "2e", onClient),
		claimFirstHour(r),
		claimDay(r),
		claimTenThousand(r),
		claimFirstLimit(r),
		claimNoLeakPossible(r),
		claimProposedBreaksNothing(r),
		claimAfterBreaksNothing(r),
		claimToolsStop(r),
		claimRaceClean(r),
		claimContextChecks(r),
		claimOneMore(r),
	}
}

// claim is one row of the table: its number and what was claimed.
type claim struct{ id, text string }

// settled is the claim with its verdict, what was measured, and how.
func (c claim) settled(holds bool, measured, how string) reports.Claim {
	verdict := reports.DoesNotHold
	if holds {
		verdict = reports.Holds
	}
	return reports.Claim{ID: c.id, Claim: c.text, Verdict: verdict, Measured: measured, How: how}
}

// open is the claim in a run that did not measure it, with what it lacks.
func (c claim) open(needs string) reports.Claim {
	return reports.Claim{ID: c.id, Claim: c.text, Verdict: reports.NotMeasured, How: "needs " + needs}
}

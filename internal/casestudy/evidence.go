package casestudy

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// The executors that claims name; before and after are the run's.
const (
	proposed    = "errgroup"
	optionOne   = "contextcheck"
	optionTwo   = "detached"
	listAtMost  = 3
	bytesPerMiB = 1 << 20
)

// accumulated is the open-loop accumulation of an executor, where it ran to its
// end and was looked at.
func accumulated(r *reports.Report, executor string) (scenarios.Observation, bool) {
	c, ok := r.Find(executor, loads.Accumulation)
	return c.Observation, ok && c.Observation.Left.Inspected
}

// cells are those of an executor in the ordinary binary that were looked at.
func cells(r *reports.Report, executor string) []scenarios.Cell {
	var mine []scenarios.Cell
	for _, c := range r.Cells {
		if o := c.Observation; o.Executor == executor && !o.Race && (o.Left.Inspected || o.Crash != nil) {
			mine = append(mine, c)
		}
	}
	return mine
}

// verdict is holds or does not hold.
func verdict(holds bool) reports.ClaimVerdict {
	if holds {
		return reports.Holds
	}
	return reports.DoesNotHold
}

// unmeasured is a claim without the cells that it needs.
func unmeasured(id, claim, why string) reports.Claim {
	return reports.Claim{ID: id, Claim: claim, Verdict: reports.NotMeasured, Measured: "", How: why}
}

// about says whether measured is within a factor of claimed either way.
func about(measured, claimed, factor float64) bool {
	return measured >= claimed/factor && measured <= claimed*factor
}

// place is where most of what is left was created, as "folder/file:line": the
// cell's own findings hold the whole path.
func place(o scenarios.Observation) string {
	if len(o.Left.Leak.Findings) == 0 {
		return ""
	}
	f := o.Left.Leak.Findings[0]
	if f.File == "" {
		return ""
	}
	file := path.Join(path.Base(path.Dir(f.File)), path.Base(f.File))
	return fmt.Sprintf("%s:%d", file, f.Line)
}

// names lists the first few, sorted.
func names(all []string) string {
	all = slices.Sorted(slices.Values(all))
	if len(all) > listAtMost {
		return fmt.Sprintf("%s and %d more", strings.Join(all[:listAtMost], ", "), len(all)-listAtMost)
	}
	return strings.Join(all, ", ")
}

func mib(bytes float64) string { return fmt.Sprintf("%.1f MB", bytes/bytesPerMiB) }

package casestudy

import (
	"fmt"

	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/reports"
)

// near is the factor within which a claimed amount of memory is met. The claims
// are round numbers. They say MB; they are taken as MiB, which the factor covers.
const near = 1.5

// claimed is the amount that claims 2a to 2e speak of.
const claimed = 50 * bytesPerMiB

// claimBase is about the memory before the first request.
func claimBase(r *reports.Report) reports.Claim {
	c := claim{"2a", "50 MB of base memory"}
	o, ok := accumulated(r, r.Before)
	if !ok || len(o.Series) == 0 {
		return c.open("samples of " + accumulationOf(r.Before))
	}
	total := float64(o.Series[0].TotalBytes)
	return c.settled(within(total, claimed, near), mib(total)+" mapped by the Go runtime before the first request",
		fmt.Sprintf("scenario %s, first sample, within a factor of %g", loads.Accumulation, near))
}

// kind is a kind of agent whose hanging calls are weighed: a client holds more for
// each call than a mock does.
type kind struct{ claim, scenario string }

var (
	onMock   = kind{"on the mock", loads.Accumulation}
	onClient = kind{"on the real client, per call", loads.ClientMemory}
)

func claimPerHundred(r *reports.Report, id string, k kind) reports.Claim {
	return claimPer(r, claim{id, fmt.Sprintf("50 MB more per 100 stuck goroutines (%s)", k.claim)}, 100, k)
}

func claimPerThousand(r *reports.Report, id string, k kind) reports.Claim {
	return claimPer(r, claim{id, fmt.Sprintf("50 MB more per 1,000 stuck goroutines (%s)", k.claim)}, 1000, k)
}

// claimPer weighs one hanging call of the original: the heap and the stacks that
// were left, over the calls that still run.
func claimPer(r *reports.Report, c claim, n int, k kind) reports.Claim {
	cell, ok := r.Find(r.Before, k.scenario)
	o := cell.Observation.OnMachine()
	heap, stacks := float64(o.Left.Leak.Heap), float64(o.Left.Leak.Stacks)
	if !ok || !o.Left.Leak.HeapMeasured || o.Totals.AgentsRunning == 0 || heap+stacks <= 0 {
		return c.open(fmt.Sprintf("hanging calls in scenario %s of %s", k.scenario, r.Before))
	}
	each := (heap + stacks) / float64(o.Totals.AgentsRunning)
	return c.settled(within(each*float64(n), claimed, near),
		fmt.Sprintf("%.1f KiB each: %s per %d", each/1024, mib(each*float64(n)), n),
		fmt.Sprintf("scenario %s: (heap %s + stacks %s) / %d calls left hanging, %s; within a factor of %g",
			k.scenario, mib(heap), mib(stacks), o.Totals.AgentsRunning, goroutines(o.Left.Leak.Goroutines), near))
}

package casestudy

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// claimTenThousand is settled by agents that block on a channel, as no other limit
// of the process stops them before 10,000 goroutines.
func claimTenThousand(r *reports.Report) reports.Claim {
	c := claim{"3c", `the server panics with "too many goroutines" at 10,000`}
	const limit = 10_000
	cell, ok := r.Find(r.Before, loads.Channel)
	o := cell.Observation
	most := peak(o)
	switch {
	case !ok || most <= limit && !o.Crash.Died():
		return c.open(fmt.Sprintf("more than %s in scenario %s of %s", goroutines(limit), loads.Channel, r.Before))
	case !o.Crash.Died():
		return c.settled(false, goroutines(most)+" and no crash", "scenario "+o.Scenario)
	}
	// A crash is the claimed one only if it came at that number and because of it.
	holds := o.Limit != nil && o.Limit.Resource == resourceGoroutines && within(float64(most), limit, 1.1)
	return c.settled(holds, fmt.Sprintf("crashed at %s: %s", goroutines(most), o.Crash.Message), "scenario "+o.Scenario)
}

// resourceGoroutines is scenarios.LimitHit.Resource for a limit of goroutines. Go
// has none.
const resourceGoroutines = "goroutines"

// peak is the largest number of goroutines that was seen.
func peak(o scenarios.Observation) int {
	most := o.Left.Leak.Goroutines
	for _, s := range o.Series {
		most = max(most, s.Goroutines)
	}
	return most
}

// claimFirstLimit names the limit that each kind of blocking meets first. The claim
// says goroutines, so one other limit settles it.
func claimFirstLimit(r *reports.Report) reports.Claim {
	c := claim{"3d", "the limit of 10,000 that is met is one of goroutines (blocked on a channel, in a system call, on sockets)"}
	untilLimit := loadsUntilLimit()
	var measured []string
	met := map[string]bool{}
	for _, name := range untilLimit {
		cell, ok := r.Find(r.Before, name)
		if !ok {
			continue
		}
		if l := cell.Observation.Limit; l != nil {
			met[l.Resource] = true
		}
		measured = append(measured, name+": "+firstLimit(cell.Observation))
	}
	if len(met) == 0 {
		return c.open("a limit that " + r.Before + " meets in " + names(untilLimit))
	}
	return c.settled(len(met) == 1 && met[resourceGoroutines], strings.Join(measured, "; "),
		fmt.Sprintf("scenarios %s of %s", names(untilLimit), r.Before))
}

// loadsUntilLimit are the loads that run until a limit of the process is met.
func loadsUntilLimit() []string {
	var all []string
	for _, l := range loads.All() {
		if l.Mode == loads.UntilLimit {
			all = append(all, l.Name)
		}
	}
	return all
}

// firstLimit is the limit that an observation met, in words.
func firstLimit(o scenarios.Observation) string {
	switch {
	case o.Limit != nil && o.Limit.Lowered != "":
		return fmt.Sprintf("%s at request %d, limit %d, %s", o.Limit.Resource, o.Limit.At, o.Limit.Limit, o.Limit.Lowered)
	case o.Limit != nil:
		return fmt.Sprintf("%s at request %d, limit %d", o.Limit.Resource, o.Limit.At, o.Limit.Limit)
	case o.Crash != nil:
		return "crashed without a limit, " + o.Crash.Message
	}
	return "none up to " + goroutines(peak(o))
}

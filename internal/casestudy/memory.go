package casestudy

import (
	"fmt"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// near is the factor within which a claimed amount of memory counts as met: the
// claim gives round numbers.
const near = 1.5

// memoryClaims are 2: the base, and the bytes per stuck goroutine on the mock
// and on the real client, which differ by what a client holds for each call.
func memoryClaims(r *reports.Report) []reports.Claim {
	const base = "50 MB of base memory"
	all := []reports.Claim{unmeasured("2a", base, "needs samples of the accumulation scenario of "+r.Before)}
	if o, ok := accumulated(r, r.Before); ok && len(o.Series) > 0 {
		total := float64(o.Series[0].TotalBytes)
		all[0] = reports.Claim{ID: "2a", Claim: base, Measured: fmt.Sprintf("%s mapped by the Go runtime before the first request", mib(total)),
			Verdict: verdict(about(total, 50*bytesPerMiB, near)), How: fmt.Sprintf("scenario %s, first sample, within a factor of %g", loads.Accumulation, near)}
	}
	perMock, mockHow := bytesEach(r, loads.Accumulation)
	perReal, realHow := bytesEach(r, loads.ClientMemory)
	return append(all,
		claimPer("2b", "50 MB more per 100 stuck goroutines (on the mock)", 100, perMock, mockHow),
		claimPer("2c", "50 MB more per 1,000 stuck goroutines (on the mock)", 1000, perMock, mockHow),
		claimPer("2d", "50 MB more per 100 stuck goroutines (on the real client, per call)", 100, perReal, realHow),
		claimPer("2e", "50 MB more per 1,000 stuck goroutines (on the real client, per call)", 1000, perReal, realHow))
}

// bytesEach is the heap and the stacks of one hanging call of the original:
// what was left over the calls still running. Zero where it was not measured.
func bytesEach(r *reports.Report, scenario string) (each float64, how string) {
	c, ok := r.Find(r.Before, scenario)
	o := c.Observation
	if !ok || !o.Left.Leak.HeapMeasured || o.Totals.AgentsRunning == 0 {
		return 0, fmt.Sprintf("needs heap and stacks of calls left hanging in scenario %s of %s", scenario, r.Before)
	}
	bytes := float64(o.Left.Leak.Heap + o.Left.Leak.Stacks)
	return bytes / float64(o.Totals.AgentsRunning), fmt.Sprintf("scenario %s: (heap %s + stacks %s) / %d calls left hanging, %d goroutines; within a factor of %g",
		scenario, mib(float64(o.Left.Leak.Heap)), mib(float64(o.Left.Leak.Stacks)), o.Totals.AgentsRunning, o.Left.Leak.Goroutines, near)
}

func claimPer(id, claim string, n int, each float64, how string) reports.Claim {
	if each <= 0 {
		return unmeasured(id, claim, how)
	}
	return reports.Claim{ID: id, Claim: claim, Verdict: verdict(about(each*float64(n), 50*bytesPerMiB, near)),
		Measured: fmt.Sprintf("%.1f KB each: %s per %d", each/1024, mib(each*float64(n)), n), How: how}
}

// timelineClaims are 3: memory over a day, and what limit ends it.
func timelineClaims(r *reports.Report) []reports.Claim {
	const (
		hour = "at 100 requests an hour: 55 MB after hour 1"
		day  = "over 300 MB and a crash by hour 24"
	)
	all := []reports.Claim{
		unmeasured("3a", hour, "needs samples of scenario "+loads.Timeline+" of "+r.Before),
		unmeasured("3b", day, "needs samples of scenario "+loads.Timeline+" of "+r.Before),
	}
	c, _ := r.Find(r.Before, loads.Timeline)
	o := c.Observation
	if s, ok := sampleAt(o.Series, time.Hour); ok {
		all[0] = reports.Claim{ID: "3a", Claim: hour, Verdict: verdict(about(float64(s.TotalBytes), 55*bytesPerMiB, near)),
			Measured: told(s), How: fmt.Sprintf("scenario %s on %s time, memory mapped by the runtime, within a factor of %g", o.Scenario, o.Clock, near)}
	}
	if s, ok := sampleAt(o.Series, 23*time.Hour); ok || o.Crash.Died() {
		if !ok && len(o.Series) > 0 {
			s = o.Series[len(o.Series)-1]
		}
		measured, crashed := told(s), "no crash"
		if o.Crash.Died() {
			crashed = "crashed: " + o.Crash.Message
		}
		all[1] = reports.Claim{ID: "3b", Claim: day, Verdict: verdict(s.TotalBytes > 300*bytesPerMiB && o.Crash.Died()),
			Measured: measured + ", " + crashed, How: fmt.Sprintf("scenario %s on %s time, last sample", o.Scenario, o.Clock)}
	}
	return append(all, claimTenThousand(r), claimFirstLimit(r))
}

// sampleAt is the first sample at or after at.
func sampleAt(series []scenarios.Sample, at time.Duration) (scenarios.Sample, bool) {
	for i, s := range series {
		// Past the day's last hour the last sample is the day's end.
		if s.At >= at && (at < 23*time.Hour || i == len(series)-1) {
			return s, true
		}
	}
	return scenarios.Sample{}, false
}

func told(s scenarios.Sample) string {
	return fmt.Sprintf("after %.1f h: %s mapped (heap %s, stacks %s), %d goroutines",
		s.At.Hours(), mib(float64(s.TotalBytes)), mib(float64(s.HeapBytes)), mib(float64(s.StackBytes)), s.Goroutines)
}

// claimTenThousand is the part of 3 about 10,000 goroutines.
func claimTenThousand(r *reports.Report) reports.Claim {
	const (
		claim   = `the server panics with "too many goroutines" at 10,000`
		claimed = 10_000
	)
	c, ok := r.Find(r.Before, loads.Channel)
	o := c.Observation
	most := peak(o)
	switch {
	case !ok || most <= claimed && !o.Crash.Died():
		return unmeasured("3c", claim, fmt.Sprintf("needs more than %d goroutines in scenario %s of %s", claimed, loads.Channel, r.Before))
	case o.Crash.Died():
		// A crash is the claimed one only if it came there and for that reason.
		holds := o.Limit != nil && o.Limit.Resource == "goroutines" && about(float64(most), claimed, 1.1)
		return reports.Claim{ID: "3c", Claim: claim, Verdict: verdict(holds),
			Measured: fmt.Sprintf("crashed at %d goroutines: %s", most, o.Crash.Message), How: "scenario " + o.Scenario}
	}
	return reports.Claim{ID: "3c", Claim: claim, Verdict: reports.DoesNotHold,
		Measured: fmt.Sprintf("%d goroutines and no crash", most), How: "scenario " + o.Scenario}
}

// peak is the most goroutines that were seen.
func peak(o scenarios.Observation) int {
	most := o.Left.Leak.Goroutines
	for _, s := range o.Series {
		most = max(most, s.Goroutines)
	}
	return most
}

// claimFirstLimit names the limit that each kind of blocking hits first. The
// claim's limit is one of goroutines, so one other limit settles it.
func claimFirstLimit(r *reports.Report) reports.Claim {
	const claim = "the limit of 10,000 that is hit is one of goroutines (blocked on a channel, in a system call, on sockets)"
	var told []string
	other, goroutines := false, false
	for _, name := range untilLimit() {
		c, ok := r.Find(r.Before, name)
		if !ok {
			continue
		}
		switch o := c.Observation; {
		case o.Limit != nil:
			goroutines = goroutines || o.Limit.Resource == "goroutines"
			other = other || o.Limit.Resource != "goroutines"
			told = append(told, fmt.Sprintf("%s: %s at request %d, %s", name, o.Limit.Resource, o.Limit.At, limitText(o.Limit)))
		case o.Crash != nil:
			told = append(told, fmt.Sprintf("%s: crashed without a limit, %s", name, o.Crash.Message))
		default:
			told = append(told, fmt.Sprintf("%s: none up to %d goroutines", name, peak(o)))
		}
	}
	if !other && !goroutines {
		return unmeasured("3d", claim, "needs a limit hit in the scenarios "+names(untilLimit())+" of "+r.Before)
	}
	return reports.Claim{ID: "3d", Claim: claim, Verdict: verdict(goroutines && !other),
		Measured: strings.Join(told, "; "), How: fmt.Sprintf("scenarios %s of %s", names(untilLimit()), r.Before)}
}

// untilLimit are the loads that run until a limit of the process is met.
func untilLimit() []string {
	var all []string
	for _, l := range loads.All() {
		if l.Mode == loads.UntilLimit {
			all = append(all, l.Name)
		}
	}
	return all
}

func limitText(l *scenarios.LimitHit) string {
	if l.Lowered != "" {
		return fmt.Sprintf("limit %d, %s", l.Limit, l.Lowered)
	}
	return fmt.Sprintf("limit %d", l.Limit)
}

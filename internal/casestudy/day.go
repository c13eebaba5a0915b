package casestudy

import (
	"fmt"
	"time"

	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// claimFirstHour is about the memory after one hour of the timeline.
func claimFirstHour(r *reports.Report) reports.Claim {
	c := claim{"3a", "at 100 requests an hour: 55 MB after hour 1"}
	cell, _ := r.Find(r.Before, loads.Timeline)
	o := cell.Observation
	for _, s := range o.Series {
		if s.At >= time.Hour {
			return c.settled(within(float64(s.TotalBytes), 55*bytesPerMiB, near), memoryAt(s),
				fmt.Sprintf("scenario %s on %s time, memory mapped by the runtime, within a factor of %g", o.Scenario, o.Clock, near))
		}
	}
	return c.open(timelineOf(r.Before))
}

// claimDay is about the end of the timeline, or about the crash that ended it.
func claimDay(r *reports.Report) reports.Claim {
	c := claim{"3b", "over 300 MB and a crash by hour 24"}
	cell, _ := r.Find(r.Before, loads.Timeline)
	o := cell.Observation
	var last scenarios.Sample
	if len(o.Series) > 0 {
		last = o.Series[len(o.Series)-1]
	}
	crash := "no crash"
	switch {
	case o.Crash.Died():
		crash = "crashed: " + o.Crash.Message
	case last.At < 23*time.Hour: // the last hour need not be sampled
		return c.open(timelineOf(r.Before))
	}
	return c.settled(last.TotalBytes > 300*bytesPerMiB && o.Crash.Died(), memoryAt(last)+", "+crash,
		fmt.Sprintf("scenario %s on %s time, last sample", o.Scenario, o.Clock))
}

func timelineOf(executor string) string {
	return "samples of scenario " + loads.Timeline + " of " + executor
}

// memoryAt is a sample in words.
func memoryAt(s scenarios.Sample) string {
	return fmt.Sprintf("after %.1f h: %s mapped (heap %s, stacks %s), %s",
		s.At.Hours(), mib(float64(s.TotalBytes)), mib(float64(s.HeapBytes)), mib(float64(s.StackBytes)), goroutines(s.Goroutines))
}

package casestudy

import (
	"fmt"
	"math"

	"golang.org/x/perf/benchmath"

	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

const (
	// hourly is the request rate that the projection assumes: that of the case.
	hourly = 100.0
	// confidence is the one that intervals are asked for.
	confidence = 0.95
	// increments is the number of parts that a series is cut into: enough for an
	// interval of the median, and so few that each part is more than noise.
	increments = 20
)

// projections projects the growth of each executor: from the timeline where it
// ran, else from the accumulation in open loop.
func projections(r *reports.Report) []reports.Projection {
	var all []reports.Projection
	for _, x := range r.Executors {
		for _, name := range []string{loads.Timeline, loads.Accumulation} {
			cell, ok := r.Find(x.Name, name)
			if !ok || len(cell.Observation.Series) < 3 {
				continue
			}
			all = append(all, project(cell.Observation, r.Environment.MemoryMiB))
			break
		}
	}
	return all
}

// project projects one observation. memoryMiB is the memory of the machine, zero
// where it is unknown.
func project(o scenarios.Observation, memoryMiB int) reports.Projection {
	perRequest, perGoroutine := slopes(o.Series)
	p := reports.Projection{
		Executor: o.Executor, PerRequest: perRequest, BytesPerGoroutine: perGoroutine, RequestsPerHour: hourly,
	}
	base := o.Series[0]
	p.BaseGoroutines, p.BaseBytes = float64(base.Goroutines), float64(base.TotalBytes)
	p.Limits = append(p.Limits, reach("10,000 goroutines", 10_000, float64(base.Goroutines), perRequest))
	memory := []int{300, 1024}
	if memoryMiB > 0 {
		memory = append(memory, memoryMiB)
	}
	perBytes := times(perRequest, perGoroutine)
	for i, mib := range memory {
		name := fmt.Sprintf("%d MiB", mib)
		if i == 2 {
			name += " (this machine)"
		}
		p.Limits = append(p.Limits, reach(name, float64(mib)*(1<<20), float64(base.TotalBytes), perBytes))
	}
	last := o.Series[len(o.Series)-1]
	p.Note = fmt.Sprintf("from %s: %d to %d goroutines over %d requests", o.Scenario, base.Goroutines, last.Goroutines, last.Requests-base.Requests)
	if perRequest.Low <= 0 {
		p.Note += "; the interval of the slope includes zero, so growth is not shown"
	}
	return p
}

// slopes are the goroutines left per request, and the bytes of heap and stacks per
// goroutine. Each is the median over the increments of the series, with the
// interval that benchmath gives without assuming a distribution.
func slopes(series []scenarios.Sample) (perRequest, perGoroutine reports.Interval) {
	var goroutines, bytes []float64
	step := max(1, (len(series)-1)/increments)
	for i := step; i < len(series); i += step {
		a, b := series[i-step], series[i]
		if requests := b.Requests - a.Requests; requests > 0 {
			goroutines = append(goroutines, float64(b.Goroutines-a.Goroutines)/float64(requests))
		}
		// A garbage collection between two samples reduces the bytes. Where few
		// goroutines were added, it would hide what they take.
		if added := b.Goroutines - a.Goroutines; added >= minAdded {
			grown := float64(b.HeapBytes+b.StackBytes) - float64(a.HeapBytes+a.StackBytes)
			bytes = append(bytes, grown/float64(added))
		}
	}
	return summary(goroutines), summary(bytes)
}

// minAdded is how many goroutines an increment must add to measure their size.
const minAdded = 16

// summary is the median of values with its interval; N is zero without values.
func summary(values []float64) reports.Interval {
	if len(values) == 0 {
		return reports.Interval{}
	}
	n := len(values)
	s := benchmath.AssumeNothing.Summary(benchmath.NewSample(values, &benchmath.DefaultThresholds), confidence)
	i := reports.Interval{Center: s.Center, Low: s.Lo, High: s.Hi, Confidence: s.Confidence, N: n}
	// Too few values give an infinite interval, which JSON cannot hold. The range
	// of the values stands for it, with no confidence.
	if math.IsInf(i.Low, 0) || math.IsInf(i.High, 0) {
		i.Low, i.High, i.Confidence = values[0], values[0], 0
		for _, v := range values {
			i.Low, i.High = min(i.Low, v), max(i.High, v)
		}
	}
	return i
}

// times is the product of two estimates, bound by bound. Its interval is wider
// than needed.
func times(a, b reports.Interval) reports.Interval {
	return reports.Interval{Center: a.Center * b.Center, Low: a.Low * max(b.Low, 0), High: a.High * b.High,
		Confidence: min(a.Confidence, b.Confidence), N: min(a.N, b.N)}
}

// reach is when base, growing by perRequest at the hourly rate, reaches value. A
// bound of the interval is -1 where the slope at that bound never gets there.
func reach(name string, value, base float64, perRequest reports.Interval) reports.ProjectedLimit {
	hours := func(slope float64) float64 {
		if slope <= 0 {
			return -1
		}
		return max(0, value-base) / (slope * hourly)
	}
	l := reports.ProjectedLimit{Limit: name, Value: value}
	l.Hours = reports.Interval{Center: hours(perRequest.Center), Low: hours(perRequest.High), High: hours(perRequest.Low),
		Confidence: perRequest.Confidence, N: perRequest.N}
	l.Never = l.Hours.Center < 0
	return l
}

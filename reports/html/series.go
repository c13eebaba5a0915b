package html

import (
	"slices"

	"github.com/watertight-go/watertight/internal/thin"
	"github.com/watertight-go/watertight/scenarios"
)

// series are the samples of a load, in columns. A column whose values are all
// equal has one value. Times are in ticks and latencies in lags: Tick and Lag are
// their microseconds, and are finer than a pixel. Memory is in KiB.
type series struct {
	Tick        int64   `json:"tick"`
	At          []int64 `json:"at"`
	Requests    []int64 `json:"requests"`
	Goroutines  []int64 `json:"goroutines"`
	Running     []int64 `json:"running"`
	Runnable    []int64 `json:"runnable"`
	Waiting     []int64 `json:"waiting"`
	InSyscall   []int64 `json:"inSyscall"`
	InFlight    []int64 `json:"inFlight"`
	Memory      []int64 `json:"memory"`
	Descriptors []int64 `json:"descriptors"`
	Lag         int64   `json:"lag,omitempty"`
	// Times are the index, the intended start and the latency of each request, and
	// 1 where it returned.
	Times [][4]int64 `json:"times,omitempty"`
}

// mostSamples is how many samples of a load are drawn, evenly chosen. fineness is
// how many parts the longest time is divided into.
const (
	mostSamples = 100
	fineness    = 20_000
)

// newSeries is nil where there are too few samples for a curve.
func newSeries(o scenarios.Observation) *series {
	n := len(o.Series)
	if n < 2 {
		return nil
	}
	s := &series{Tick: max(1, us(o.Series[n-1].At)/fineness)}
	for _, x := range thin.Evenly(o.Series, mostSamples) {
		s.At = append(s.At, us(x.At)/s.Tick)
		for i, value := range []int{x.Requests, x.Goroutines, x.Running, x.Runnable, x.Waiting, x.InSyscall, x.InFlight, x.Descriptors, int(x.HeapBytes>>10) + int(x.StackBytes>>10)} {
			column := s.columns()[i]
			*column = append(*column, int64(value))
		}
	}
	for _, column := range s.columns() {
		if slices.Max(*column) == slices.Min(*column) {
			*column = (*column)[:1]
		}
	}
	s.addTimes(o.Times)
	return s
}

// columns are all but At, in the order of the values in newSeries.
func (s *series) columns() []*[]int64 {
	return []*[]int64{&s.Requests, &s.Goroutines, &s.Running, &s.Runnable, &s.Waiting, &s.InSyscall, &s.InFlight, &s.Descriptors, &s.Memory}
}

// addTimes adds the latencies of the requests.
func (s *series) addTimes(times []scenarios.RequestTime) {
	s.Lag = 1
	for _, t := range times {
		s.Lag = max(s.Lag, us(t.Took)/fineness)
	}
	for _, t := range times {
		returned := int64(0)
		if t.Returned {
			returned = 1
		}
		s.Times = append(s.Times, [4]int64{int64(t.Index), us(t.At) / s.Tick, us(t.Took) / s.Lag, returned})
	}
}

// Package floors judges whether the values of a series grow without end. It refuses
// to judge by slopes: the slope of a queue that fills is as steep as that of a leak.
//
// It takes the later half of a watch, cuts it into eight blocks, and judges the
// smallest value of each block. A queue, a pool or a burst comes back to its floor; a
// leak raises it. It inspects the whole watch, its first half, its first quarter and
// so on: one inspection that accuses makes a suspicion, two in a row a leak.
package floors

import (
	"fmt"
	"math"
	"time"
)

// The numbers of the test. A throwaway study measured false alarms of at most 5 % with
// them on queues that fill slowly, where tests of raw slopes accuse most queues.
const (
	// Blocks is the number of floors that are compared.
	Blocks = 8
	// PerBlock is how many samples a block needs.
	PerBlock = 3
	// Least is how many samples a series needs before anything can be said.
	Least = 2 * Blocks * PerBlock
	// leastTrend is the smallest S of Mann and Kendall that counts; 28 is the largest.
	leastTrend = 24
	// leastDrift is the smallest t of the increments.
	leastDrift = 3
	// leastGain is the smallest gain, in units.
	leastGain = 5
)

// Grade is how sure an answer is.
type Grade string

const (
	// Unknown: there are too few samples, or the load rose.
	Unknown Grade = "unknown"
	// Flat: the series does not grow, or stopped growing.
	Flat Grade = "flat"
	// Suspected: the last inspection accuses, the one before did not.
	Suspected Grade = "suspected"
	// Leak: two inspections in a row accuse.
	Leak Grade = "leak"
)

// Sample is a value at a time since the beginning of the watch.
type Sample struct {
	At    time.Duration
	Value float64
}

// Series is what is judged.
type Series struct {
	// Samples are in the order of time.
	Samples []Sample
	// Requests is a counter of requests over the same time; nil where there is none.
	Requests []Sample
	// Unit is what one event adds to the value: one goroutine, or the bytes between two
	// samples of a heap profile. Zero means 1.
	Unit float64
}

// Answer is what is known of a series.
type Answer struct {
	Grade Grade
	// Why says what is unknown, or why a rise does not count.
	Why string
	// Slope is the growth per second in the later half, with an interval of 95 %. It is
	// in the unit of the values.
	Slope, Low, High float64
	// PerRequest is Slope by the rate of the requests; zero where that is not known.
	PerRequest float64
	// RatePerSecond is the rate of requests in the later half.
	RatePerSecond float64
	// First and Last are the first and the last floor.
	First, Last float64
}

// Judge inspects a series at the end of the watch, at its half, at its quarter and so
// on, as long as there are Least samples.
func Judge(s Series) Answer {
	if len(s.Samples) < Least {
		return Answer{Grade: Unknown, Why: fmt.Sprintf("%d polls, want %d or more", len(s.Samples), Least)}
	}
	last := inspect(s)
	answer := last.answer
	if last.why != "" {
		answer.Grade, answer.Why = Flat, last.why
		return answer
	}
	answer.Grade, answer.Why = confirm(firstHalf(s), last)
	if why := risingLoad(s); why != "" {
		answer.Grade, answer.Why = Unknown, why
	}
	return answer
}

// confirm grades a series that the last inspection accuses, by the inspection before.
func confirm(before Series, last inspection) (Grade, string) {
	if len(before.Samples) < Least {
		return Suspected, "the watch was too short for a second inspection"
	}
	first := inspect(before)
	if first.why != "" {
		return Suspected, "the inspection before saw no rise: " + first.why
	}
	if slower(before, last.answer) {
		return Suspected, "the rise slows down: watch for longer"
	}
	return Leak, ""
}

// slower reports whether the slope of the later half is less than that of the first, by
// more than chance makes. So it is with a queue of slow calls that fills: a leak keeps its
// slope.
func slower(firstHalf Series, later Answer) bool {
	const leastShare = 0.8
	floors := blockFloors(firstHalf.Samples)
	first := newAnswer(floors, unitOf(firstHalf))
	return later.Slope < leastShare*first.Slope && first.Slope-later.Slope > math.Hypot(first.margin(), later.margin())/quantile95
}

// margin is half of the interval.
func (a Answer) margin() float64 { return (a.High - a.Low) / 2 }

// firstHalf is the part of a series before the middle of its time.
func firstHalf(s Series) Series {
	begin := s.Samples[0].At
	middle := begin + (s.Samples[len(s.Samples)-1].At-begin)/2
	return Series{Samples: until(s.Samples, middle), Requests: until(s.Requests, middle), Unit: s.Unit}
}

func until(all []Sample, at time.Duration) []Sample {
	n := 0
	for n < len(all) && all[n].At <= at {
		n++
	}
	return all[:n]
}

// laterHalf are the samples after the middle of the time.
func laterHalf(all []Sample) []Sample {
	begin := all[0].At
	middle := begin + (all[len(all)-1].At-begin)/2
	return all[len(until(all, middle)):]
}

// inspection is one application of the test. why is empty where it accuses.
type inspection struct {
	answer Answer
	why    string
}

func inspect(s Series) inspection {
	later := laterHalf(s.Samples)
	if len(later) < Blocks*PerBlock {
		return inspection{why: fmt.Sprintf("%d polls in the later half, want %d or more", len(later), Blocks*PerBlock)}
	}
	floors := blockFloors(later)
	out := inspection{answer: newAnswer(floors, unitOf(s)), why: refuse(inUnits(floors, unitOf(s)))}
	if rate, ok := rateOf(s.Requests, later[0].At); ok {
		out.answer.RatePerSecond = rate
		out.answer.PerRequest = out.answer.Slope / rate
	}
	return out
}

func unitOf(s Series) float64 {
	if s.Unit <= 0 {
		return 1
	}
	return s.Unit
}

// inUnits are floors as numbers of events.
func inUnits(floors [Blocks]Sample, unit float64) []float64 {
	f := make([]float64, Blocks)
	for i := range floors {
		f[i] = floors[i].Value / unit
	}
	return f
}

// refuse says why floors are no leak; empty where they are.
func refuse(f []float64) string {
	gain := f[Blocks-1] - f[0]
	switch {
	case trend(f) < leastTrend:
		return "the floor does not rise steadily"
	case gain < max(leastGain, 3*math.Sqrt(max(f[0], 0))):
		return "the rise is within what chance makes"
	case drift(f) < leastDrift:
		return "the rise is within what chance makes"
	case f[Blocks-1]-f[Blocks/2-1] < gain/3:
		return "the rise slows down"
	case f[Blocks-1] <= f[Blocks-3]:
		return "the rise stopped"
	}
	return ""
}

// blockFloors are the smallest samples of the blocks, of nearly equal size.
func blockFloors(all []Sample) [Blocks]Sample {
	var floors [Blocks]Sample
	for i := range floors {
		block := all[i*len(all)/Blocks : (i+1)*len(all)/Blocks]
		floors[i] = block[0]
		for _, s := range block[1:] {
			if s.Value < floors[i].Value {
				floors[i] = s
			}
		}
	}
	return floors
}

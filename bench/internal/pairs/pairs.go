// Package pairs measures a subject and its floor in turn, so that whatever slows
// the machine down slows both.
package pairs

import "time"

// Rounds makes a number of calls and returns how long they took together. An
// error means that a call did not do its work.
type Rounds func(calls int) (time.Duration, error)

// Repeat makes Rounds of one call. They end at the first error.
func Repeat(call func() error) Rounds {
	return func(calls int) (time.Duration, error) {
		begun := time.Now()
		for range calls {
			if err := call(); err != nil {
				return 0, err
			}
		}
		return time.Since(begun), nil
	}
}

// mostCalls bounds Calibrate where the clock is too coarse to see a call.
const mostCalls = 1 << 20

// Calibrate finds how many calls take d or more, a power of two and 1,048,576 at
// most. It also warms up.
func Calibrate(r Rounds, d time.Duration) (calls int, err error) {
	for calls = 1; ; calls *= 2 {
		took, err := r(calls)
		if err != nil || took >= d || calls >= mostCalls {
			return calls, err
		}
	}
}

// Side is one half of a pair: what is measured, and in how many calls at a time.
type Side struct {
	Rounds Rounds
	Calls  int
}

// Options say how many pairs are measured.
type Options struct {
	// Pairs is how many are wanted.
	Pairs int
	// Enough ends the measuring early. It is called with the number of pairs
	// that are measured. Nil means never.
	Enough func(pairs int) bool
	// Before is called before each half of a pair, outside of the time. Nil means
	// nothing.
	Before func()
}

// Times are nanoseconds a call. Floor[i] was measured right beside Subject[i].
type Times struct {
	Floor, Subject []float64
}

// Measure measures pairs. The floor is first in the first pair, the subject in
// the second, and so on.
func Measure(floor, subject Side, opts Options) (Times, error) {
	var t Times
	for i := range opts.Pairs {
		if opts.Enough != nil && opts.Enough(i) {
			break
		}
		halves := [2]half{{floor, &t.Floor}, {subject, &t.Subject}}
		if i%2 == 1 {
			halves[0], halves[1] = halves[1], halves[0]
		}
		for _, h := range halves {
			if opts.Before != nil {
				opts.Before()
			}
			if err := h.measure(); err != nil {
				return t, err
			}
		}
	}
	return t, nil
}

type half struct {
	side Side
	into *[]float64
}

func (h half) measure() error {
	took, err := h.side.Rounds(h.side.Calls)
	*h.into = append(*h.into, float64(took)/float64(h.side.Calls))
	return err
}

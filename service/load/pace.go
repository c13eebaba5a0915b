package load

import (
	"context"
	"time"
)

// pace calls start for n requests, each at its own moment, until all have started or ctx
// is done. A start that comes late delays no other: their moments are fixed from the
// beginning, and those that have passed follow at once.
func pace(ctx context.Context, began time.Time, rate float64, n int, start func(i int, intended time.Time)) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for i := range n {
		intended := began.Add(time.Duration(float64(i) / rate * float64(time.Second)))
		if !sleepUntil(ctx, timer, intended) {
			return
		}
		start(i, intended)
	}
}

// sleepUntil reports whether the moment has come; false means that ctx is done.
func sleepUntil(ctx context.Context, timer *time.Timer, at time.Time) bool {
	wait := time.Until(at)
	if wait <= 0 {
		return ctx.Err() == nil
	}
	timer.Reset(wait)
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// dealer deals requests to clients by weight, in a fixed order in which each client's
// requests are spread evenly: smooth weighted round robin, as nginx has it.
type dealer struct {
	weights, current []int
	sum              int
}

func newDealer(clients []Client) *dealer {
	d := &dealer{current: make([]int, len(clients))}
	for _, c := range clients {
		d.weights = append(d.weights, c.Weight)
		d.sum += c.Weight
	}
	return d
}

// next is the client whose turn it is.
func (d *dealer) next() int {
	best := 0
	for i := range d.current {
		d.current[i] += d.weights[i]
		if d.current[i] > d.current[best] {
			best = i
		}
	}
	d.current[best] -= d.sum
	return best
}

package cost

import (
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
)

const (
	// span is how long one turn of the floor takes: so short that most turns
	// are over before the scheduler of a busy machine takes the processor
	// away, and the clock of a virtual one changes its pace.
	span = 150 * time.Microsecond
	// turns is how many pairs of floor and executor a sample is the median of.
	// On a machine whose floor varies by 60 %, the ratio of such medians was
	// the same within 3 % from process to process; with turns of 1 ms, 10 %.
	turns = 31
	// warmUps is how many requests are made before anything is measured.
	warmUps = 200
)

// Times takes n samples of the executor's time for a request of so many agents
// at GOMAXPROCS=procs, each beside a sample of the floor.
func Times(spec executor.Spec, agents, procs, n int) (reports.Timing, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
	t := reports.Timing{Procs: procs}
	j, err := newJob(spec, agents)
	if err != nil {
		return t, err
	}
	requests, err := j.calibrate()
	if err != nil {
		return t, err
	}
	for range n {
		runtime.GC() // every sample starts with the same heap
		call, floor, err := j.sample(requests)
		if err != nil {
			return t, err
		}
		t.Call, t.Floor = append(t.Call, call), append(t.Floor, floor)
	}
	return t, nil
}

// calibrate warms up, and finds how many requests make a turn.
func (j *job) calibrate() (int, error) {
	if err := repeat(max(warmUps/len(j.agents), 2), j.call); err != nil {
		return 0, err
	}
	for n := 1; ; n *= 2 {
		d, err := took(n, j.floor)
		if err != nil || d >= span || n >= 1<<16 {
			return n, err
		}
	}
}

// sample is nanoseconds per request of executor and floor: the median of many
// turns each, in turns, so that whatever slows the machine slows both.
func (j *job) sample(requests int) (call, floor float64, err error) {
	var calls, floors [turns]float64
	for i := range turns {
		first, second := j.floor, j.call
		if i%2 == 1 {
			first, second = second, first
		}
		a, err := took(requests, first)
		if err != nil {
			return 0, 0, err
		}
		b, err := took(requests, second)
		if err != nil {
			return 0, 0, err
		}
		if i%2 == 1 {
			a, b = b, a
		}
		floors[i], calls[i] = float64(a)/float64(requests), float64(b)/float64(requests)
	}
	slices.Sort(calls[:])
	slices.Sort(floors[:])
	if floors[turns/2] <= 0 {
		return 0, 0, fmt.Errorf("cost: the floor took no time: the clock is too coarse")
	}
	return calls[turns/2], floors[turns/2], nil
}

func took(n int, f func() error) (time.Duration, error) {
	began := time.Now()
	err := repeat(n, f)
	return time.Since(began), err
}

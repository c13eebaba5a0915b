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
	// turns is how many pairs of floor and executor a sample is taken from, and
	// quintile which of them it is, by time: a fifth of the way up. Neighbours
	// only ever make turns longer, so the median moves with them, while the
	// least is a matter of luck. On two processors with ten busy processes the
	// ratio at the quintile stayed within 4 % from process to process, that of
	// medians within 10 %, that of turns of 1 ms within 20 %.
	turns    = 31
	quintile = turns / 5
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

// sample is nanoseconds per request of executor and floor: each a fifth of the
// way up many turns, taken in turns, so that what slows the machine slows both.
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
	if floors[quintile] <= 0 {
		return 0, 0, fmt.Errorf("cost: the floor took no time: the clock is too coarse")
	}
	return calls[quintile], floors[quintile], nil
}

func took(n int, f func() error) (time.Duration, error) {
	began := time.Now()
	err := repeat(n, f)
	return time.Since(began), err
}

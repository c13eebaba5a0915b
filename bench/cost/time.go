package cost

import (
	"errors"
	"runtime"
	"slices"
	"time"

	"github.com/watertight-go/watertight/bench/internal/pairs"
	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
)

const (
	// halfTime is how long the floor's half of a pair takes at least. It is so
	// short that the scheduler of a busy machine seldom interrupts it.
	halfTime = 150 * time.Microsecond
	// pairsPerSample is how many pairs make one sample, and fifth the pair that
	// counts, by time: a fifth of the way up. Other programs only ever make a
	// measurement longer, so the median moves with them, and the least is a
	// matter of luck. On two processors with ten busy processes, the ratio at the
	// fifth stayed within 4 % from process to process. That of the medians stayed
	// within 10 %, and that of halves of 1 ms within 20 %.
	pairsPerSample = 31
	fifth          = pairsPerSample / 5
	// warmUps is how many requests are made before anything is measured.
	warmUps = 200
)

// Times takes n samples of the time that one request of so many agents takes at
// GOMAXPROCS=procs, each beside a sample of the floor.
func Times(spec executor.Spec, agents, procs, n int) (reports.Timing, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
	t := reports.Timing{Procs: procs}
	j, err := newJob(spec, agents)
	if err != nil {
		return t, err
	}
	call, floor := pairs.Repeat(j.call), pairs.Repeat(j.floor)
	if _, err := call(max(warmUps/agents, 2)); err != nil {
		return t, err
	}
	requests, err := pairs.Calibrate(floor, halfTime)
	if err != nil {
		return t, err
	}
	for range n {
		runtime.GC() // every sample starts with the same heap
		p, err := pairs.Measure(pairs.Side{Rounds: floor, Calls: requests}, pairs.Side{Rounds: call, Calls: requests},
			pairs.Options{Pairs: pairsPerSample})
		if err != nil {
			return t, err
		}
		slices.Sort(p.Floor)
		slices.Sort(p.Subject)
		if p.Floor[fifth] <= 0 {
			return t, errors.New("cost: the floor took no time: the clock is too coarse")
		}
		t.Call, t.Floor = append(t.Call, p.Subject[fifth]), append(t.Floor, p.Floor[fifth])
	}
	return t, nil
}

package scenariotest

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// witnesses is how many goroutines count the time in which the machine runs this
	// process. One alone may be lucky.
	witnesses = 4
	// period is how often each of them wakes up, and mostAtOnce how much it counts
	// then at most. Beside goroutines that spin it wakes up late.
	period     = 10 * time.Millisecond
	mostAtOnce = 10 * period
)

// runClock counts the time in which the machine is known to have run this process.
// A process that is stopped, or that gets no processor, looks like one that hangs;
// its runClock stands still. Create one with startRunClock.
type runClock struct {
	counted [witnesses]atomic.Int64
	stop    chan struct{}
	ended   sync.WaitGroup
	cpu     time.Duration // used by the process before the start
}

func startRunClock() *runClock {
	r := &runClock{stop: make(chan struct{}), cpu: cpuTime()}
	for i := range r.counted {
		r.ended.Go(func() { r.witness(i) })
	}
	return r
}

func (r *runClock) witness(i int) {
	timer := time.NewTimer(period)
	defer timer.Stop()
	for last := time.Now(); ; {
		select {
		case <-r.stop:
			return
		case <-timer.C:
		}
		elapsed := time.Since(last)
		last = last.Add(elapsed)
		r.add(i, elapsed)
		timer.Reset(period)
	}
}

// add counts the time since the witness woke up last. In what is more than mostAtOnce
// the machine may not have run this process.
func (r *runClock) add(i int, elapsed time.Duration) {
	r.counted[i].Add(int64(min(elapsed, mostAtOnce)))
}

// elapsed is the time that all witnesses have counted. Where that is more, it is the
// processor time of this process, divided among its processors: goroutines that
// spin hold the witnesses up, and are no sign of a busy machine.
func (r *runClock) elapsed() time.Duration {
	least := r.counted[0].Load()
	for i := range r.counted {
		least = min(least, r.counted[i].Load())
	}
	return max(time.Duration(least), (cpuTime()-r.cpu)/time.Duration(runtime.GOMAXPROCS(0)))
}

// close ends the witnesses.
func (r *runClock) close() {
	close(r.stop)
	r.ended.Wait()
}

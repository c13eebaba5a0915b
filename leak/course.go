package leak

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// course is one run of rounds. It measures after each of them, stops as soon as
// nothing rises, and gives what rises more rounds, since most of it stops.
type course struct {
	opts  Options
	plan  Plan
	base  *Snapshot
	owner *owner
	// crowd says whether something else runs in the process. Nil means that
	// nobody can tell, and that all is taken for the rounds'.
	crowd   func() bool
	crowded bool

	start time.Time
	// ended is when the last round did.
	ended time.Time
	// ran are the rounds so far, warm-up included; least the judged rounds
	// before a rise is believed.
	ran, least int
	// sites are the goroutines left after each judged round, by where they were
	// created; births the rounds in which those that are left were first seen.
	sites  map[site][]float64
	births map[uint64]int

	heap, descriptors []float64
	allocations       *allocations
	drained           *drain
	opened            map[string]int
	timers            timerWatch
	warnings          []string
	// release puts GODEBUG back.
	release func()
}

// site is what goroutines of one origin have in common, whatever they wait for.
type site struct {
	created stack.Frame
	entry   string
}

func newCourse(o Options, who *owner) *course {
	return &course{
		opts: o, plan: o.Plan.withDefaults(), owner: who, least: o.Plan.withDefaults().sure(),
		sites: map[site][]float64{}, births: map[uint64]int{},
	}
}

// run runs the rounds and judges them.
func (c *course) run(ctx context.Context, f func(context.Context) error) (RoundsReport, error) {
	c.begin()
	defer c.end()
	for {
		if err := c.rounds(ctx, f); err != nil {
			return RoundsReport{}, err
		}
		r, err := c.conclude(ctx)
		// What is left unsure after the usual rounds gets all of them once.
		if err != nil || r.Verdict != Unknown || c.least == c.plan.Max || c.late() || ctx.Err() != nil {
			return r, err
		}
		c.least = c.plan.Max
	}
}

func (c *course) begin() {
	c.start = time.Now()
	c.heap = make([]float64, 0, c.room())
	c.descriptors = make([]float64, 0, c.room())
	c.release = showLabels()
	if c.plan.Judge.Heap {
		fillCaches()
	}
	c.base = Take()
	c.watchCrowd()
}

// mostRoom is how many samples there is room for without allocating in a round.
const mostRoom = 4096

func (c *course) room() int { return min(c.plan.Max, mostRoom) }

func (c *course) end() {
	c.release()
	if c.allocations != nil {
		c.allocations.stop()
	}
}

// fillCaches starts and ends many goroutines at once. The runtime keeps what it
// needs for one for the next, so that a round with a few more goroutines at a
// time than those before does not look as if it had kept memory.
func fillCaches() {
	n := 64*runtime.GOMAXPROCS(0) + 256
	quit, never := make(chan bool), make(chan bool)
	done := make(chan bool, n)
	for range n {
		go func() {
			select {
			case <-quit:
			case <-never:
			}
			done <- true
		}()
	}
	runtime.Gosched()
	close(quit)
	for range n {
		<-done
	}
}

// rounds runs until it is decided, or nothing more can be.
func (c *course) rounds(ctx context.Context, f func(context.Context) error) error {
	for !c.decided() && !c.late() {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("leak: rounds: after %d rounds: %w", c.ran, context.Cause(ctx))
		}
		before := runtime.NumGoroutine()
		c.ran++
		err := f(ctx)
		c.ended = time.Now()
		if err != nil {
			return fmt.Errorf("leak: rounds: round %d: %w", c.ran, err)
		}
		if err := c.measure(before); err != nil {
			return err
		}
	}
	return nil
}

// judged is the number of judged rounds so far.
func (c *course) judged() int { return max(c.ran-c.plan.WarmUp, 0) }

func (c *course) late() bool { return time.Since(c.start) >= c.plan.Time }

// patience is what is left of the time that timers get to fire after the last
// round: as long as goroutines that wait get to end.
func (c *course) patience() time.Duration {
	budget := min(c.opts.settleOf(Waiting), max(c.plan.Time-c.ended.Sub(c.start), time.Second))
	return max(budget-time.Since(c.ended), 0)
}

// decided reports whether more rounds would change nothing.
func (c *course) decided() bool {
	n := c.judged()
	if n < c.plan.Rounds {
		return false
	}
	if !c.crowded {
		c.timers.begin(c)
	}
	if n >= c.plan.Max {
		return true
	}
	if c.crowded {
		// Only goroutines will be judged.
		return c.goroutinesRise() == flat || n >= c.least
	}
	goroutines, heap, descriptors := c.goroutinesRise(), c.heapRises(), c.descriptorsRise()
	if heap != flat && c.allocations == nil {
		c.allocations = recordAllocations()
	}
	if goroutines == flat && heap == flat && !c.timed() && descriptors == flat && !c.timers.seen() {
		return true
	}
	// Goroutines are judged by who is still there in the end, so that doubt
	// about their number needs no more rounds.
	return n >= c.least && (heap != unsure || c.drainable()) && descriptors != unsure
}

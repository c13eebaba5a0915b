package leak

import (
	"context"
	"fmt"
	"maps"
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
	c.heap = make([]float64, 0, c.plan.Max)
	c.descriptors = make([]float64, 0, c.plan.Max)
	c.release = showLabels()
	if c.plan.judges(Heap) {
		fillCaches()
	}
	c.base = Take()
	c.watchCrowd()
}

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
	budget := min(c.opts.Settle.of(Waiting), max(c.plan.Time-c.ended.Sub(c.start), time.Second))
	return max(budget-time.Since(c.ended), 0)
}

// decided reports whether more rounds would change nothing.
func (c *course) decided() bool {
	n := c.judged()
	if n < c.plan.Rounds {
		return false
	}
	c.timers.begin(c)
	if n >= c.plan.Max {
		return true
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

// quietFor is how long goroutines get to end after each round. Those that need
// longer are given their budgets once, in the end.
const quietFor = 20 * time.Millisecond

// quieten waits a little for the round's goroutines to end.
func quieten(before int) {
	for pause := 20 * time.Microsecond; pause < quietFor && runtime.NumGoroutine() > before; pause *= 2 {
		time.Sleep(pause)
	}
}

// measure takes the samples of a round that has just ended.
func (c *course) measure(before int) error {
	quieten(before)
	judged := c.judged() > 0
	if c.plan.judges(Heap) {
		held := measureMemory().heap
		if judged {
			c.heap = append(c.heap, float64(held))
		}
		if c.allocations != nil {
			c.allocations.sample()
		}
	} else if runtime.NumGoroutine() > before {
		runtime.GC()
	}
	// A collection may have ended workers and closed files.
	quieten(before)
	if judged && c.plan.judges(Descriptors) {
		c.countDescriptors()
	}
	if err := c.census(judged); err != nil {
		return err
	}
	c.watchCrowd()
	return nil
}

func (c *course) countDescriptors() {
	n, err := countDescriptors()
	if err != nil {
		if len(c.warnings) == 0 {
			c.warnings = append(c.warnings, "descriptors not judged: "+err.Error())
		}
		return
	}
	c.descriptors = append(c.descriptors, float64(n))
	if c.opened == nil {
		c.opened = openDescriptors()
	}
}

func (c *course) watchCrowd() {
	if c.crowd != nil && !c.crowded {
		c.crowded = c.crowd()
		c.owner.alone = !c.crowded
		if c.crowded {
			c.owner.before = nil
		}
	}
}

// census counts who is left.
func (c *course) census(judged bool) error {
	if !c.plan.judges(Goroutines) {
		return nil
	}
	f, err := newFinder(c.base, c.opts, c.owner)
	if err != nil {
		return err
	}
	alive := map[uint64]int{}
	counts := map[site]int{}
	for _, g := range f.look().order {
		if !c.counts(g) {
			continue
		}
		counts[siteOf(g)] += len(g.ids)
		for _, id := range g.ids {
			alive[id] = c.ran
			if born, ok := c.births[id]; ok {
				alive[id] = born
			}
		}
	}
	c.births = alive
	if !judged {
		return nil
	}
	for s := range counts {
		if c.sites[s] == nil {
			c.sites[s] = make([]float64, c.judged()-1, c.plan.Max)
		}
	}
	for s, samples := range c.sites {
		c.sites[s] = append(samples, float64(counts[s]))
	}
	return nil
}

// counts reports whether the group's goroutines are judged. An idle connection
// is excused in one look, but a round that leaves one each time leaks them.
func (c *course) counts(g *group) bool {
	if len(g.ids) == 0 || g.system || g.excused != "" && !isIdle(g.excused) {
		return false
	}
	return c.opts.fails(g.class)
}

func siteOf(g *group) site { return site{created: g.trace.Created, entry: entry(g.trace)} }

// goroutinesRise is the worst that the sites say.
func (c *course) goroutinesRise() doubt {
	worst := flat
	for _, samples := range c.sites {
		worst = max(worst, theilSen(window(samples, c.plan.Rounds)).judge(0))
	}
	return worst
}

func (c *course) descriptorsRise() doubt {
	if len(c.descriptors) < c.plan.Rounds {
		return flat
	}
	return theilSen(window(c.descriptors, c.plan.Rounds)).judge(0)
}

// heapRises asks two witnesses: the size of the heap, and who allocated what it
// holds, once that is recorded. The first alone is never believed.
func (c *course) heapRises() doubt {
	if len(c.heap) < c.plan.Rounds {
		return flat
	}
	tolerance := float64(c.plan.Heap)
	size := theilSen(window(c.heap, c.plan.Rounds)).judge(tolerance)
	held := unsure
	if c.allocations != nil && len(c.allocations.samples) > c.plan.Rounds {
		// The first sample has what the rounds before had yet to replace.
		held = theilSen(window(c.allocations.samples[1:], c.plan.Rounds)).judge(tolerance)
	}
	switch {
	case size == flat || held == flat:
		return flat
	case size == rising && held == rising:
		return rising
	}
	return unsure
}

// bornBy counts, for each judged round, those of ids that were born until then.
func (c *course) bornBy(ids []uint64) []float64 {
	n := c.judged()
	samples := make([]float64, n)
	for _, id := range ids {
		born, ok := c.births[id]
		if !ok {
			born = c.ran
		}
		if i := max(born-c.plan.WarmUp-1, 0); i < n {
			samples[i]++
		}
	}
	for i := 1; i < n; i++ {
		samples[i] += samples[i-1]
	}
	return samples
}

// totals are the goroutines left after each judged round.
func (c *course) totals() []float64 {
	totals := make([]float64, c.judged())
	for samples := range maps.Values(c.sites) {
		for i, n := range samples {
			totals[i] += n
		}
	}
	return totals
}

package leak

import (
	"runtime"
	"time"
)

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
	if c.plan.Judge.Heap {
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
	if judged && c.plan.Judge.Descriptors {
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
	if !c.plan.Judge.Goroutines {
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
			c.sites[s] = make([]float64, c.judged()-1, max(c.judged(), c.room()))
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

package leak

import "maps"

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

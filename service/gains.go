package service

// gain is how much more of something there was after each round than before it.
type gain struct {
	group Group
	// rounds has one number for each round, requests how many were sent in it.
	rounds, requests []float64
	// noise is the standard error of each round's number.
	noise []float64
	// waited are how many goroutines stood at one place before each round, stillWaited the
	// smallest numbers that stood there in it.
	waited, stillWaited []float64
	// used is how many descriptors were open where those were nearly all that it may have,
	// and asked how many requests it had got by then, those of the warm-up included.
	used, asked float64
}

// The bounds of what counts as left by requests, and not by chance.
const (
	// leastLeft is how many things must be left after all rounds.
	leastLeft = 4
	// leastShare is how many must be left for each request: one in 200.
	leastShare = 0.005
	// leastBytes is how many bytes must be left for each request.
	leastBytes = 16
	// keeps is the part of the first round that the last one must leave: a pool or a cache
	// fills once.
	keeps = 1.0 / 3
	// manyErrors is how many standard errors of a sampled heap count as more than chance.
	manyErrors = 4
	// fewPooled is how many goroutines each request may leave at most in a pool that grows:
	// it has one for each request that runs, and not for each one that ran.
	fewPooled = 0.2
	// worksAgain is the part of a pool that works again in the round in which it grows.
	worksAgain = 0.5
)

func sum(all []float64) (total float64) {
	for _, v := range all {
		total += v
	}
	return total
}

// perRequest is what each request left. A first round that left more than twice as much as
// the others filled a pool as well, and is left out.
func (g gain) perRequest() float64 {
	if g.used > 0 {
		return g.used / max(g.asked, 1)
	}
	first, others := g.rounds[0]/max(g.requests[0], 1), sum(g.rounds[1:])/max(sum(g.requests[1:]), 1)
	if len(g.rounds) > 1 && first > 2*others {
		return max(others, 0)
	}
	return max(sum(g.rounds)/max(sum(g.requests), 1), 0)
}

// left is how much there is after the last round more than before the first.
func (g gain) left() float64 {
	if g.used > 0 {
		return g.used
	}
	return sum(g.rounds)
}

// lasting reports whether each round left something, the last one about as much as the first.
func (g gain) lasting() bool {
	if len(g.rounds) < 2 {
		return false
	}
	for i, v := range g.rounds {
		if v <= 0 || len(g.noise) > 0 && v < g.noise[i] {
			return false
		}
	}
	n := len(g.rounds) - 1
	return g.rounds[n]/max(g.requests[n], 1) >= keeps*g.rounds[0]/max(g.requests[0], 1)
}

// pooled reports whether goroutines are rather those of a pool that grows a little with
// each round, as chance brings more requests together: those of before the last round
// worked again in it.
func (g gain) pooled() bool {
	n := len(g.waited) - 1
	return n >= 0 && g.perRequest() <= fewPooled && g.waited[n] >= leastLeft && g.stillWaited[n] <= (1-worksAgain)*g.waited[n]
}

// leaks reports whether goroutines or descriptors are left by requests.
func (g gain) leaks() bool {
	return g.used > 0 || g.lasting() && !g.pooled() && sum(g.rounds) >= max(leastLeft, leastShare*sum(g.requests))
}

// leaksBytes is leaks for a heap, whose profile is a sample.
func (g gain) leaksBytes() bool {
	variance := 0.0
	for _, n := range g.noise {
		variance += n * n
	}
	total := sum(g.rounds)
	return g.lasting() && total*total >= manyErrors*manyErrors*variance && total >= leastBytes*sum(g.requests)
}

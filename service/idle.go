package service

// resting are the goroutines of a site that wait when a round begins, most of them at one
// place. Workers of a pool leave it again when there is work. What a request has left
// behind does not.
type resting struct {
	stack string
	// before is how many waited there before the round, least the smallest number since.
	before, least float64
}

// restingAt are the goroutines that wait at a census, by the keys of their sites.
func restingAt(c counts) map[string]resting {
	all := map[string]resting{}
	for _, g := range c.sites {
		top := g.Stacks[0]
		all[g.Key] = resting{top.ID, top.Value, top.Value}
	}
	return all
}

// follow notes how many of them still wait.
func follow(all map[string]resting, c counts) {
	now := map[string]float64{}
	for _, g := range c.sites {
		for _, s := range g.Stacks {
			if s.ID == all[g.Key].stack {
				now[g.Key] = s.Value
			}
		}
	}
	for key, r := range all {
		r.least = min(r.least, now[key])
		all[key] = r
	}
}

// addResting notes at the groups of a census what their goroutines of before the round did.
func addResting(groups []Group, all map[string]resting) {
	for i, g := range groups {
		groups[i].Waited, groups[i].StillWaited = all[g.Key].before, all[g.Key].least
	}
}

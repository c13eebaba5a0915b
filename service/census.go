package service

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/watertight-go/watertight/internal/creators"
	"github.com/watertight-go/watertight/internal/sites"
	"github.com/watertight-go/watertight/profiles"
)

// The bounds of what is asked.
const (
	// pollEvery is the interval of counts.
	pollEvery = 250 * time.Millisecond
	// mostForDump is how many goroutines there may be for stacks with debug=2, which stop
	// the service for 0.3 s at 10,000.
	mostForDump = 30000
	// mostGroups bounds the sites of a census.
	mostGroups = 2000
	// traceTime is the longest execution trace: a longer one would be too large to read.
	traceTime = 5 * time.Second
)

// counts are the goroutines at one moment, by site.
type counts struct {
	at    time.Time
	total int
	sites []sites.Group
	// descriptors is negative where they could not be counted.
	descriptors int
}

// count asks for the goroutines.
func (s *side) count(ctx context.Context) (counts, error) {
	p, err := s.server.Profile(ctx, profiles.Goroutine)
	if err != nil {
		return counts{}, err
	}
	c := counts{at: time.Now(), sites: sites.Goroutines(p), descriptors: s.process.Descriptors()}
	for _, g := range c.sites {
		c.total += int(g.Value)
	}
	return c, nil
}

// floor is the smallest number of goroutines at each site of several counts: what came and
// went meanwhile is not in it.
func floor(all []counts) (groups []Group, descriptors int) {
	least := map[string]float64{}
	descriptors = all[0].descriptors
	for i, c := range all {
		descriptors = min(descriptors, c.descriptors)
		here := map[string]float64{}
		for _, g := range c.sites {
			here[g.Key] = g.Value
		}
		if i == 0 {
			maps.Copy(least, here)
		}
		for key := range least {
			least[key] = min(least[key], here[key])
		}
	}
	for _, g := range all[len(all)-1].sites {
		if v := least[g.Key]; v > 0 {
			groups = append(groups, Group{Key: g.Key, Site: g.Site, Value: v, Stack: g.Stacks[0].Frames})
		}
	}
	return groups, descriptors
}

// largest are the groups with the largest values, bounded.
func (s *side) largest(what string, groups []Group) []Group {
	slices.SortStableFunc(groups, func(a, b Group) int { return cmp.Compare(b.Value, a.Value) })
	if len(groups) > mostGroups {
		s.problem("of the places with %s only the %d largest were compared", what, mostGroups)
	}
	return groups[:min(len(groups), mostGroups)]
}

// heap asks for the memory in use, after garbage collections.
func (s *side) heap(ctx context.Context) ([]Group, error) {
	for range 2 { // what a sync.Pool holds survives one collection
		if err := s.server.Collect(ctx); err != nil {
			return nil, err
		}
	}
	p, err := s.server.Profile(ctx, profiles.Heap)
	if err != nil {
		return nil, err
	}
	s.heapUnit = float64(p.Period())
	allocated := map[string]float64{}
	for _, g := range sites.Allocated(p) {
		allocated[g.Key] = g.Value
	}
	var groups []Group
	for _, g := range sites.Heap(p) {
		groups = append(groups, Group{Key: g.Key, Site: g.Site, Value: g.Value, Allocated: allocated[g.Key], Stack: g.Stacks[0].Frames})
	}
	return s.largest("memory", groups), nil
}

// census notes what the service holds after it has settled.
func (s *side) census(ctx context.Context, stage Stage, round int, quiet time.Duration) error {
	settled, all, err := s.settle(ctx, quiet)
	if err != nil {
		return err
	}
	c := Census{Stage: stage, Round: round, Settled: settled, Sent: s.run.sent(), Processes: s.process.Processes()}
	c.Goroutines, c.Descriptors = floor(all)
	c.Goroutines = s.largest("goroutines", c.Goroutines)
	addResting(c.Goroutines, s.resting)
	if stage != Hanging {
		s.resting = restingAt(all[len(all)-1])
	}
	if err := s.addCreators(ctx, c.Goroutines, all[len(all)-1].total); err != nil {
		s.problem("the go statements are not known: %v", err)
	}
	if c.Heap, err = s.heap(ctx); err != nil && ctx.Err() == nil {
		s.problem("memory is not judged: %v", err)
	}
	c.HeapUnit, c.At = s.heapUnit, time.Since(s.started)
	s.run.Censuses = append(s.run.Censuses, c)
	return ctx.Err()
}

// addCreators finds the go statement of each group.
func (s *side) addCreators(ctx context.Context, groups []Group, total int) error {
	if total > mostForDump {
		return errors.New("there are too many goroutines for a dump of their stacks")
	}
	text, err := s.server.Stacks(ctx)
	if err != nil {
		return err
	}
	a := ancestry{alive: map[int64]dumped{}, born: s.born}
	for _, d := range readDump(string(text)) {
		a.alive[d.id] = d
	}
	found := map[string]map[Frame]int{}
	for _, d := range a.alive {
		key := sites.KeyOf(d.stack)
		if f := a.statement(d); f != nil {
			if found[key] == nil {
				found[key] = map[Frame]int{}
			}
			found[key][*f]++
		}
	}
	for i := range groups {
		groups[i].Creators = created(found[groups[i].Key])
	}
	return nil
}

// created are the go statements of a group, the most frequent first.
func created(counts map[Frame]int) (all []Created) {
	for f, n := range counts {
		all = append(all, Created{f, n})
	}
	slices.SortFunc(all, func(a, b Created) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return all[:min(len(all), mostCreators)]
}

// mostCreators bounds the go statements of a group.
const mostCreators = 5

// trace notes which goroutines start where, for some seconds.
func (s *side) trace(ctx context.Context, d time.Duration) {
	var born map[int64]creators.Birth
	data, err := s.server.Trace(ctx, d)
	if err == nil {
		born, err = creators.Births(data)
	}
	maps.Copy(s.born, born)
	if err != nil && ctx.Err() == nil {
		s.problem("go statements above libraries are not known: %v", err)
	}
}

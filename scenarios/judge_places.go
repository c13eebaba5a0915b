package scenarios

import (
	"cmp"
	"slices"
	"time"
)

// place is a moment at which the number of places taken changes.
type place struct {
	at time.Duration
	by int
}

// places are the changes of a call in order: an agent takes a place when it
// starts, and gives it back when it ends, or has outlived its time and Grace
// and is abandoned. The mock's own count would include the abandoned ones.
func (d *docket) places(c Call) []place {
	var changes []place
	for _, a := range c.Agents {
		if !a.Started {
			continue
		}
		end := a.StartAt + d.o.Setup.AgentTimeout + d.o.Setup.Grace - d.slack
		if a.Ended {
			end = min(end, a.EndAt)
		}
		if end > a.StartAt {
			changes = append(changes, place{a.StartAt, 1}, place{end, -1})
		}
	}
	slices.SortFunc(changes, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.by, b.by)) // an end makes room at once
	})
	return changes
}

// peak is the most agents of a call that held a place at the same time.
func (d *docket) peak(c Call) (most int) {
	now := 0
	for _, p := range d.places(c) {
		now += p.by
		most = max(most, now)
	}
	return most
}

// room is the longest time for which a call had a place free, up to its end or
// to the moment when its time was over.
func (d *docket) room(c Call) (longest time.Duration) {
	end := min(c.Ended, d.end(c))
	limit := d.o.Setup.Limit
	if limit == 0 {
		return end - c.Started
	}
	now, since := 0, c.Started // since when there is room, while there is
	for _, p := range d.places(c) {
		if now < limit {
			longest = max(longest, min(p.at, end)-since)
		}
		if now += p.by; now == limit-1 && p.by < 0 {
			since = p.at
		}
	}
	if now < limit {
		longest = max(longest, end-since)
	}
	return longest
}

// neglected are agents that were never started, although for as long as an
// agent's whole time there was room, and nothing that ended the call.
func (d *docket) neglected(c Call) (runs []AgentRun) {
	if d.room(c) < d.o.Setup.AgentTimeout {
		return nil
	}
	for _, a := range c.Agents {
		if !a.Started && d.valid(a.Place) && d.mustCall(a) {
			runs = append(runs, a)
		}
	}
	return runs
}

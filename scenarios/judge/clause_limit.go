package judge

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/watertight-go/watertight/scenarios"
)

// respectsLimit is clause 8. An agent that outlived its time and Grace is
// abandoned and no longer counts.
func (e *evaluation) respectsLimit(check *clauseCheck) {
	limit := e.o.Setup.Limit
	check.want = fmt.Sprintf("at most %d agents of a call at a time, and a queued agent's time starts when it starts", limit)
	if limit == 0 {
		check.doubt("the scenario sets no limit")
		return
	}
	peak, started := 0, 0
	for _, c := range e.described(check) {
		p := e.peak(c)
		peak = max(peak, p)
		if p > limit {
			check.fail("request %d: %d agents at a time", c.Index, p)
		}
		for _, a := range c.Agents {
			if a.Started {
				started++
			}
			if _, ok := result(c, a.ID); e.owed(c, a) && !e.excused(c) && !ok && c.Returned {
				check.fail("request %d: agent %s, which answered %v after its own start, has no result", c.Index, a.ID, ms(a.EndAt-a.StartAt))
			}
		}
		if e.excused(c) {
			continue
		}
		if left := e.notWaitedFor(c); len(left) > 0 {
			check.fail("request %d returned without agents %s, which still had time", c.Index, ids(left))
		}
		if left := e.neglected(c); len(left) > 0 {
			check.fail("request %d: agents %s were never started, though there was room for an agent's whole time", c.Index, ids(left))
		}
	}
	if started == 0 {
		check.doubt("no agent was started")
	}
	check.got = fmt.Sprintf("%d agents at a time", peak)
}

// place is a moment at which the number of places taken changes.
type place struct {
	at time.Duration
	by int
}

// places are the changes of a call in order: an agent takes a place when it
// starts, and gives it back when it ends, or has outlived its time and Grace
// and is abandoned. The mock's own count would include the abandoned ones.
func (e *evaluation) places(c scenarios.Call) []place {
	var changes []place
	for _, a := range c.Agents {
		if !a.Started {
			continue
		}
		end := a.StartAt + e.o.Setup.AgentTimeout + e.o.Setup.Grace - e.slack
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
func (e *evaluation) peak(c scenarios.Call) (most int) {
	now := 0
	for _, p := range e.places(c) {
		now += p.by
		most = max(most, now)
	}
	return most
}

// room is the longest time for which a call had a place free, up to its end or
// to the moment when its time was over.
func (e *evaluation) room(c scenarios.Call) (longest time.Duration) {
	end := min(c.Ended, e.end(c))
	limit := e.o.Setup.Limit
	if limit == 0 {
		return end - c.Started
	}
	now, since := 0, c.Started // since when there is room, while there is
	for _, p := range e.places(c) {
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
func (e *evaluation) neglected(c scenarios.Call) (runs []scenarios.AgentRun) {
	if e.room(c) < e.o.Setup.AgentTimeout {
		return nil
	}
	for _, a := range c.Agents {
		if !a.Started && e.canCall(a.Place) && e.mustCall(a) {
			runs = append(runs, a)
		}
	}
	return runs
}

package judge

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/scenarios"
)

// respectsLimit is clause 8. An agent that outlived its time and Grace is
// abandoned and does not count any more.
func (e *evaluation) respectsLimit(check *clauseCheck) {
	limit := e.o.Setup.Limit
	check.want = fmt.Sprintf("at most %s of a call at a time, and a queued agent's time starts when it starts", plural.Count(limit, "agent"))
	if limit == 0 {
		check.doubt("the scenario sets no limit")
		return
	}
	peak, started := 0, 0
	for _, c := range e.described(check) {
		check.breach = e.breachOf(c)
		n := e.peak(c)
		peak = max(peak, n)
		if n > limit {
			check.fail("request %d: %s at a time", c.Index, plural.Count(n, "agent"))
		}
		for _, a := range c.Agents {
			if a.Started {
				started++
			}
		}
		if !e.needsNoResults(c) {
			e.queuedServed(c, check)
		}
		if !e.mayReturnEarly(c) {
			e.notServed(c, check)
		}
		for _, a := range e.cutInQueue(c) {
			check.fail("request %d: agent %s, which had waited for its turn, was cancelled %v after its own start, want AgentTimeout (%v)", c.Index, a.ID, ms(a.EndAt-a.StartAt), e.o.Setup.AgentTimeout)
		}
	}
	if started == 0 {
		check.doubt("no agent was started")
	}
	check.got = fmt.Sprintf("%s at a time", plural.Count(peak, "agent"))
}

// queuedServed fails agents that answered within their own time, which starts
// when they start, and have no result.
func (e *evaluation) queuedServed(c scenarios.Call, check *clauseCheck) {
	for _, a := range c.Agents {
		if _, ok := result(c, a.ID); e.due(c, a) && !ok && c.Returned {
			check.fail("request %d: agent %s, which answered %v after its own start, has no result", c.Index, a.ID, ms(a.EndAt-a.StartAt))
		}
	}
}

// change is a moment at which the number of places in use changes.
type change struct {
	at time.Duration
	by int
}

// changes are those of a call, in order. An agent takes a place when it starts. It
// gives the place back when it ends, or when it is abandoned after its time and
// Grace. The mock's own count would include abandoned agents.
func (e *evaluation) changes(c scenarios.Call) []change {
	var all []change
	for _, a := range c.Agents {
		if !a.Started {
			continue
		}
		end := a.StartAt + e.o.Setup.AgentTimeout + e.o.Setup.Grace - e.slack
		if a.Ended {
			end = min(end, a.EndAt)
		}
		if end > a.StartAt {
			all = append(all, change{a.StartAt, 1}, change{end, -1})
		}
	}
	slices.SortFunc(all, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.by, b.by)) // an end frees its place at once
	})
	return all
}

// peak is the largest number of agents of a call that had a place at the same time.
func (e *evaluation) peak(c scenarios.Call) (most int) {
	used := 0
	for _, p := range e.changes(c) {
		used += p.by
		most = max(most, used)
	}
	return most
}

// longestFree is the longest time for which a place was free, until the call
// ended or its time was over.
func (e *evaluation) longestFree(c scenarios.Call) (longest time.Duration) {
	end := min(c.Ended, e.end(c))
	limit := e.limit
	if limit == 0 {
		return end - c.Started
	}
	used, since := 0, c.Started // a place is free since then, while used < limit
	for _, p := range e.changes(c) {
		if used < limit {
			longest = max(longest, min(p.at, end)-since)
		}
		if used += p.by; used == limit-1 && p.by < 0 {
			since = p.at
		}
	}
	if used < limit {
		longest = max(longest, end-since)
	}
	return longest
}

// neglected are agents that were never started, although a place was free for as
// long as an agent's whole time, and nothing ended the call meanwhile.
func (e *evaluation) neglected(c scenarios.Call) (runs []scenarios.AgentRun) {
	if e.longestFree(c) < e.o.Setup.AgentTimeout {
		return nil
	}
	for _, a := range c.Agents {
		if !a.Started && e.canCall(a.Place) && e.mustCall(a) && !e.served(c, a) {
			runs = append(runs, a)
		}
	}
	return runs
}

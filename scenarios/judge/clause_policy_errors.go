package judge

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// startsWithFirst wants the error's text to name the first failure before any
// other. Failures too close together to tell their order are all the first;
// where one that has no text of its own is among them, nothing is asked.
func (e *evaluation) startsWithFirst(c scenarios.Call, check *clauseCheck) {
	failed := e.failures(c)
	if len(failed) == 0 || slices.ContainsFunc(c.Agents, func(a scenarios.AgentRun) bool { return !e.canCall(a.Place) }) {
		return
	}
	first, others := len(c.Error), len(c.Error)
	var names []string
	for _, f := range failed {
		at := strings.Index(c.Error, f.text())
		if f.at-failed[0].at > e.slack {
			if at >= 0 {
				others = min(others, at)
			}
			continue
		}
		if f.run.Outcome != mocks.Failed {
			return
		}
		names = append(names, f.run.ID)
		if at >= 0 {
			first = min(first, at)
		}
	}
	if first == len(c.Error) || first > others {
		check.fail("request %d: the error does not start with the first failure, that of %s: %s", c.Index, strings.Join(names, " or "), c.Error)
	}
}

// text is what the call's error must say of the failure. One that was the
// context's doing has no more to say than that: an executor that saw the same
// context end may have said so itself.
func (f failure) text() string {
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if !f.own && strings.Contains(f.run.Error, end.Error()) {
			return end.Error()
		}
	}
	return f.run.Error
}

// holdsAll wants errors.Is to find every cause in the error.
func (e *evaluation) holdsAll(c scenarios.Call, check *clauseCheck) {
	want := map[string]bool{}
	for _, f := range e.failures(c) {
		if f.run.Outcome == mocks.Failed && f.own && f.at+e.slack <= c.Ended {
			want["agent "+f.run.ID] = true
		}
	}
	if end := callerEnd(c); len(c.Results) == 0 && end != never && end+e.slack <= c.Ended {
		if e.s.Caller.Deadline > 0 {
			want["context.DeadlineExceeded"] = true
		} else {
			want["context.Canceled"] = true
		}
	}
	for _, a := range c.Agents {
		if e.timedOut(c, a) {
			want["context.DeadlineExceeded"] = true
		}
	}
	for _, fact := range slices.Sorted(maps.Keys(want)) {
		if !slices.Contains(c.Is, fact) {
			check.fail("request %d: errors.Is does not find %s in: %s", c.Index, fact, shorten(c.Error))
		}
	}
}

// timedOut says that the agent's own time ended it, or would have if it had
// looked: not the caller, who came later or never.
func (e *evaluation) timedOut(c scenarios.Call, a scenarios.AgentRun) bool {
	its := a.StartAt + e.o.Setup.AgentTimeout
	switch {
	case !a.Started || !e.canCall(a.Place):
		return false
	case a.RunningAtReturn:
		return its+e.slack < min(c.Ended, callerEnd(c))
	default: // it failed when its time was over, of its context
		own := strings.Contains(a.Error, mocks.ErrFault.Error())
		return a.Outcome == mocks.Failed && !own && a.EndAt+e.slack >= its && a.EndAt+e.slack < callerEnd(c) && a.EndAt <= c.Ended
	}
}

package judge

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// startsWithFirst checks that the text of the error names the first failure
// before any other. Failures so close together that their order is not known are
// all first. Where one of these has no text of its own, nothing is checked.
func (e *evaluation) startsWithFirst(c scenarios.Call, check *clauseCheck) {
	failed := e.failures(c)
	if len(failed) == 0 || slices.ContainsFunc(c.Agents, func(a scenarios.AgentRun) bool { return !e.canCall(a.Place) }) {
		return
	}
	first, others := len(c.Error), len(c.Error) // places in the text
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

// text is what the call's error must say of the failure. Of an agent that failed
// because its context was done it need not say more than that: an executor that
// saw the end of the same context may have reported it itself.
func (f failure) text() string {
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if !f.own && strings.Contains(f.run.Error, end.Error()) {
			return end.Error()
		}
	}
	return f.run.Error
}

// containsAll checks that errors.Is finds every cause in the error.
func (e *evaluation) containsAll(c scenarios.Call, check *clauseCheck) {
	want := e.causes(c)
	for _, cause := range slices.Sorted(maps.Keys(want)) {
		if !slices.Contains(c.Is, cause) {
			check.fail("request %d: errors.Is does not find %s in: %s", c.Index, cause, shorten(c.Error))
		}
	}
}

// causes are the entries that Call.Is must have.
func (e *evaluation) causes(c scenarios.Call) map[string]bool {
	want := map[string]bool{}
	for _, f := range e.failures(c) {
		if f.run.Outcome == mocks.Failed && f.own && f.at+e.slack <= c.Ended {
			want[f.cause()] = true
		}
	}
	if end := callerEnd(c); len(c.Results) == 0 && end != never && end+e.slack <= c.Ended {
		if e.s.CallerOf(c.Index).Deadline > 0 {
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
	return want
}

// timedOut reports whether the agent's time was over before the caller ended
// the call, and the agent was still running then or failed because of it.
func (e *evaluation) timedOut(c scenarios.Call, a scenarios.AgentRun) bool {
	end := a.StartAt + e.o.Setup.AgentTimeout
	switch {
	case !a.Started || !e.canCall(a.Place):
		return false
	case a.RunningAtReturn:
		return end+e.slack < min(c.Ended, callerEnd(c))
	default:
		own := strings.Contains(a.Error, mocks.ErrFault.Error()) || !a.DoneAtEnd
		return a.Outcome == mocks.Failed && !own && a.EndAt+e.slack >= end && a.EndAt+e.slack < callerEnd(c) && a.EndAt <= c.Ended
	}
}

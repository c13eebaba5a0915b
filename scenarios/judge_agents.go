package scenarios

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// cancels is clause 4.
func (d *docket) cancels(r *ruling) {
	r.want = "agents running at the return have a done context, and nothing starts after the caller's cancellation"
	running, started, looked, sent := 0, 0, 0, 0
	for _, c := range d.o.Calls {
		over := d.overByFailure(c)
		for _, a := range c.Agents {
			looked++
			if !a.Started {
				continue
			}
			started++
			if a.RunningAtReturn {
				running++
				if !a.DoneAtReturn {
					r.breaks("request %d: agent %s ran on with a live context when the call was over", c.Index, a.ID)
				}
			}
			if d.afterEnd(c, a.StartAt) {
				r.breaks("request %d: agent %s was started, %v after the caller had cancelled", c.Index, a.ID, ms(a.StartAt-c.CancelledAt))
			}
			sent += len(a.Attempts)
			for _, at := range a.Attempts {
				if late := at - d.agentEnd(c, a); !a.Ignores && late > d.lateness() {
					r.breaks("request %d: the client of agent %s sent a request %v after its time was over", c.Index, a.ID, ms(late))
				}
			}
			if a.StartAt > over {
				r.breaks("request %d: agent %s was started at %v, when %s had ended the call", c.Index, a.ID, ms(a.StartAt), executor.FailFast)
			}
			for _, t := range a.Tools {
				if d.afterEnd(c, t.StartAt) {
					r.breaks("request %d: tool %s of agent %s was started, %v after the caller had cancelled", c.Index, t.Name, a.ID, ms(t.StartAt-c.CancelledAt))
				}
			}
		}
	}
	if looked == 0 && len(d.s.Agents) > 0 {
		r.doubt("no call was described agent by agent")
	}
	r.saw = fmt.Sprintf("%d agents started, %d of them still running at the return, all cancelled", started, running)
	if d.s.OnWire() {
		r.saw += fmt.Sprintf("; %d HTTP requests sent, none after its agent's time", sent)
	}
}

// afterEnd says that at is clearly after the caller's end. Where the caller had
// cancelled before the call, any start is.
func (d *docket) afterEnd(c Call, at time.Duration) bool {
	if c.CancelledAt == 0 {
		return false
	}
	return c.CancelledAt <= c.Started && d.s.Caller.CancelBefore || at > c.CancelledAt+d.slack
}

// overByFailure is from when on FailFast has no more use for any agent: clearly
// after the first failure.
func (d *docket) overByFailure(c Call) time.Duration {
	if d.policy() == executor.FailFast {
		if failed := d.failures(c); len(failed) > 0 {
			return failed[0].at + d.slack
		}
	}
	return never
}

// respectsLimit is clause 8. An agent that outlived its time and Grace is
// abandoned and no longer counts.
func (d *docket) respectsLimit(r *ruling) {
	limit := d.o.Setup.Limit
	r.want = fmt.Sprintf("at most %d agents of a call at a time, and a queued agent's time starts when it starts", limit)
	if limit == 0 {
		r.doubt("the scenario sets no limit")
		return
	}
	peak, started := 0, 0
	for _, c := range d.described(r) {
		p := d.peak(c)
		peak = max(peak, p)
		if p > limit {
			r.breaks("request %d: %d agents at a time", c.Index, p)
		}
		for _, a := range c.Agents {
			if a.Started {
				started++
			}
			if _, ok := result(c, a.ID); d.owed(c, a) && !d.excused(c) && !ok && c.Returned {
				r.breaks("request %d: agent %s, which answered %v after its own start, has no result", c.Index, a.ID, ms(a.EndAt-a.StartAt))
			}
		}
		if d.excused(c) {
			continue
		}
		if left := d.notWaitedFor(c); len(left) > 0 {
			r.breaks("request %d returned without agents %s, which still had time", c.Index, ids(left))
		}
		if left := d.neglected(c); len(left) > 0 {
			r.breaks("request %d: agents %s were never started, though there was room for an agent's whole time", c.Index, ids(left))
		}
	}
	if started == 0 {
		r.doubt("no agent was started")
	}
	r.saw = fmt.Sprintf("%d agents at a time", peak)
}

// runsTools is clause 9.
func (d *docket) runsTools(r *ruling) {
	r.want = "tools run in order, each within ToolTimeout, none with a done context; a failed tool leaves the response, with the error in its result"
	runs, results := 0, 0
	for _, c := range d.described(r) {
		for _, a := range c.Agents {
			if len(d.tools(a)) == 0 || !d.valid(a.Place) {
				continue
			}
			runs += len(a.Tools)
			d.toolOrder(c, a, r)
			res, ok := result(c, a.ID)
			switch {
			case ok && !res.Nil:
				results += len(res.Tools)
				d.toolResults(c, a, res, r)
			case c.Returned && d.owed(c, a) && !d.excused(c):
				r.breaks("request %d: agent %s answered, but its tools cost it the response", c.Index, a.ID)
			}
		}
	}
	if runs == 0 {
		r.doubt("no tool was started")
	}
	r.saw = fmt.Sprintf("%d tools run, %d tool results", runs, results)
}

// toolOrder rules on when the tools of one agent ran.
func (d *docket) toolOrder(c Call, a AgentRun, r *ruling) {
	tools := d.tools(a)
	for i, t := range a.Tools {
		who := fmt.Sprintf("request %d: agent %s: tool %s", c.Index, a.ID, t.Name)
		if i >= len(tools) || tools[i].Name != t.Name {
			r.breaks("%s ran out of order, in place %d", who, i+1)
			continue
		}
		if end := t.StartAt + d.o.Setup.ToolTimeout + d.o.Setup.Grace; !c.Returned && !t.Ended && c.Ended > end+d.slack {
			r.breaks("%s holds up the call: it was started %v ago", who, ms(c.Ended-t.StartAt))
		}
		if t.DoneAtStart && !d.failedJustThen(c, t.StartAt) {
			r.breaks("%s was started with a done context", who)
		}
		if i > 0 && a.Tools[i-1].Ended && t.StartAt < a.Tools[i-1].EndAt && !tools[i-1].IgnoresContext {
			r.breaks("%s was started before the one before had ended", who)
		}
		if d.toolCutShort(c, a, i) {
			r.breaks("%s was cancelled after %v, while it still had time", who, ms(t.EndAt-t.StartAt))
		}
		if took := t.EndAt - t.StartAt; t.Ended && !tools[i].IgnoresContext && took > d.o.Setup.ToolTimeout+d.slack {
			r.breaks("%s ran for %v, want at most ToolTimeout (%v)", who, ms(took), d.o.Setup.ToolTimeout)
		}
	}
}

// failedJustThen says that under FailFast another agent's failure ended the
// contexts at that moment: a check just before may have seen nothing yet.
func (d *docket) failedJustThen(c Call, at time.Duration) bool {
	failed := d.failures(c)
	return len(failed) > 0 && d.excused(c) && (at-failed[0].at).Abs() <= d.slack
}

// toolResults rules on what the response says about the agent's tools.
func (d *docket) toolResults(c Call, a AgentRun, res Result, r *ruling) {
	tools := d.tools(a)
	who := fmt.Sprintf("request %d: agent %s", c.Index, a.ID)
	if len(res.Tools) != len(tools) {
		r.breaks("%s: %d tool results, want one for each of %d tool calls", who, len(res.Tools), len(tools))
		return
	}
	input := inputOf(c.Index)
	for i, got := range res.Tools {
		switch {
		case got.Name != tools[i].Name:
			r.breaks("%s: tool result %d is of %s, want %s", who, i+1, got.Name, tools[i].Name)
		case got.Error == "" && got.Content != mocks.ToolContent(got.Name, input):
			r.breaks("%s: tool %s left neither its result nor an error", who, got.Name)
		case got.Error != "" && d.toolWasWell(a, i):
			r.breaks("%s: tool %s answered, but its result is the error %q", who, got.Name, got.Error)
		}
	}
}

// toolWasWell says that the tool in this place answered, clearly within its time.
func (d *docket) toolWasWell(a AgentRun, i int) bool {
	if i >= len(a.Tools) || !a.Tools[i].Ended || a.Tools[i].Error != "" {
		return false
	}
	t := a.Tools[i]
	return t.EndAt+d.slack < min(t.StartAt+d.o.Setup.ToolTimeout, a.StartAt+d.o.Setup.AgentTimeout)
}

// toolCutShort says that the tool in this place failed with its context's error,
// clearly before its own time, its agent's and the caller's were over.
func (d *docket) toolCutShort(c Call, a AgentRun, i int) bool {
	t := a.Tools[i]
	ctxError := strings.Contains(t.Error, context.DeadlineExceeded.Error()) || strings.Contains(t.Error, context.Canceled.Error())
	return t.Ended && ctxError && !d.excused(c) && t.EndAt+d.slack < min(t.StartAt+d.o.Setup.ToolTimeout, d.agentEnd(c, a))
}

// touchesNoInput is clause 10.
func (d *docket) touchesNoInput(r *ruling) {
	r.want = "agents, history and input stay as they were, without a data race"
	for _, what := range d.o.InputTouched {
		r.breaks("%s", what)
	}
	for _, race := range d.o.Races {
		r.breaks("data race: %s", race)
	}
	r.saw = "inputs untouched"
	if d.o.Race {
		r.saw += ", no data race reported"
	} else {
		r.saw += " (data races: this binary was not built with -race)"
	}
}

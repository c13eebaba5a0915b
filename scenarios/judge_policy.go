package scenarios

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// partialSuccess is clause 3.
func (d *docket) partialSuccess(r *ruling) {
	r.want = map[executor.Policy]string{
		executor.BestEffort:    "the results and a nil error, or else an error that starts with the first failure and holds all",
		executor.CollectErrors: "the results, and an error that holds every failure",
		executor.FailFast:      "the first failure at once, or else the results",
	}[d.policy()]
	calls := d.described(r)
	for _, c := range calls {
		switch {
		case !c.Returned:
			r.breaks("request %d: neither results nor an error: the caller still waits", c.Index)
		case c.Panic != "":
			r.breaks("request %d: the call itself panicked: %s", c.Index, c.Panic)
		case len(d.s.Agents) == 0:
			d.noAgents(c, r)
		case d.policy() == executor.FailFast:
			d.failFast(c, r)
		case d.policy() == executor.CollectErrors:
			d.collectErrors(c, r)
		default:
			d.bestEffort(c, r)
		}
	}
	if len(calls) > 0 {
		r.saw = Saw(Observation{Calls: calls[len(calls)-1:], Setup: d.o.Setup})
	}
}

// noAgents is what the original did without agents: an empty map, no error.
func (d *docket) noAgents(c Call, r *ruling) {
	if c.Error != "" || c.NilMap || len(c.Results) > 0 {
		r.breaks("request %d without agents: got %d results, nil map %v, error %q; want an empty map and no error",
			c.Index, len(c.Results), c.NilMap, c.Error)
	}
}

func (d *docket) bestEffort(c Call, r *ruling) {
	if cut := d.cutShort(c); len(cut) > 0 {
		r.breaks("request %d: healthy agents %s were cancelled by another's failure", c.Index, ids(cut))
	}
	due := d.due(c)
	switch {
	case len(c.Results) > 0 && c.Error != "":
		r.breaks("request %d: %d results, but also an error: %s", c.Index, len(c.Results), c.Error)
	case len(c.Results) == 0 && due > 0:
		r.breaks("request %d: no results, though %d agents answered", c.Index, due)
	case len(c.Results) == 0 && c.Error == "":
		r.breaks("request %d: neither a result nor an error", c.Index)
	case len(c.Results) == 0:
		d.startsWithFirst(c, r)
		d.holdsAll(c, r)
	}
}

func (d *docket) collectErrors(c Call, r *ruling) {
	if cut := d.cutShort(c); len(cut) > 0 {
		r.breaks("request %d: healthy agents %s were cancelled by another's failure", c.Index, ids(cut))
	}
	due := d.due(c)
	switch {
	case len(c.Results) < due:
		r.breaks("request %d: %d results, though %d agents answered", c.Index, len(c.Results), due)
	case c.Error == "" && d.anyFailed(c):
		r.breaks("request %d: no error, though agents failed", c.Index)
	case c.Error != "" && !d.anyFailed(c) && due == len(c.Agents):
		r.breaks("request %d: an error, though no agent failed: %s", c.Index, c.Error)
	case c.Error != "":
		d.holdsAll(c, r)
	}
}

func (d *docket) failFast(c Call, r *ruling) {
	failed := d.failures(c)
	if len(failed) == 0 {
		if c.Error != "" && !d.anyFailed(c) && d.due(c) == len(c.Agents) {
			r.breaks("request %d: an error, though no agent failed: %s", c.Index, c.Error)
		}
		return
	}
	first := failed[0]
	if c.Error == "" {
		r.breaks("request %d: no error, though agent %s failed", c.Index, first.run.ID)
		return
	}
	if named := d.namesFirst(c, failed); !named {
		r.breaks("request %d: errors.Is does not find the first failure, agent %s's: %s", c.Index, first.run.ID, c.Error)
	}
	if late := c.Ended - first.at - d.o.Setup.Grace; late > d.slack {
		r.breaks("request %d returned %v after the first failure, want within Grace (%v)", c.Index, ms(c.Ended-first.at), d.o.Setup.Grace)
	}
}

// namesFirst says that errors.Is finds the first failure, or another agent's own
// that came at the same moment. One that is not a mock's own cannot be told.
func (d *docket) namesFirst(c Call, failed []failure) bool {
	told := false
	for _, f := range failed {
		if f.at-failed[0].at > d.slack || !f.own || !strings.Contains(f.run.Error, mocks.ErrFault.Error()) {
			continue
		}
		if told = true; slices.Contains(c.Is, "agent "+f.run.ID) {
			return true
		}
	}
	return !told
}

// due is how many results the call owes.
func (d *docket) due(c Call) (n int) {
	for _, a := range c.Agents {
		if d.owed(c, a) {
			n++
		}
	}
	return n
}

// startsWithFirst wants the error's text to name the first failure before any
// other. Failures too close together to tell their order are all the first;
// where one that has no text of its own is among them, nothing is asked.
func (d *docket) startsWithFirst(c Call, r *ruling) {
	failed := d.failures(c)
	if len(failed) == 0 || slices.ContainsFunc(c.Agents, func(a AgentRun) bool { return !d.valid(a.Place) }) {
		return
	}
	first, others := len(c.Error), len(c.Error)
	var names []string
	for _, f := range failed {
		at := strings.Index(c.Error, f.text())
		if f.at-failed[0].at > d.slack {
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
		r.breaks("request %d: the error does not start with the first failure, that of %s: %s", c.Index, strings.Join(names, " or "), c.Error)
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
func (d *docket) holdsAll(c Call, r *ruling) {
	want := map[string]bool{}
	for _, f := range d.failures(c) {
		if f.run.Outcome == mocks.Failed && f.own && f.at+d.slack <= c.Ended {
			want["agent "+f.run.ID] = true
		}
	}
	if end := callerEnd(c); len(c.Results) == 0 && end != never && end+d.slack <= c.Ended {
		if d.s.Caller.Deadline > 0 {
			want["context.DeadlineExceeded"] = true
		} else {
			want["context.Canceled"] = true
		}
	}
	for _, a := range c.Agents {
		if d.timedOut(c, a) {
			want["context.DeadlineExceeded"] = true
		}
	}
	for _, fact := range slices.Sorted(maps.Keys(want)) {
		if !slices.Contains(c.Is, fact) {
			r.breaks("request %d: errors.Is does not find %s in: %s", c.Index, fact, shorten(c.Error))
		}
	}
}

// timedOut says that the agent's own time ended it, or would have if it had
// looked: not the caller, who came later or never.
func (d *docket) timedOut(c Call, a AgentRun) bool {
	its := a.StartAt + d.o.Setup.AgentTimeout
	switch {
	case !a.Started || !d.valid(a.Place):
		return false
	case a.RunningAtReturn:
		return its+d.slack < min(c.Ended, callerEnd(c))
	default: // it failed when its time was over, of its context
		own := strings.Contains(a.Error, mocks.ErrFault.Error())
		return a.Outcome == mocks.Failed && !own && a.EndAt+d.slack >= its && a.EndAt+d.slack < callerEnd(c) && a.EndAt <= c.Ended
	}
}

// shorten cuts a text to what fits a line.
func shorten(text string) string {
	text, _, cut := strings.Cut(text, "\n")
	if r := []rune(text); len(r) > 160 {
		return string(r[:160]) + fmt.Sprintf("... (%d more)", len(r)-160)
	}
	if cut {
		return text + " ..."
	}
	return text
}

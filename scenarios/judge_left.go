package scenarios

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/mocks"
)

// honours says that all agents and tools of the scenario honour their context.
func (s Scenario) honours() bool {
	return !slices.ContainsFunc(s.Agents, func(a Agent) bool {
		return a.Fault.IgnoresContext || slices.ContainsFunc(a.Tools, func(t mocks.ToolFault) bool { return t.IgnoresContext })
	})
}

// leavesNothing is clause 5. With agents that ignore their context it is about
// what remains after they have let go; what they hold until then is clause 6.
func (d *docket) leavesNothing(r *ruling) {
	r.want = "no goroutine, descriptor or heap is left once the agents honour their context"
	left, released := d.o.Left, d.o.Released
	if !left.Looked || !released.Looked {
		r.doubt("leftovers could not be looked at")
	}
	if d.s.honours() {
		if n := left.ByExecutor + left.ByAgent - left.AgentOwn; n > 0 {
			r.breaks("%d goroutines left when all calls were over", n)
			r.evidence = append(r.evidence, d.findings(left, false)...)
		}
	}
	if n := released.ByExecutor + released.ByAgent - released.AgentOwn; n > 0 {
		r.breaks("%d goroutines left after every agent had returned", n)
		r.evidence = append(r.evidence, d.findings(released, false)...)
	}
	if released.ByExecutor+released.ByAgent == 0 {
		d.bubbleLeft(r)
	}
	if d.s.Forever() {
		r.doubt("agents never let go, so what is left without them cannot be seen")
	}
	d.resources(released.Leak, r)
	r.saw = "no goroutine left"
	d.wire(r)
	if left.AgentOwn > 0 {
		r.saw += fmt.Sprintf(" but %d that the agents' own code started", left.AgentOwn)
		r.evidence = append(r.evidence, d.findings(left, true)...)
	}
}

// bubbleLeft doubts a look that found nothing where the bubble could not end:
// something is in it that was not seen.
func (d *docket) bubbleLeft(r *ruling) {
	for _, w := range d.o.Warnings {
		if strings.HasPrefix(w, BubbleLeft) && !strings.HasPrefix(w, bubbleKept) {
			r.doubt("no goroutine was found, but %s", w)
		}
	}
}

// resources rules on heap and descriptors, where they were looked at.
func (d *docket) resources(l leak.Report, r *ruling) {
	open := l.Descriptors
	if d.o.Wire != nil {
		open -= d.o.Wire.Released.Open // ruled on as connections
	}
	if l.DescriptorsMeasured && open > 0 {
		r.breaks("%d descriptors more are open", open)
	}
	limit := d.s.Heap
	if limit == 0 {
		limit = DefaultHeap
	}
	if held := l.Heap + max(l.Stacks, 0); l.HeapMeasured && held > limit {
		r.breaks("%.1f MiB of heap and stacks retained, want at most %.1f", mib(held), mib(limit))
	}
}

func mib(n int64) float64 { return float64(n) / (1 << 20) }

// findings are the leftovers as lines: the agents' own, or all others.
func (d *docket) findings(rem Remains, own bool) (lines []string) {
	for _, f := range rem.Leak.Findings {
		if startedByAgent(d.s, f) != own {
			continue
		}
		who := ""
		if agent := f.Labels["agent"]; agent != "" {
			who = "agent " + agent + ": "
		}
		lines = append(lines, fmt.Sprintf("%s%d x %s (%s) in %s, created by %s at %s:%d",
			who, f.Count, f.State, f.Class, f.Function, f.CreatedBy, f.File, f.Line))
	}
	return lines
}

// boundsStuck is clause 6.
func (d *docket) boundsStuck(r *ruling) {
	left := d.o.Left
	bound := StuckBound(d.s, d.o)
	stuck := left.ByAgent - left.AgentOwn
	r.want = fmt.Sprintf("at most %d agents' calls left behind, no caller blocked, no other goroutine", bound)
	r.saw = fmt.Sprintf("%d agents' calls left behind, bound %d", stuck, bound)
	if !left.Looked {
		r.doubt("leftovers could not be looked at")
	}
	if d.o.Totals.Blocked > 0 {
		r.breaks("%d of %d callers blocked behind agents", d.o.Totals.Blocked, d.o.Totals.Requests)
	}
	if stuck > bound {
		r.breaks("%d agents' calls left behind, bound %d", stuck, bound)
	}
	if other := left.ByExecutor - d.o.Totals.Blocked; other > 0 {
		r.breaks("%d goroutines left that are in no agent's call", other)
	}
	r.evidence = append(r.evidence, d.findings(left, false)...)
	d.back(r)
}

// back wants an agent that came back to be used again: in a sequential load,
// one whose fault ends must answer in the last call.
func (d *docket) back(r *ruling) {
	if !d.s.Recovers || len(d.o.Calls) == 0 {
		return
	}
	last := d.o.Calls[len(d.o.Calls)-1]
	for i, a := range d.s.Agents { // not last.Agents, which may not be described
		if _, ok := result(last, a.ID); !ok && d.valid(i) {
			r.breaks("request %d: agent %s is shut out, though it would answer again", last.Index, a.ID)
		}
	}
}

// StuckBound is clause 6 as a number for a whole cell: Config.StuckBound of
// each agent, with the calls to it that can be in flight when MaxStuck is
// reached, summed up over the agents whose IDs differ. MaxStuckTotal, plus
// what is in flight, and MaxInFlight cap the sum.
//
// In flight are the requests that start within AgentTimeout + Grace of each
// other, which is when a call counts as stuck; with a sequential load, one.
func StuckBound(s Scenario, o Observation) int {
	u := o.Setup
	requests := max(o.Totals.Requests, 1)
	inFlight := requests
	switch {
	case s.Load.Sequential:
		inFlight = 1
	case s.Load.Every > 0:
		late := o.Control.Lateness
		inFlight = int((u.AgentTimeout+u.Grace+late)/s.Load.Every) + 1
	}
	inFlight = min(inFlight, requests)
	c := executor.Config{MaxStuck: u.MaxStuck, Backoff: u.Backoff, MaxInFlight: u.MaxInFlight}
	perAgent := min(c.StuckBound(inFlight, o.Totals.Watched), requests)
	keys := stuckKeys(s)
	bound := perAgent * keys
	if u.MaxStuckTotal > 0 {
		bound = min(bound, u.MaxStuckTotal+inFlight*keys+trials(u, o))
	}
	if u.MaxInFlight > 0 {
		bound = min(bound, u.MaxInFlight)
	}
	return bound
}

// trials are the trial calls that MaxStuckTotal lets through in the cell's time.
func trials(u Setup, o Observation) int {
	return 1 + int(math.Log2(1+float64(o.Totals.Watched)/float64(u.Backoff)))
}

// stuckKeys is how many agents and tools ignore their context: each is counted
// by itself.
func stuckKeys(s Scenario) int {
	seen := map[string]bool{}
	for _, a := range s.Agents {
		if a.Fault.IgnoresContext {
			seen[a.ID] = true
		}
		for _, t := range a.Tools {
			if t.IgnoresContext {
				seen[a.ID+"\x00"+t.Name] = true
			}
		}
	}
	return len(seen)
}

package judge

import (
	"fmt"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/internal/bubble"
)

// leavesNothing is clause 5. With agents that ignore their context it is about
// what is left after they have returned. What they hold until then is clause 6.
func (e *evaluation) leavesNothing(check *clauseCheck) {
	check.want = "no goroutine, descriptor or heap is left once the agents honour their context"
	left, released := e.o.Left, e.o.Released
	if !left.Inspected || !released.Inspected {
		check.doubt("leftovers could not be inspected")
	}
	if e.s.Honours() {
		e.goroutines(left, "when all calls were over", check)
	}
	e.goroutines(released, "after every agent had returned", check)
	if released.ByExecutor+released.ByAgent == 0 {
		e.bubbleLeft(check)
	}
	if e.s.Forever() {
		check.doubt("some agents hang for ever, so what would be left without them is not known")
	}
	e.resources(released.Leak, check)
	check.got = "no goroutine left"
	e.connections(check)
	if left.AgentOwn > 0 {
		check.got += fmt.Sprintf(" but %d that the agents' own code started", left.AgentOwn)
		check.evidence = append(check.evidence, e.agentsLeft(left)...)
	}
}

// goroutines fails goroutines that are left and that no agent's code started.
func (e *evaluation) goroutines(l scenarios.Leftovers, when string, check *clauseCheck) {
	if n := notByAgents(l); n > 0 {
		check.fail("%s left %s", plural.Count(n, "goroutine"), when)
		check.show(e.othersLeft(l))
	}
}

// notByAgents counts the goroutines that no agent's code started.
func notByAgents(l scenarios.Leftovers) int { return l.ByExecutor + l.ByAgent - l.AgentOwn }

// bubbleLeft doubts an inspection that found nothing although the bubble could
// not end: something in it was not found.
func (e *evaluation) bubbleLeft(check *clauseCheck) {
	for _, w := range e.o.Warnings {
		if bubble.IsLeft(w) && !bubble.IsLeftByBuild(w) {
			check.doubt("no goroutine was found, but %s", w)
		}
	}
}

// resources checks heap and descriptors, where they were measured.
func (e *evaluation) resources(l leak.Report, check *clauseCheck) {
	open := l.Descriptors
	if e.o.Wire != nil {
		open -= e.o.Wire.Released.Open // connections checks these
	}
	if l.DescriptorsMeasured && open > 0 {
		check.fail("%s more than before", plural.Count(open, "open descriptor"))
	}
	limit := e.s.HeapLimit()
	if held := l.Heap + max(l.Stacks, 0); l.HeapMeasured && held > limit {
		check.fail("%.1f MiB of heap and stacks retained, want at most %.1f MiB", mib(held), mib(limit))
	}
}

// agentsLeft are the goroutines that the agents' own code left, a line each.
func (e *evaluation) agentsLeft(l scenarios.Leftovers) (lines []string) {
	for _, f := range l.Leak.Findings {
		if e.o.StartedByAgent(f) {
			lines = append(lines, findingLine(f))
		}
	}
	return lines
}

// othersLeft are all other goroutines that are left, a line each.
func (e *evaluation) othersLeft(l scenarios.Leftovers) (lines []string) {
	for _, f := range l.Leak.Findings {
		if !e.o.StartedByAgent(f) {
			lines = append(lines, findingLine(f))
		}
	}
	return lines
}

func findingLine(f leak.Finding) string {
	who := ""
	if agent := f.Labels["agent"]; agent != "" {
		who = "agent " + agent + ": "
	}
	return fmt.Sprintf("%s%d x %s (%s) in %s, created by %s at %s:%d",
		who, f.Count, f.State, f.Class, f.Function, f.CreatedBy, f.File, f.Line)
}

// connections checks the connections of a wire scenario. What an agent's client
// keeps after its call has returned is not the executor's doing: it is reported,
// and breaks nothing.
func (e *evaluation) connections(check *clauseCheck) {
	w := e.o.Wire
	switch {
	case !e.s.OnWire():
		return
	case w == nil:
		check.doubt("the client's connections were not inspected")
		return
	}
	running, described := e.notStopped()
	if n := w.Left.InUse - w.Left.Bodies; e.s.Honours() && running > 0 && w.Left.InUse > 0 {
		check.fail("%s in use by agents that were not stopped, %d of them before the headers", connectionsAre(w.Left.InUse), n)
	}
	if e.s.Honours() && described == 0 && w.Left.InUse > 0 {
		check.doubt("%s in use, and it was not recorded whether by agents", connectionsAre(w.Left.InUse))
	}
	check.got += fmt.Sprintf("; %s over %s, of which %d were idle and %d in use",
		plural.Count(w.Requests, "HTTP request"), plural.Count(w.Dialed, "connection"), w.Left.Open-w.Left.InUse, w.Left.InUse)
	switch forgotten := w.Left.Bodies - running; {
	case w.Released.Bodies > 0:
		check.got += fmt.Sprintf("; an agent's client forgot to close %s", plural.Count(w.Released.Bodies, "response body"))
	case w.Released.Open > 0:
		check.fail("%s open after every agent had returned", connectionsAre(w.Released.Open))
	case forgotten > 0 && described > 0: // the release of the mocks has closed them
		check.got += fmt.Sprintf("; an agent's client had not closed %s", plural.Count(forgotten, "response body"))
	}
}

// connectionsAre is a number of connections with its verb, as in "1 connection is".
func connectionsAre(n int) string {
	return plural.Count(n, "connection") + plural.Form(n, " is", " are")
}

// notStopped counts the agents that ran on after their calls, of those that are
// described.
func (e *evaluation) notStopped() (running, described int) {
	for _, c := range e.o.Calls {
		for _, a := range c.Agents {
			described++
			if a.RunningAtReturn && a.LateAt == 0 {
				running++
			}
		}
	}
	return running, described
}

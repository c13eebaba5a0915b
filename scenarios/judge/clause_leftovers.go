package judge

import (
	"fmt"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/internal/bubble"
)

// leavesNothing is clause 5. With agents that ignore their context it is about
// what remains after they have let go; what they hold until then is clause 6.
func (e *evaluation) leavesNothing(check *clauseCheck) {
	check.want = "no goroutine, descriptor or heap is left once the agents honour their context"
	left, released := e.o.Left, e.o.Released
	if !left.Inspected || !released.Inspected {
		check.doubt("leftovers could not be looked at")
	}
	if e.s.Honours() {
		if n := left.ByExecutor + left.ByAgent - left.AgentOwn; n > 0 {
			check.fail("%d goroutines left when all calls were over", n)
			check.evidence = append(check.evidence, e.findings(left, false)...)
		}
	}
	if n := released.ByExecutor + released.ByAgent - released.AgentOwn; n > 0 {
		check.fail("%d goroutines left after every agent had returned", n)
		check.evidence = append(check.evidence, e.findings(released, false)...)
	}
	if released.ByExecutor+released.ByAgent == 0 {
		e.bubbleLeft(check)
	}
	if e.s.Forever() {
		check.doubt("agents never let go, so what is left without them cannot be seen")
	}
	e.resources(released.Leak, check)
	check.got = "no goroutine left"
	e.connections(check)
	if left.AgentOwn > 0 {
		check.got += fmt.Sprintf(" but %d that the agents' own code started", left.AgentOwn)
		check.evidence = append(check.evidence, e.findings(left, true)...)
	}
}

// bubbleLeft doubts a look that found nothing where the bubble could not end:
// something is in it that was not seen.
func (e *evaluation) bubbleLeft(check *clauseCheck) {
	for _, w := range e.o.Warnings {
		if bubble.IsLeft(w) && !bubble.IsLeftByBuild(w) {
			check.doubt("no goroutine was found, but %s", w)
		}
	}
}

// resources rules on heap and descriptors, where they were looked at.
func (e *evaluation) resources(l leak.Report, check *clauseCheck) {
	open := l.Descriptors
	if e.o.Wire != nil {
		open -= e.o.Wire.Released.Open // ruled on as connections
	}
	if l.DescriptorsMeasured && open > 0 {
		check.fail("%d descriptors more are open", open)
	}
	limit := e.s.HeapLimit()
	if held := l.Heap + max(l.Stacks, 0); l.HeapMeasured && held > limit {
		check.fail("%.1f MiB of heap and stacks retained, want at most %.1f", mib(held), mib(limit))
	}
}

// findings are the leftovers as lines: the agents' own, or all others.
func (e *evaluation) findings(rem scenarios.Leftovers, own bool) (lines []string) {
	for _, f := range rem.Leak.Findings {
		if e.o.StartedByAgent(f) != own {
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

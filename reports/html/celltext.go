package html

import (
	"cmp"
	"fmt"
	"time"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/reports/internal/view"
	"github.com/watertight-go/watertight/scenarios"
)

// conditions are what a cell ran under, and what its calls and agents did.
func conditions(o scenarios.Observation) []string {
	s, t := o.Setup, o.Totals
	all := []string{fmt.Sprintf("%s x %s on %s time", plural.Count(s.Requests, "request"), plural.Count(s.Agents, "agent"), cmp.Or(o.Clock, "unknown"))}
	if o.Machine != nil {
		all = append(all, "run on real time too: goroutines, heap and descriptors below are those of that run")
	}
	all = append(all, durations(o)...)
	if n := o.OnMachine().Control.Repeats; n > 0 {
		all = append(all, fmt.Sprintf("run again %s: the machine may have been the cause of a failure", plural.Count(n, "time")))
	}
	return append(all,
		fmt.Sprintf("%d of %s returned, %d with results, %d with an error, %d still waiting", t.Returned, plural.Count(t.Requests, "call"), t.WithResults, t.WithError, t.Blocked),
		fmt.Sprintf("%s started, at most %d at once, %d never ended", plural.Count(t.AgentsStarted, "agent call"), max(t.Peak, t.PeakAll), t.AgentsRunning))
}

func durations(o scenarios.Observation) (all []string) {
	for _, t := range []struct {
		name string
		d    time.Duration
	}{
		{"agent timeout", o.Setup.AgentTimeout}, {"tool timeout", o.Setup.ToolTimeout}, {"grace", o.Setup.Grace},
		{"cell took", o.Elapsed}, {"the machine was late by up to", o.OnMachine().Control.Lateness},
	} {
		if t.d > 0 {
			all = append(all, t.name+" "+format.Duration(t.d))
		}
	}
	return all
}

// leftoverTexts describes the leftovers in a process.
func leftoverTexts(r scenarios.Leftovers) []string {
	if !r.Inspected {
		return []string{"not inspected: nothing may be concluded"}
	}
	all := []string{fmt.Sprintf("%s: %d in agents, %d others", plural.Count(r.Leak.Goroutines, "goroutine"), r.ByAgent, r.ByExecutor)}
	if r.AgentOwn > 0 {
		all = append(all, fmt.Sprintf("%d of them started by an agent's own code", r.AgentOwn))
	}
	all = append(all, leakTexts(r.Leak)...)
	switch g := r.Goleak; {
	case g.Differs != "":
		all = append(all, "goleak differs: "+g.Differs)
	case g.Asked:
		all = append(all, fmt.Sprintf("goleak, the second witness, names %d", g.Found))
	case g.Why != "":
		all = append(all, "goleak: "+g.Why)
	}
	return append(all, r.Leak.Warnings...)
}

// leakTexts describes what package leak measured beside goroutines.
func leakTexts(r leak.Report) (all []string) {
	if r.HeapMeasured {
		all = append(all, fmt.Sprintf("heap %s, stacks %s since the start", format.Size(float64(r.Heap)), format.Size(float64(r.Stacks))))
	}
	if r.DescriptorsMeasured {
		all = append(all, fmt.Sprintf("%+d %s", r.Descriptors, plural.Form(r.Descriptors, "descriptor", "descriptors")))
	}
	for _, a := range r.Allowed {
		all = append(all, fmt.Sprintf("%s may stay: %s", plural.Count(a.Count, "goroutine"), a.Reason))
	}
	if r.ProofStatus != "" {
		all = append(all, "proof: "+r.ProofStatus)
	}
	return all
}

// cellNotes are further findings of a cell.
func cellNotes(o scenarios.Observation) (all []string) {
	if o.Limit != nil {
		all = append(all, view.LimitLine(o).Text)
	}
	add := func(what string, texts []string) {
		for _, s := range texts {
			all = append(all, what+": "+s)
		}
	}
	add("input modified", o.InputTouched)
	add("race", o.Races)
	if m := o.Machine; m != nil {
		add("input modified on the machine's clock", m.InputTouched)
		add("race on the machine's clock", m.Races)
	}
	for _, c := range o.Calls {
		add(fmt.Sprintf("request %d: changed after it was returned", c.Index), c.Changed)
	}
	add("warning", o.Warnings)
	return all
}

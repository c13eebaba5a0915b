package html

import (
	"fmt"
	"time"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/scenarios"
)

// pageCall is one request with the timeline of its agents. Times are microseconds
// since the request's start, or never.
type pageCall struct {
	Index     int         `json:"n"`
	Ended     int64       `json:"end"`
	Returned  bool        `json:"returned,omitempty"`
	Cancelled int64       `json:"cancelled"`
	Saw       ref         `json:"saw"`
	Agents    []pageAgent `json:"agents,omitempty"`
	// More sums up the agents that are not shown.
	More ref `json:"more,omitempty"`
}

// never is the time of what did not happen.
const never = -1

// pageAgent is a row of the timeline, for an agent or for a tool of the agent
// above it: ID and fault (refs), start, end, outcome (a ref), kind of row, and
// when the agent returned too late (0 for in time).
type pageAgent [7]int64

// The kinds of a row.
const (
	rowAgent int64 = iota
	rowTool
)

const (
	// mostAgents is how many agents of a call have a row each.
	mostAgents = 10
	// mostCalls is how many calls of a cell have a timeline: half of them are the
	// first calls, half the last.
	mostCalls = 4
)

func (b *pageBuilder) calls(o scenarios.Observation) (calls []pageCall) {
	for i, c := range o.Calls {
		if i < mostCalls/2 || i >= len(o.Calls)-mostCalls/2 {
			calls = append(calls, b.call(c))
		}
	}
	return calls
}

func (b *pageBuilder) call(c scenarios.Call) pageCall {
	p := pageCall{Index: c.Index, Ended: us(c.Ended - c.Started), Returned: c.Returned, Cancelled: never, Saw: b.pool.text(callSaw(c))}
	if c.CancelledAt > 0 {
		p.Cancelled = us(c.CancelledAt - c.Started)
	}
	for _, a := range c.Agents[:min(mostAgents, len(c.Agents))] {
		p.Agents = append(p.Agents, b.agent(a, c.Started))
		for _, t := range a.Tools[:min(mostAgents, len(a.Tools))] {
			p.Agents = append(p.Agents, b.tool(t, c.Started))
		}
	}
	if len(c.Agents) > mostAgents {
		p.More = b.pool.text(moreAgents(c.Agents[mostAgents:], c.Started))
	}
	return p
}

// callSaw is what the caller saw.
func callSaw(c scenarios.Call) string {
	switch {
	case c.Panic != "":
		return "panic in the caller: " + c.Panic
	case !c.Returned:
		return "still waiting when watching ended"
	case c.Error != "":
		return fmt.Sprintf("%s, error: %s", plural.Count(len(c.Results), "result"), c.Error)
	}
	return plural.Count(len(c.Results), "result") + ", no error"
}

func (b *pageBuilder) agent(a scenarios.AgentRun, from time.Duration) pageAgent {
	start, end, late := int64(never), int64(never), int64(0)
	if a.Started {
		start = us(a.StartAt - from)
	}
	if a.Ended {
		end = us(a.EndAt - from)
	}
	if a.LateAt > 0 {
		late = us(a.LateAt - from)
	}
	return pageAgent{int64(b.pool.name(a.ID)), int64(b.pool.text(a.Fault)), start, end, int64(b.pool.text(agentOutcome(a, from))), rowAgent, late}
}

// agentOutcome is what became of an agent's call.
func agentOutcome(a scenarios.AgentRun, from time.Duration) string {
	outcome := a.Outcome
	switch {
	case !a.Started:
		outcome = "never started"
	case a.RunningAtReturn && a.DoneAtReturn:
		outcome = "abandoned: still running when the call was over, its context done"
	case a.RunningAtReturn:
		outcome = "abandoned: still running when the call was over, its context not done"
	case !a.Ended:
		outcome = "running"
	}
	if a.Error != "" {
		outcome += ": " + a.Error
	}
	if a.LateAt > 0 {
		outcome += fmt.Sprintf("; returned too late, after %s: %s", format.Duration(a.LateAt-from), a.LateOutcome)
	}
	return outcome
}

func (b *pageBuilder) tool(t scenarios.ToolRun, from time.Duration) pageAgent {
	outcome, end := "done", us(t.EndAt-from)
	switch {
	case !t.Ended:
		outcome, end = "never ended", never
	case t.Error != "":
		outcome = "error: " + t.Error
	}
	if t.DoneAtStart {
		outcome += "; started with its context already done"
	}
	return pageAgent{int64(b.pool.name("tool " + t.Name)), 0, us(t.StartAt - from), end, int64(b.pool.text(outcome)), rowTool, 0}
}

// moreAgents sums up the agents that have no row of their own.
func moreAgents(all []scenarios.AgentRun, from time.Duration) string {
	first, last := from, from
	started, ended, abandoned := 0, 0, 0
	for _, a := range all {
		if a.Started && (started == 0 || a.StartAt < first) {
			first = a.StartAt
		}
		if a.Started {
			started++
		}
		if a.Ended {
			ended++
			last = max(last, a.EndAt)
		}
		if a.RunningAtReturn {
			abandoned++
		}
	}
	return fmt.Sprintf("and %s: %d started from %s on, %d ended by %s, %d abandoned", plural.Count(len(all), "more agent"), started, format.Duration(first-from), ended, format.Duration(last-from), abandoned)
}

package observe

import (
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// describeAgents adds one AgentRun for each agent of the scenario. It adds none
// where agent calls are only counted, since an AgentRun without a start would say
// that the agent was never started. c.mu is held.
func (c *cell) describeAgents(call *scenarios.Call, runs []mocks.Run) {
	if c.recording == mocks.RecordCounts {
		return
	}
	call.Agents = make([]scenarios.AgentRun, len(c.s.Agents))
	for i, a := range c.s.Agents {
		call.Agents[i] = scenarios.AgentRun{Place: i, ID: a.ID, Fault: a.Fault.Name, Ignores: a.Fault.IgnoresContext}
	}
	name := nameOf(call.Index)
	for _, run := range runs {
		i, known := c.place[run.Agent]
		if !known {
			continue
		}
		call.Agents[i] = c.agentRun(call.Agents[i], run, name)
		for k := range call.Agents[i].Tools {
			call.Agents[i].Tools[k].Error = c.toolErrors[toolCall{run.Agent.ID, c.inputOf(call.Index), k}]
		}
	}
}

func (c *cell) agentRun(a scenarios.AgentRun, run mocks.Run, name string) scenarios.AgentRun {
	a.Started, a.StartAt = true, c.since(run.StartAt)
	a.Ended, a.EndAt = run.Ended, c.since(run.EndAt)
	a.Outcome, a.Pieces = run.Outcome, run.Pieces
	if run.Err != nil {
		a.Error = run.Err.Error()
	}
	a.RunningAtReturn, a.DoneAtEnd = !run.Ended, run.CtxDoneAtEnd
	a.Deadline, a.ValuesLost = c.since(run.Deadline), run.Caller != name
	c.noteAttempts(&a, run)
	for _, t := range run.Tools {
		a.Tools = append(a.Tools, scenarios.ToolRun{
			Name: t.Name, StartAt: c.since(t.StartAt), Ended: t.Ended, EndAt: c.since(t.EndAt), DoneAtStart: t.DoneAtStart,
		})
	}
	return a
}

// describeContexts adds which contexts of the call were done once it was over. c.mu
// is held.
func (c *cell) describeContexts(call *scenarios.Call, runs []mocks.Run) {
	if len(call.Agents) == 0 {
		return
	}
	for _, run := range runs {
		i, known := c.place[run.Agent]
		if !known {
			continue
		}
		a := &call.Agents[i]
		a.Open, a.DoneAtReturn = !run.CtxDone, a.RunningAtReturn && run.CtxDone
		if run.Cause != nil {
			a.Cause = run.Cause.Error()
		}
	}
}

// noteAttempts adds the times of the requests that the agent's client has sent
// since the last time.
func (c *cell) noteAttempts(a *scenarios.AgentRun, run mocks.Run) {
	for _, at := range run.Attempts[min(len(a.Attempts), len(run.Attempts)):] {
		a.Attempts = append(a.Attempts, c.since(at))
	}
}

// noteLate writes down which agents have ended since their call returned.
func (c *cell) noteLate() {
	for i := range c.obs.Calls {
		call := &c.obs.Calls[i]
		for _, run := range c.runner.Runs(nameOf(call.Index)) {
			place, known := c.place[run.Agent]
			if !known {
				continue
			}
			a := &call.Agents[place]
			c.noteAttempts(a, run)
			if run.Ended && a.RunningAtReturn {
				a.LateAt, a.LateOutcome = c.since(run.EndAt), run.Outcome
			}
		}
	}
}

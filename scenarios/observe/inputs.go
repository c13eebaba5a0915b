package observe

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/watertight-go/watertight/executor"
)

// inputs is what the executor received, and a copy from before the requests.
type inputs struct {
	agents, agentsBefore   []*executor.Agent
	values                 []executor.Agent
	history, historyBefore []executor.Message
}

func copyInputs(agents []*executor.Agent, history []executor.Message) inputs {
	in := inputs{
		agents:        agents[:cap(agents)],
		agentsBefore:  slices.Clone(agents[:cap(agents)]),
		history:       history[:cap(history)],
		historyBefore: slices.Clone(history[:cap(history)]),
	}
	for _, a := range agents {
		var v executor.Agent
		if a != nil {
			v = *a
			v.Tools = slices.Clone(a.Tools)
		}
		in.values = append(in.values, v)
	}
	return in
}

// touched names everything that differs from the copy.
func (in inputs) touched() (names []string) {
	for i, a := range in.agents {
		if a != in.agentsBefore[i] {
			names = append(names, fmt.Sprintf("agents[%d] of %d: the pointer was replaced", i, len(in.values)))
		}
	}
	for i, before := range in.values {
		if a := in.agentsBefore[i]; a != nil && !sameAgent(*a, before) {
			names = append(names, fmt.Sprintf("agents[%d] (%q): the agent was modified", i, before.ID))
		}
	}
	for i, m := range in.history {
		if m != in.historyBefore[i] {
			names = append(names, fmt.Sprintf("history[%d]: now reads %q", i, m.Content))
		}
	}
	return names
}

func sameAgent(a, b executor.Agent) bool {
	return a.ID == b.ID && a.Name == b.Name && slices.EqualFunc(a.Tools, b.Tools, func(x, y executor.Tool) bool {
		return x.Name == y.Name && reflect.ValueOf(x.Handler).Pointer() == reflect.ValueOf(y.Handler).Pointer()
	})
}

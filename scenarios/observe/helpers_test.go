package observe

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

const msec = time.Millisecond

// config is the configuration of the scenarios that are made here.
var config = executor.Config{AgentTimeout: 100 * msec, ToolTimeout: 40 * msec, Grace: 40 * msec, MaxStuck: 4}

// lookup is an executor of the registry.
func lookup(t testing.TB, name string) executor.Spec {
	t.Helper()
	spec, err := exhibits.Lookup(name)
	require.NoError(t, err)
	return spec
}

// load is a load of the command stress.
func load(t *testing.T, name string, requests, agents int) scenarios.Scenario {
	t.Helper()
	l, found := loads.Find(name)
	require.True(t, found, name)
	return l.Scenario(requests, agents)
}

// agentsWith are agents a, b and so on with these faults.
func agentsWith(faults ...mocks.Fault) (agents []scenarios.Agent) {
	for i, f := range faults {
		agents = append(agents, scenarios.Agent{ID: string(rune('a' + i)), Fault: f})
	}
	return agents
}

// sameAgents are n agents with the same fault.
func sameAgents(n int, f mocks.Fault) []scenarios.Agent {
	return agentsWith(slices.Repeat([]mocks.Fault{f}, n)...)
}

// clauses are those that an ordinary scenario tests, and some more.
func clauses(more ...executor.Clause) []executor.Clause {
	all := []executor.Clause{
		executor.ReturnsInTime, executor.LosesNothing, executor.PartialSuccess, executor.Cancels,
		executor.LeavesNothing, executor.TouchesNoInput,
	}
	all = append(all, more...)
	slices.Sort(all)
	return slices.Compact(all)
}

func clause(t *testing.T, v scenarios.Verdict, c executor.Clause) scenarios.ClauseResult {
	t.Helper()
	i := slices.IndexFunc(v.Clauses, func(r scenarios.ClauseResult) bool { return r.Clause == c })
	require.GreaterOrEqual(t, i, 0, "%v was not judged", c)
	return v.Clauses[i]
}

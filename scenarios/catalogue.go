package scenarios

import (
	"fmt"
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/nearest"
	"github.com/watertight-go/watertight/mocks"
)

// Catalogue returns all scenarios that a candidate is put through, the rows of
// the compatibility matrix first. The slice is the caller's.
func Catalogue() []Scenario {
	return slices.Concat(matrixRows(), endings(), failures(), brokenAgents(), toolScenarios(), crowds(), outliving(), traps(), wireScenarios())
}

// Lookup returns the scenario of the catalogue with that name. The error for a
// name that does not exist suggests the nearest ones.
func Lookup(name string) (Scenario, error) {
	var names []string
	for _, s := range Catalogue() {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return Scenario{}, fmt.Errorf("scenarios: %w", nearest.Unknown("scenario", name, names, "stress list shows all"))
}

// The times of the catalogue: short, so that a cell on the machine's clock
// takes well under a second, and far enough apart that their order is not a
// matter of luck.
const (
	agentTimeout = 100 * time.Millisecond
	grace        = 40 * time.Millisecond
	toolTimeout  = 40 * time.Millisecond
	quick        = 10 * time.Millisecond
	slow         = 50 * time.Millisecond
	midway       = 30 * time.Millisecond
)

// config is what most scenarios build their executor with.
func config() executor.Config {
	return executor.Config{AgentTimeout: agentTimeout, ToolTimeout: toolTimeout, Grace: grace, MaxStuck: 4}
}

// crew is one agent for each fault, with the IDs a, b, c and so on.
func crew(faults ...mocks.Fault) []Agent {
	agents := make([]Agent, len(faults))
	for i, f := range faults {
		agents[i] = Agent{ID: agentID(i), Fault: f}
	}
	return agents
}

// many is n agents with the same fault.
func many(n int, f mocks.Fault) []Agent { return crew(slices.Repeat([]mocks.Fault{f}, n)...) }

// agentID is a to z, then a1, b1 and so on.
func agentID(i int) string {
	letter := string(rune('a' + i%26))
	if i < 26 {
		return letter
	}
	return fmt.Sprintf("%s%d", letter, i/26)
}

// always are the clauses that every ordinary scenario puts to the test; more
// are added where the scenario is about them.
func always(more ...executor.Clause) []executor.Clause {
	clauses := []executor.Clause{
		executor.ReturnsInTime, executor.LosesNothing, executor.PartialSuccess, executor.Cancels,
		executor.LeavesNothing, executor.TouchesNoInput,
	}
	clauses = append(clauses, more...)
	slices.Sort(clauses)
	return slices.Compact(clauses)
}

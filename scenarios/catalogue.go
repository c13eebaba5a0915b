package scenarios

import (
	"fmt"
	"slices"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/nearest"
	"github.com/watertight-go/watertight/mocks"
)

// Catalogue returns all scenarios, those of the compatibility matrix first. The
// slice is the caller's.
func Catalogue() []Scenario {
	all := slices.Concat(matrixRows(), endings(), failures(), brokenAgents(), toolScenarios(), largeScenarios(), outliving(), traps(),
		chances(), queueEndings(), contexts(), ownContextErrors(), firstAgents(), answers(), wireScenarios())
	for i := range all {
		all[i].addContextClauses()
	}
	return all
}

// addContextClauses adds clauses 11 and 12 where they can be seen: agents are started,
// and nothing but what the scenario describes runs beside them.
func (s *Scenario) addContextClauses() {
	if len(s.Agents) == 0 || s.Caller.CancelBefore || !slices.Contains(s.Clauses, executor.Cancels) {
		return
	}
	s.Clauses = append(slices.Clip(s.Clauses), executor.PassesContext)
	if s.Honours() && !s.OnWire() && s.RealTime == "" {
		s.Clauses = append(s.Clauses, executor.Joins)
	}
}

// All returns the scenarios of the catalogue, and then those about streams. The slice is
// the caller's.
func All() []Scenario { return append(Catalogue(), Streams()...) }

// For returns the scenarios that apply to an executor: those of the catalogue where it
// takes calls, and those about streams where it has streams. The slice is the caller's.
func For(spec executor.Spec) []Scenario {
	return slices.DeleteFunc(All(), func(s Scenario) bool {
		return s.Consumer == nil && spec.New == nil || s.Consumer != nil && spec.NewStream == nil
	})
}

// Lookup returns the scenario of the catalogue, or about streams, with that name. The error for a
// name that does not exist suggests the nearest ones.
func Lookup(name string) (Scenario, error) {
	var names []string
	for _, s := range All() {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return Scenario{}, fmt.Errorf("scenarios: %w", nearest.Unknown("scenario", name, names, "stress list shows all"))
}

// The times of the catalogue are short, so that a cell on the machine's clock
// takes less than a second. They are far enough apart that a busy machine does
// not change their order.
const (
	agentTimeout = 100 * time.Millisecond
	grace        = 40 * time.Millisecond
	toolTimeout  = 40 * time.Millisecond
	quick        = 10 * time.Millisecond
	slow         = 50 * time.Millisecond
	midway       = 30 * time.Millisecond
)

// config is the configuration of most scenarios.
func config() executor.Config {
	return executor.Config{AgentTimeout: agentTimeout, ToolTimeout: toolTimeout, Grace: grace, MaxStuck: 4}
}

// agentsWith is one agent for each fault, with the IDs a, b, c and so on.
func agentsWith(faults ...mocks.Fault) []Agent {
	agents := make([]Agent, len(faults))
	for i, f := range faults {
		agents[i] = Agent{ID: agentID(i), Fault: f}
	}
	return agents
}

// repeated is n agents with the same fault.
func repeated(n int, f mocks.Fault) []Agent { return agentsWith(slices.Repeat([]mocks.Fault{f}, n)...) }

// agentID is a to z, then a1, b1 and so on.
func agentID(i int) string {
	letter := string(rune('a' + i%26))
	if i < 26 {
		return letter
	}
	return fmt.Sprintf("%s%d", letter, i/26)
}

// always are the clauses that every ordinary scenario tests. more are those that
// the scenario is about.
func always(more ...executor.Clause) []executor.Clause {
	clauses := []executor.Clause{
		executor.ReturnsInTime, executor.LosesNothing, executor.PartialSuccess, executor.Cancels,
		executor.LeavesNothing, executor.TouchesNoInput,
	}
	clauses = append(clauses, more...)
	slices.Sort(clauses)
	return slices.Compact(clauses)
}

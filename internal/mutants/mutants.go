// Package mutants holds executors with exactly one defect each. Most defects were
// found in real projects. The mutants test the catalogue of scenarios: each mutant
// must fail the clause that its defect breaks, and no unrelated clause.
//
// A mutant is one entry in one of the files of this package. Most are a correct
// executor (internal/fanout or executor.Reference) with one part replaced.
// `make mutants` shows which scenario and clause finds each of them.
package mutants

import (
	"maps"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// Mutant is an executor with one defect.
type Mutant struct {
	// Name is unique, in lower case with hyphens.
	Name string
	// Defect says in one line what is wrong.
	Defect string
	// Seen is the address of a report about such a defect in a real project. It is
	// empty for well-known defects.
	Seen string
	// Caught is where the defect must be found without the race detector. It is
	// zero if that cannot be relied on; then Raced is set.
	Caught Catch
	// Or is another clause that will do in that scenario. It is for a call that returns
	// early and cancels its agents: which of them end before the return, and so which
	// clause they show broken, is chance. It is zero if there is none.
	Or executor.Clause
	// Raced is the scenario in which the race detector must report the defect. It
	// is empty if the defect is no data race.
	Raced string
	// Related are the other clauses that the same defect may break.
	Related Related
	// New makes the executor.
	New func(executor.Config) (executor.ParallelExecutor, error)
	// NewStream makes an executor of streams, in place of New.
	NewStream func(executor.Config) (executor.StreamExecutor, error)
}

// Catch is a clause that must fail in a scenario.
type Catch struct {
	Scenario string
	Clause   executor.Clause
}

// Catches reports whether a clause that failed in a scenario is what Caught wants.
func (m Mutant) Catches(scenario string, failed executor.Clause) bool {
	return scenario == m.Caught.Scenario && (failed == m.Caught.Clause || failed == m.Or)
}

// chance begins the names of mutants whose defect shows in some runs only: a select
// with two ready cases, or the scheduler, decides.
const chance = "chance-"

// ByChance says that the defect does not show in every run.
func (m Mutant) ByChance() bool { return strings.HasPrefix(m.Name, chance) }

// Related are clauses, each with the reason why a defect may break it.
type Related map[executor.Clause]string

// with returns the clauses of both.
func (r Related) with(more Related) Related {
	all := maps.Clone(r)
	maps.Copy(all, more)
	return all
}

// All lists the mutants.
func All() []Mutant {
	return slices.Concat(waiting, contexts, wrongResults, wrongErrors, panicking, badInputs, limits, stuckCalls, toolCalls, leaks, races,
		invented, byChance, outliving, optionalFields, passing, notJoined, sharing, streaming)
}

// Spec returns the mutant as an executor that can be run.
func (m Mutant) Spec() executor.Spec {
	return executor.Spec{Name: m.Name, Doc: m.Defect, New: m.New, NewStream: m.NewStream}
}

// part is the plain executor with one part replaced.
func part(p fanout.Parts) func(executor.Config) (executor.ParallelExecutor, error) {
	return func(c executor.Config) (executor.ParallelExecutor, error) { return fanout.New(c, p) }
}

// parts is like part, for parts that need the configuration or have state.
func parts(p func(executor.Config) fanout.Parts) func(executor.Config) (executor.ParallelExecutor, error) {
	return func(c executor.Config) (executor.ParallelExecutor, error) {
		c, err := c.WithDefaults()
		if err != nil {
			return nil, err
		}
		return fanout.New(c, p(c))
	}
}

// The clauses that a kind of defect may break besides its own.
var (
	// dies is for a process that crashed.
	dies = Related{
		executor.ReturnsInTime:  "the process died before the call returned",
		executor.LosesNothing:   "the process died with the results",
		executor.PartialSuccess: "the process died with the results",
		executor.Survives:       "the process died",
	}
	// hangs is for a call that never returns.
	hangs = Related{
		executor.ReturnsInTime:  "the call never returns",
		executor.LosesNothing:   "a call that never returns keeps its results",
		executor.PartialSuccess: "a call that never returns reports nothing",
		executor.LeavesNothing:  "the caller's goroutine is left",
		executor.BoundsStuck:    "the caller's goroutine is left",
		executor.Survives:       "one agent delays the results of the others",
		executor.RunsTools:      "a call that never returns keeps its tools' results",
		executor.RespectsLimit:  "a call that never returns keeps its results",
	}
	// loses is for missing results.
	loses = Related{
		executor.LosesNothing:   "results are missing",
		executor.PartialSuccess: "if all results are missing, there is an error instead",
		executor.Survives:       "the result of a healthy agent is missing because another agent failed",
		executor.RespectsLimit:  "the result of a waiting agent is missing",
		executor.RunsTools:      "the tools' results are missing with the response",
		executor.BoundsStuck:    "an agent that works again has no result",
	}
	// lingers is for agents that go on after the call has returned.
	lingers = Related{
		executor.Joins:         "agents go on after the return",
		executor.Cancels:       "agents go on after the return",
		executor.LeavesNothing: "agents that would have obeyed their context are left",
		executor.BoundsStuck:   "agents that would have obeyed their context are left",
	}
	// unjoined is for work of the call that goes on after its return.
	unjoined = Related{
		executor.Joins:         "goroutines of the call run after its return",
		executor.LeavesNothing: "goroutines of the call run after its return",
		executor.BoundsStuck:   "goroutines of the call run after its return",
	}
	// misreports is for wrong errors.
	misreports = Related{
		executor.PartialSuccess: "the error does not say what it should",
		executor.Survives:       "the error does not say how an agent failed",
	}
)

// Package mutants holds executors with exactly one defect each, of a kind that
// was found in the field. They are what the catalogue of scenarios is tried on:
// each must be found out, by the clause that its defect breaks, and not by one
// that has nothing to do with it. Nobody should use them for anything else.
//
// A mutant is one entry in one of the files of this package: most are a correct
// executor (internal/fanout, or executor.Reference) with one part put in its
// place. `make mutants` shows what each is caught by.
package mutants

import (
	"maps"
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// Mutant is an executor with one defect.
type Mutant struct {
	// Name is unique, lower case with hyphens.
	Name string
	// Defect says in one line what is wrong.
	Defect string
	// Seen is where the like was found in the field; empty where it is a
	// classic that needs no witness.
	Seen string
	// Caught is where the defect must be found in an ordinary program. It is
	// zero where that depends on luck: then Raced is not.
	Caught Catch
	// Raced is the scenario in which the race detector must report it; empty
	// where it is no data race.
	Raced string
	// Related are the other clauses that may fail, each with the reason why it
	// is the same defect that fails them.
	Related Related
	// New builds it.
	New func(executor.Config) (executor.ParallelExecutor, error)
}

// Catch is a clause that must fail in a scenario.
type Catch struct {
	Scenario string
	Clause   executor.Clause
}

// Related are clauses, each with a reason.
type Related map[executor.Clause]string

// with returns both together.
func (r Related) with(more Related) Related {
	all := maps.Clone(r)
	maps.Copy(all, more)
	return all
}

// All lists the mutants.
func All() []Mutant {
	return slices.Concat(waiting(), cancelling(), filing(), reporting(), dying(), refusing(), queueing(), sticking(), toolMutants(), leaking(), racing())
}

// Spec is the mutant as an executor to run.
func (m Mutant) Spec() executor.Spec {
	return executor.Spec{Name: m.Name, Doc: m.Defect, New: m.New}
}

// part is the plain executor with one part in the place of its own.
func part(p fanout.Parts) func(executor.Config) (executor.ParallelExecutor, error) {
	return func(c executor.Config) (executor.ParallelExecutor, error) { return fanout.New(c, p) }
}

// parts is part for one that needs the configuration, or state of the executor's own.
func parts(p func(executor.Config) fanout.Parts) func(executor.Config) (executor.ParallelExecutor, error) {
	return func(c executor.Config) (executor.ParallelExecutor, error) {
		c, err := c.WithDefaults()
		if err != nil {
			return nil, err
		}
		return fanout.New(c, p(c))
	}
}

// What a defect of a kind fails besides.
var (
	// dies is for a process that ended.
	dies = Related{
		executor.ReturnsInTime:  "the process died before the call returned",
		executor.LosesNothing:   "the process died with the results",
		executor.PartialSuccess: "the process died with the results",
		executor.Survives:       "the process died",
	}
	// hangs is for a call that never comes back.
	hangs = Related{
		executor.ReturnsInTime:  "the call never returns",
		executor.LosesNothing:   "a call that never returns keeps its results",
		executor.PartialSuccess: "a call that never returns reports nothing",
		executor.LeavesNothing:  "the caller is left behind",
		executor.BoundsStuck:    "the caller is left behind",
		executor.Survives:       "one agent holds up the others' results",
		executor.RunsTools:      "a call that never returns keeps its tools' results",
		executor.RespectsLimit:  "a call that never returns keeps its results",
	}
	// loses is for results that are missing.
	loses = Related{
		executor.LosesNothing:   "results are missing",
		executor.PartialSuccess: "where all are missing there is an error in their place",
		executor.Survives:       "a healthy agent's result is missing beside a broken one",
		executor.RespectsLimit:  "a queued agent's result is missing",
		executor.RunsTools:      "the tools' results are missing with the response",
		executor.BoundsStuck:    "an agent that came back has no result",
	}
	// lingers is for agents that go on when their call is over.
	lingers = Related{
		executor.Cancels:       "agents go on after the return",
		executor.LeavesNothing: "agents that would have honoured their context are left",
		executor.BoundsStuck:   "agents that would have honoured their context are left",
	}
	// misreports is for errors that do not say what they should.
	misreports = Related{
		executor.PartialSuccess: "the error does not say what it should",
		executor.Survives:       "the error does not say what a broken agent did",
	}
)

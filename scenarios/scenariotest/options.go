package scenariotest

import (
	"errors"
	"fmt"
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
)

// Option changes what Test asks of an executor.
type Option func(*options)

type options struct {
	waivers   []executor.Waiver
	lacks     []executor.Clause
	claims    []executor.Clause
	policy    executor.Policy
	bounds    executor.Bounds
	only      []string
	inProcess bool
	// serve and connect are those of OverWire; nil without it.
	serve   func() (url string, stop func(), err error)
	connect func(url string, retries int) (mocks.Wire, error)
}

// Waive accepts that the executor breaks a clause. inScenarios are the names of
// scenarios, or globs such as "tool-*"; without them the waiver is for all. A waived
// failure is reported as waived, never as passed, with the reason. The reason must
// not be empty.
func Waive(clause executor.Clause, reason string, inScenarios ...string) Option {
	return func(o *options) {
		o.waivers = append(o.waivers, executor.Waiver{Clause: clause, Reason: reason, Scenarios: inScenarios})
	}
}

// WaitsForIgnoring waives what fails when an executor waits for agents that ignore
// their context; see judge.WaitsForIgnoring.
func WaitsForIgnoring(reason string) Option {
	return func(o *options) { o.waivers = append(o.waivers, judge.WaitsForIgnoring(reason)...) }
}

// LetsPanicsThrough waives what fails when an executor does not recover panics; see
// judge.LetsPanicsThrough.
func LetsPanicsThrough(reason string) Option {
	return func(o *options) { o.waivers = append(o.waivers, judge.LetsPanicsThrough(reason)...) }
}

// Lacks declares clauses about capabilities that the executor does not have, such as
// a limit or tools. They are reported as not applicable.
func Lacks(clauses ...executor.Clause) Option {
	return func(o *options) { o.lacks = append(o.lacks, clauses...) }
}

// Claims declares clauses that the Spec lacks and the executor keeps. A fan-out of package
// adapt lacks executor.Joins, for example. Claims wins over Lacks.
func Claims(clauses ...executor.Clause) Option {
	return func(o *options) { o.claims = append(o.claims, clauses...) }
}

// Bounds declares bounds that the executor has of its own, whatever the Config says:
//
//	scenariotest.Bounds(executor.Bounds{Limit: 4})
//
// Every scenario is judged by them. A Limit claims executor.RespectsLimit. With an
// AgentTimeout, package adapt adds no time-out to the tasks of a fan-out.
func Bounds(b executor.Bounds) Option {
	return func(o *options) { o.bounds = b }
}

// Policy says which policy the executor has, where it has only one. Every scenario is
// judged by it:
//
//   - executor.FailFast returns the first error, and cancels the other tasks;
//   - executor.FirstError waits for all tasks, and returns the first error;
//   - executor.CollectErrors waits for all tasks, and returns all errors joined;
//   - executor.BestEffort returns an error only if no task succeeded.
func Policy(p executor.Policy) Option {
	return func(o *options) { o.policy = p }
}

// Only runs the named scenarios instead of all. To choose some for a single run, use
// the flag -run of go test.
func Only(names ...string) Option {
	return func(o *options) { o.only = append(o.only, names...) }
}

// OverWire also runs the wire scenarios, in which agents call a faulty server with a
// real client. serve starts the server and connect makes a client for it. Package
// mocks/openai has both:
//
//	scenariotest.OverWire(openai.Serve, openai.Connect)
//
// It is an option because the client takes longer to compile than everything else.
func OverWire(serve func() (url string, stop func(), err error), connect func(url string, retries int) (mocks.Wire, error)) Option {
	return func(o *options) { o.serve, o.connect = serve, connect }
}

// InProcess runs all scenarios in the process of the test, as a debugger needs it. A
// crash then ends the whole test run. Scenarios with a faulty server, or with agents
// that hang for ever, are skipped.
func InProcess() Option {
	return func(o *options) { o.inProcess = true }
}

// apply returns the Spec with the options applied.
func (o options) apply(spec executor.Spec) executor.Spec {
	if o.bounds != (executor.Bounds{}) {
		spec.Bounds = o.bounds
	}
	spec.Lacks = slices.DeleteFunc(slices.Concat(spec.Lacks, o.lacks), func(c executor.Clause) bool { return slices.Contains(o.claims, c) })
	spec.Waivers = append(slices.Clip(spec.Waivers), o.waivers...)
	if o.policy != "" {
		spec.Policy = o.policy
	}
	return spec
}

// scenarios are those of Only, or all that apply to the executor. The error also names
// what is wrong with the other options.
func (o options) scenarios(spec executor.Spec) ([]scenarios.Scenario, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if len(o.only) == 0 {
		return scenarios.For(spec), nil
	}
	var some []scenarios.Scenario
	for _, name := range o.only {
		s, err := scenarios.Lookup(name)
		if err != nil {
			return nil, fmt.Errorf("scenariotest: Only: %w", err)
		}
		some = append(some, s)
	}
	return some, nil
}

// check returns an error that names what is wrong with Claims and Bounds.
func (o options) check() error {
	var errs []error
	for _, c := range o.claims {
		if c < 1 || int(c) > len(executor.Clauses) {
			errs = append(errs, fmt.Errorf("scenariotest: Claims: no such clause (got %d, want 1 to %d)", int(c), len(executor.Clauses)))
		}
	}
	if b := o.bounds; b.Limit < 0 || b.AgentTimeout < 0 || b.Grace < 0 || b.Buffer < 0 {
		errs = append(errs, fmt.Errorf("scenariotest: Bounds: negative (got %+v, want positive bounds, or zero for those of the Config)", b))
	}
	return errors.Join(errs...)
}

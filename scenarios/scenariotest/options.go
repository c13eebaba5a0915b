package scenariotest

import (
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
	policy    executor.Policy
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

// Policy says which policy the executor has, where it has only one. Every scenario is
// judged by it.
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
	spec.Lacks = append(slices.Clip(spec.Lacks), o.lacks...)
	spec.Waivers = append(slices.Clip(spec.Waivers), o.waivers...)
	if o.policy != "" {
		spec.Policy = o.policy
	}
	return spec
}

// scenarios are those of Only, or the whole catalogue.
func (o options) scenarios() ([]scenarios.Scenario, error) {
	if len(o.only) == 0 {
		return scenarios.Catalogue(), nil
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

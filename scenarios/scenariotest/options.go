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

// Waive accepts that the executor breaks a clause, in the scenarios that are
// named, by name or glob, or in all of them. What it is used for is reported as
// waived, with the reason, which must not be empty, and never as passed.
func Waive(clause executor.Clause, reason string, inScenarios ...string) Option {
	return func(o *options) {
		o.waivers = append(o.waivers, executor.Waiver{Clause: clause, Reason: reason, Scenarios: inScenarios})
	}
}

// WaitsForIgnoring accepts, in one line, what an executor does that waits for
// agents that ignore their context; see judge.WaitsForIgnoring.
func WaitsForIgnoring(reason string) Option {
	return func(o *options) { o.waivers = append(o.waivers, judge.WaitsForIgnoring(reason)...) }
}

// LetsPanicsThrough accepts, in one line, what an executor does that leaves
// panics to the process; see judge.LetsPanicsThrough.
func LetsPanicsThrough(reason string) Option {
	return func(o *options) { o.waivers = append(o.waivers, judge.LetsPanicsThrough(reason)...) }
}

// Lacks declares capabilities that the executor does not have and does not
// claim, by their clauses: they are reported as not applicable.
func Lacks(clauses ...executor.Clause) Option {
	return func(o *options) { o.lacks = append(o.lacks, clauses...) }
}

// Policy says which policy the executor has, where it has only one: every
// scenario is judged by that.
func Policy(p executor.Policy) Option {
	return func(o *options) { o.policy = p }
}

// Only runs the named scenarios instead of all. For one run, -run does the same.
func Only(names ...string) Option {
	return func(o *options) { o.only = append(o.only, names...) }
}

// OverWire runs the wire scenarios too, with a real client against a server that
// misbehaves; package mocks/openai has both:
//
//	scenariotest.OverWire(openai.Serve, openai.Connect)
//
// It is an option because that client takes longer to compile than all the rest.
func OverWire(serve func() (url string, stop func(), err error), connect func(url string, retries int) (mocks.Wire, error)) Option {
	return func(o *options) { o.serve, o.connect = serve, connect }
}

// InProcess runs everything in the process of the test, as a debugger needs it.
// A crash is then the end of the whole run, and not a finding. Scenarios with a
// faulty server, or with agents that hang for ever, are not run.
func InProcess() Option {
	return func(o *options) { o.inProcess = true }
}

// apply adds what the options say to a Spec.
func (o options) apply(spec executor.Spec) executor.Spec {
	spec.Lacks = append(slices.Clip(spec.Lacks), o.lacks...)
	spec.Waivers = append(slices.Clip(spec.Waivers), o.waivers...)
	if o.policy != "" {
		spec.Policy = o.policy
	}
	return spec
}

// scenarios are those that were asked for.
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

// Package scenariotest runs any parallel executor through the whole catalogue of
// scenarios in `go test`, as testing/slogtest does for log handlers.
//
//	func TestExecutor(t *testing.T) {
//		scenariotest.Test(t, func(c executor.Config) executor.ParallelExecutor {
//			return mypackage.New(c)
//		})
//	}
//
// TestSpec does the same for an executor.Spec, which package executor/adapt
// makes of any fan-out of tasks:
//
//	func TestForEach(t *testing.T) {
//		scenariotest.TestSpec(t, adapt.Each(mypackage.ForEach),
//			scenariotest.Policy(executor.FailFast))
//	}
//
// Policy says what the fan-out does when a task fails: return the first error and cancel
// the other tasks (FailFast), wait for all and return the first error (FirstError) or all
// errors (CollectErrors), or return an error only if no task succeeded (BestEffort).
//
// There is one subtest for each scenario, so -run TestExecutor/panic runs one.
// An executor that implements executor.StreamExecutor too, or a Spec with NewStream, also
// runs through the scenarios about streams. For all others these are not applicable.
//
// Scenarios run on virtual time (testing/synctest), where a minute costs nothing and
// bounds are exact. Those that cannot run there use the machine's clock and say so.
//
// # Child processes
//
// Scenarios run in a child process, so that a crash or a hang is a finding. The
// child is the same test binary, started for the same test. There the same call of
// Test does what the parent asks for. TestMain and the code before the call run
// again in the child.
//
// One child runs all scenarios. When a scenario leaves something behind in it, the
// next scenario gets a new child. The child gets the arguments of the test binary
// without the flags of package testing, which say what to test, how often, and where
// to write coverage and profiles. It ends when its parent ends, also after kill -9.
//
// With -cover, scenarios run in the test's own process, so that their code is
// counted, unless an ordinary defect would crash it. With `go test -exec` Test fails,
// because the child would run without that program around it: use InProcess.
package scenariotest

import (
	"testing"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/scenarios/judge"
	"github.com/watertight-go/watertight/scenarios/observe"
)

// Test runs executors through the catalogue. newExecutor builds one for each
// scenario, with that scenario's configuration. On virtual time it is called inside
// the scenario's bubble (see testing/synctest), which sets two rules. The executor
// must not start a goroutine that outlives it. It must not keep channels, contexts
// or timers for the next scenario: they belong to their bubble, and the runtime ends
// a process that uses them in another one. When a child dies for this reason, each
// further scenario gets a child of its own.
//
// A failure names the broken clause with what was observed and what is wanted. It
// shows the timeline of the request, and a stack where one tells the place. A cause
// is shown in full in the first scenario that it fails, and in one line in the others;
// with -v everything is shown.
//
// A subtest
//
//   - passes when each clause holds that the executor claims;
//   - fails when a clause is broken, or could not be judged;
//   - is skipped, with the reason, when a clause is waived, the executor claims none
//     of the clauses, the scenario cannot be run here, or the machine was too slow to
//     judge times.
//
// The last message of the test counts the subtests by result. It lists the causes of
// the failures, with the clauses and scenarios of each, and the waivers that were not
// needed although all their scenarios ran. It says when what was seen fits another
// policy better than the declared one.
func Test(t *testing.T, newExecutor func(executor.Config) executor.ParallelExecutor, opts ...Option) {
	t.Helper()
	TestSpec(t, executor.Spec{
		Name: defaultName,
		New:  func(c executor.Config) (executor.ParallelExecutor, error) { return newExecutor(c), nil },
		NewStream: func(c executor.Config) (executor.StreamExecutor, error) {
			if x, ok := newExecutor(c).(executor.StreamExecutor); ok {
				return x, nil
			}
			return nil, observe.ErrNoStream
		},
	}, opts...)
}

// defaultName is the name of an executor that has none of its own.
const defaultName = "candidate"

// TestSpec is Test for an executor that is described by a Spec.
func TestSpec(t *testing.T, spec executor.Spec, opts ...Option) {
	t.Helper()
	// A context makes its channel when it is first asked for it. If a scenario were
	// the first to ask, the channel of the test's context would belong to its bubble.
	t.Context().Done()
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	spec = o.apply(spec)
	u := &suite{name: t.Name(), ordinal: ordinalOf(t), spec: spec, opts: o}
	if c := servedCall(); c != nil {
		if c.Test == u.name && c.Ordinal == u.ordinal {
			serve(t, spec, o)
		}
		return // a child serves one call of Test
	}
	all, err := o.scenarios(spec)
	if err == nil {
		err = judge.CheckSpec(spec)
	}
	if err != nil {
		t.Fatal(err)
	}
	if found := child.UnderExec(); found != "" && !o.inProcess {
		t.Fatal("scenariotest: go test -exec: " + found + ", and child processes would run without that program: run the tests without it, or in this process with scenariotest.InProcess()")
	}
	defer u.close()
	for _, s := range all {
		if s.Consumer != nil && u.noStreams {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Helper() // so that messages name the line of the caller
			u.test(t, s)
		})
	}
	t.Log(u.summary(len(all)))
}

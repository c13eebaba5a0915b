package scenariotest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
	"github.com/watertight-go/watertight/scenarios/observe"
)

// attempts is how often a cell on real time is run while the machine's timers
// are too late to judge it.
const attempts = 5

const (
	// stall is for how long virtual time may stand still before a cell is run on
	// the machine's clock instead: a crowd may compute for some of it.
	stall = 3 * time.Second
	// stalls is after how many of them virtual time is no longer tried.
	stalls = 2
)

// errNotRun says in words why a scenario was not run, where that is nobody's fault.
var errNotRun = errors.New("not run")

// suite is one call of Test under way.
type suite struct {
	name    string // of the test that called
	ordinal int    // of the call in it
	spec    executor.Spec
	opts    options

	// child runs the cells; nil until the first, and after one that it did not
	// come out of as it went in.
	child *child.Worker
	// last is the scenario that the child was last asked for.
	last    string
	stalled int
	// alone says that every cell gets a child of its own; see kept.
	alone bool
	// url and stopServer are the faulty server's, once there was a wire scenario.
	url        string
	stopServer func()
	tally      tally
}

// close ends what the suite started.
func (u *suite) close() {
	u.drop()
	if u.stopServer != nil {
		u.stopServer()
	}
}

func (u *suite) drop() {
	if u.child != nil {
		u.child.Stop()
		u.child = nil
	}
}

// run observes the executor in the scenario and judges it.
func (u *suite) run(t *testing.T, s scenarios.Scenario) (scenarios.Cell, error) {
	o, err := u.observe(t, s)
	if err != nil {
		return scenarios.Cell{}, err
	}
	v := judge.Judge(s, o)
	return scenarios.Cell{Observation: o, Verdict: judge.Waive(v, u.spec.Waivers...)}, nil
}

// observe chooses the process.
func (u *suite) observe(t *testing.T, s scenarios.Scenario) (scenarios.Observation, error) {
	switch {
	case s.OnWire() && u.opts.connect == nil:
		return scenarios.Observation{}, fmt.Errorf("%w: it needs a real client: scenariotest.OverWire(openai.Serve, openai.Connect)", errNotRun)
	case s.OnWire() && u.opts.inProcess:
		return scenarios.Observation{}, fmt.Errorf("%w: the server would be in the process that is looked at", errNotRun)
	case s.Forever() && u.opts.inProcess:
		return scenarios.Observation{}, fmt.Errorf("%w: its agents would hang in this process for ever", errNotRun)
	case u.opts.inProcess || counted(s):
		return u.here(t, s)
	}
	return u.inChild(t, s)
}

// counted says that the cell runs in this process although it could run in a
// child, since code that runs in a child does not count for -cover. An ordinary
// defect crashes nothing there.
func counted(s scenarios.Scenario) bool {
	return testing.CoverMode() != "" && !s.MayCrash && s.RealTime == ""
}

// here observes the cell in this process. Where virtual time stands still it
// goes over to the machine's clock, and after some such cells begins with that.
func (u *suite) here(t *testing.T, s scenarios.Scenario) (scenarios.Observation, error) {
	if s.RealTime != "" || u.stalled >= stalls {
		return onRealTime(t.Context(), s, u.spec, nil)
	}
	o, err := observe.InBubbleOrStall(t, s, u.spec, observe.Options{Race: raceEnabled}, stall)
	if !isStall(err) {
		return o, err
	}
	u.stalled++
	o, realErr := onRealTime(t.Context(), s, u.spec, nil)
	o.Warnings = append(o.Warnings, err.Error())
	return o, realErr
}

// onRealTime observes the cell on the machine's clock, again and again while the
// machine is too late to tell.
func onRealTime(ctx context.Context, s scenarios.Scenario, spec executor.Spec, wire func(int) (mocks.Wire, error)) (o scenarios.Observation, err error) {
	for i := range attempts {
		o, err = observe.Run(context.WithoutCancel(ctx), s, spec, observe.Options{Race: raceEnabled, Wire: wire})
		if err != nil {
			return o, err
		}
		o.Control.Repeats = i
		if !judge.NeedsRepeat(o) || judge.Judge(s, o).Status() == scenarios.Pass {
			break
		}
	}
	why := s.RealTime
	if why == "" {
		why = "virtual time had stood still before"
	}
	o.Warnings = append(o.Warnings, "on real time: "+why)
	return o, nil
}

// inChild asks the child for the cell, and starts one where there is none.
func (u *suite) inChild(t *testing.T, s scenarios.Scenario) (scenarios.Observation, error) {
	j := job{Scenario: s.Name, Real: u.stalled >= stalls}
	if s.OnWire() {
		if err := u.serve(); err != nil {
			return scenarios.Observation{}, err
		}
		j.URL = u.url
	}
	if err := u.ready(t); err != nil {
		return scenarios.Observation{}, fmt.Errorf("scenariotest: %w", err)
	}
	u.last = s.Name
	r, crash, err := u.ask(t, j)
	if err != nil || crash != nil || r.Dirty || len(r.Observation.Races) > 0 || u.alone {
		u.drop()
	}
	switch {
	case err != nil:
		return scenarios.Observation{}, fmt.Errorf("scenariotest: %w", err)
	case kept(crash) && !u.alone:
		u.alone = true
		o, err := u.inChild(t, s)
		o.Warnings = append(o.Warnings, "run again in a process of its own, as every scenario from here on: "+crash.Message)
		return o, err
	case crash != nil:
		return dead(u.spec, s, crash), nil
	case r.Trouble != "":
		return scenarios.Observation{}, errors.New(r.Trouble)
	case r.Stalled && !j.Real:
		return u.again(t, s, r.Observation)
	}
	return r.Observation, nil
}

// ready sees to it that there is a child that can be asked.
func (u *suite) ready(t *testing.T) (err error) {
	if u.child != nil {
		if died := u.child.Died(); died != nil {
			t.Errorf("scenariotest: when scenario %s was over, its process died: %s", u.last, death(died).Message)
			u.drop()
		}
	}
	if u.child == nil {
		u.child, err = u.startChild(t)
	}
	return err
}

// kept says that the process may have died because one child serves several
// bubbles: channels belong to the one that they were made in, WaitGroups to that
// which they count in, and the runtime ends a process that uses them in another.
// A context from before the call of Test is enough, as it makes its channel when
// it is first asked for it. With a process for each cell that cannot be, so what
// dies of it there is the executor's fault.
func kept(crash *scenarios.Crash) bool {
	return crash != nil && crash.Kind == "fatal" && strings.Contains(crash.Message, "synctest")
}

// again runs a cell, in which virtual time stood still, on the machine's clock.
// A race that was reported before it did is one all the same.
func (u *suite) again(t *testing.T, s scenarios.Scenario, stood scenarios.Observation) (scenarios.Observation, error) {
	u.stalled++
	before := u.stalled
	u.stalled = stalls
	o, err := u.inChild(t, s)
	u.stalled = before
	o.Warnings = append(o.Warnings, stood.Warnings...)
	o.Races = append(o.Races, stood.Races...)
	return o, err
}

// serve starts the faulty server, once.
func (u *suite) serve() error {
	if u.url != "" {
		return nil
	}
	var err error
	if u.url, u.stopServer, err = u.opts.serve(); err != nil {
		return fmt.Errorf("scenariotest: start the server of the wire scenarios: %w", err)
	}
	return nil
}

// dead is the observation of a cell whose process died.
func dead(spec executor.Spec, s scenarios.Scenario, crash *scenarios.Crash) scenarios.Observation {
	o := scenarios.Observation{Executor: spec.Name, Scenario: s.Name, Clock: scenarios.VirtualClock, Race: raceEnabled, Crash: crash}
	if s.RealTime != "" {
		o.Clock = scenarios.RealClock
	}
	for _, c := range spec.Lacks {
		o.Setup.Lacks = append(o.Setup.Lacks, int(c))
	}
	return o
}

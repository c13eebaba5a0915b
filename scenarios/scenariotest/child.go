package scenariotest

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/internal/repeat"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
)

const (
	// deadline is how long a cell may take in a child.
	deadline = 40 * time.Second
	// ready is how long a child may take to come to the call of Test: TestMain and
	// what stands before the call run again.
	ready = 2 * time.Minute
	// maxStacks bounds what an observation keeps of a dead child's output.
	maxStacks = 4 << 10
)

// job is what the parent asks of a child.
type job struct {
	Scenario string `json:"scenario"`
	// Real asks for the machine's clock where virtual time would do.
	Real bool `json:"real,omitempty"`
	// URL is the faulty server's.
	URL string `json:"url,omitempty"`
	// Constructor is how long the executor's constructor may take there.
	Constructor time.Duration `json:"constructorNs,omitempty"`
	// Patience is that of the scenario's load, where it is more.
	Patience time.Duration `json:"patienceNs,omitempty"`
}

// reply is the child's answer to a job.
type reply struct {
	Observation scenarios.Observation `json:"observation"`
	// Stalled says that virtual time stood still, so that nothing was observed.
	Stalled bool `json:"stalled,omitempty"`
	// Hang says what hangs, so that nothing was observed.
	Hang *hang `json:"hang,omitempty"`
	// Dirty says that the cell left state behind in the process, which should not
	// run another one.
	Dirty bool `json:"dirty,omitempty"`
	// Raced says that the race detector has reported something since the call of
	// Test was reached, whatever became of the report.
	Raced bool `json:"raced,omitempty"`
	// Trouble is why the cell could not be observed.
	Trouble string `json:"trouble,omitempty"`
}

// inChild observes the cell in a child.
func (u *suite) inChild(t *testing.T, s scenarios.Scenario, j job) (scenarios.Observation, error) {
	if s.OnWire() {
		if err := u.serve(); err != nil {
			return scenarios.Observation{}, err
		}
		j.URL = u.url
	}
	j.Scenario, j.Constructor = s.Name, u.constructorWait()
	var before []job
	if u.child != nil {
		before = u.history
	}
	r, err := u.judgeable(t, s, j)
	if err == nil && (r.Stalled || r.Hang != nil) {
		r, err = u.confirm(t, s, j, before, r)
	}
	return r.result(err)
}

// result is the observation, or why there is none.
func (r reply) result(err error) (scenarios.Observation, error) {
	switch {
	case err != nil:
		return scenarios.Observation{}, fmt.Errorf("scenariotest: %w", err)
	case r.Trouble != "":
		return scenarios.Observation{}, errors.New(r.Trouble)
	}
	return r.Observation, nil
}

// judgeable asks for a cell, and again where the machine may be the cause of a failure;
// see package repeat.
func (u *suite) judgeable(t *testing.T, s scenarios.Scenario, j job) (reply, error) {
	var runs repeat.Cell
	r, err := u.ask(t, s, j)
	for err == nil && r.ended() && runs.Again(judgedBy(s, r.Observation), &r.Observation) {
		if judge.NeedsRepeat(r.Observation) {
			j.Patience = longPatience
		}
		r, err = u.ask(t, s, j)
	}
	return r, err
}

// ended says that the cell was observed to its end.
func (r reply) ended() bool {
	return !r.Stalled && r.Hang == nil && r.Trouble == "" && r.Observation.Crash == nil
}

// longPatience is how long callers are waited for where it is not sure that one of
// them hangs. It is less than callWait.
const longPatience = 2500 * time.Millisecond

// ask asks the child for the cell, and starts one where there is none. A child that
// dies is an observation and no error.
func (u *suite) ask(t *testing.T, s scenarios.Scenario, j job) (reply, error) {
	if err := u.ready(t); err != nil {
		return reply{}, err
	}
	u.last = s.Name
	r, crash, err := u.askOnce(t, j)
	if err != nil || crash != nil || r.Dirty || len(r.Observation.Races) > 0 || u.alone {
		u.drop()
	} else {
		u.history = append(u.history, j)
	}
	switch {
	case err != nil:
		return reply{}, err
	case usedInTwoBubbles(crash) && !u.alone:
		u.alone = true
		r, err := u.ask(t, s, j)
		r.Observation.Warnings = append(r.Observation.Warnings, "run again in a process of its own, as every scenario from here on: "+crash.Message)
		return r, err
	case crash != nil:
		r.Observation = blank(u.spec, s)
		r.Observation.Crash = crash
	case r.Hang != nil:
		o := r.Hang.observation(u.spec, s)
		o.Warnings, o.Races = append(o.Warnings, r.Observation.Warnings...), r.Observation.Races
		r.Observation = o
	}
	return r, nil
}

// ready starts a child where there is none, or where the last one has died.
func (u *suite) ready(t *testing.T) (err error) {
	if u.child != nil {
		if died := u.child.Died(); died != nil {
			t.Errorf("scenariotest: scenario %s: its process died after the scenario had ended: %s", u.last, death(died).Message)
			u.drop()
		}
	}
	if u.child == nil {
		u.child, err = u.startChild(t)
		u.history = nil
	}
	return err
}

// usedInTwoBubbles says that the process may have died because it served several
// cells. On virtual time each cell is a bubble of testing/synctest. A channel
// belongs to the bubble that made it, and a WaitGroup to the bubble that first
// counted in it. The runtime ends a process that uses one in another bubble. It is
// enough that the executor keeps a context: that makes its channel when it is
// first asked for it. Where each cell has a process of its own, only the executor
// can be the cause.
func usedInTwoBubbles(crash *scenarios.Crash) bool {
	return crash != nil && crash.Kind == "fatal" && strings.Contains(crash.Message, "synctest")
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

// startChild returns a worker that has come to the call of Test.
func (u *suite) startChild(t *testing.T) (*child.Worker, error) {
	address := call{u.name, u.ordinal}
	w, err := child.StartWorker(t.Context(), child.Spec{
		Args: child.TestArgs(os.Args[1:], u.name),
		Dir:  startedIn,
		// Everything that could race has ended when the process ends, and to wait
		// 1 s in each for more is much.
		Env:      []string{callVariable + "=" + address.encode(), child.RaceSettings("atexit_sleep_ms=10")},
		Deadline: deadline,
		Ready:    ready,
	})
	switch {
	case errors.Is(err, child.ErrNotReady):
		return nil, fmt.Errorf("the child process did not come to this call of Test; TestMain and what stands before the call run again in it: %w", err)
	case err != nil:
		return nil, fmt.Errorf("run this test binary again as a child: %w (with go test -exec, run the binary itself, or use scenariotest.InProcess)", err)
	}
	return w, nil
}

// askOnce runs one cell in the child, which may die of it.
func (u *suite) askOnce(t *testing.T, j job) (reply, *scenarios.Crash, error) {
	var r reply
	died, err := u.child.Ask(t.Context(), j, &r)
	if err != nil {
		return reply{}, nil, fmt.Errorf("scenario %s: %w", j.Scenario, err)
	}
	races := child.Races
	if r.Raced {
		races = child.CountedRaces
	}
	r.Observation.Races = append(r.Observation.Races, races(u.child.Output())...)
	if died == nil {
		return r, nil, nil
	}
	return r, death(died), nil
}

func death(r *child.Result) *scenarios.Crash {
	c := scenarios.Crash(r.Crash(maxStacks))
	return &c
}

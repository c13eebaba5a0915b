package scenariotest

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/scenarios"
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
}

// reply is the child's answer to a job.
type reply struct {
	Observation scenarios.Observation `json:"observation"`
	// Stalled says that virtual time stood still, so that nothing was observed.
	Stalled bool `json:"stalled,omitempty"`
	// Dirty says that the cell left state behind in the process, which should not
	// run another one.
	Dirty bool `json:"dirty,omitempty"`
	// Raced says that the race detector has reported something since the call of
	// Test was reached, whatever became of the report.
	Raced bool `json:"raced,omitempty"`
	// Trouble is why the cell could not be observed.
	Trouble string `json:"trouble,omitempty"`
}

// inChild asks the child for the cell, and starts one where there is none.
func (u *suite) inChild(t *testing.T, s scenarios.Scenario) (scenarios.Observation, error) {
	j := job{Scenario: s.Name, Real: u.stalls >= maxStalls}
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
	case usedInTwoBubbles(crash) && !u.alone:
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

// again runs a cell on the machine's clock after virtual time stood still in it.
// Races that were reported before that count as well.
func (u *suite) again(t *testing.T, s scenarios.Scenario, stood scenarios.Observation) (scenarios.Observation, error) {
	u.stalls++
	before := u.stalls
	u.stalls = maxStalls
	o, err := u.inChild(t, s)
	u.stalls = before
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

// ask runs one cell in the child. A child that dies is an observation and no
// error.
func (u *suite) ask(t *testing.T, j job) (reply, *scenarios.Crash, error) {
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

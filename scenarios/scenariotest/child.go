package scenariotest

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

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

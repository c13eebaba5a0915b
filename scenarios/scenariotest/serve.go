package scenariotest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"testing"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// callVariable tells a test binary that it is a child, and which call of Test
// it is for.
const callVariable = "WATERTIGHT_TEST_CALL"

// call is the address of one call of Test, and the mark that the child writes
// when it has something to say.
type call struct {
	Test    string `json:"test"`
	Ordinal int    `json:"ordinal"`
	Mark    string `json:"mark"`
}

func (c call) encode() string {
	data, err := json.Marshal(c)
	if err != nil { // two strings and a number always marshal
		panic(err)
	}
	return string(data)
}

// What the process was like when it started: tests may change it.
var (
	startedIn, _ = os.Getwd()
	stdin        = os.Stdin
	stdout       = os.Stdout
	// servedCall is nil in an ordinary process. The variable is taken out of the
	// environment, so that processes which the executor starts are no children.
	servedCall = sync.OnceValue(func() *call {
		text, ok := os.LookupEnv(callVariable)
		if !ok {
			return nil
		}
		_ = os.Unsetenv(callVariable)
		c := &call{}
		if err := json.Unmarshal([]byte(text), c); err != nil {
			fmt.Fprintf(os.Stderr, "scenariotest: %s: %v\n", callVariable, err)
			os.Exit(childGone)
		}
		return c
	})
)

const childGone = 3

// serve is the child's side: it runs the cells that it is asked for, and does
// not return. The process ends without the clean-up of the tests around it, at
// the end of its standard input: the parent is done, or gone.
func serve(t *testing.T, spec executor.Spec, o options) {
	jobs := make(chan string)
	go func() {
		lines := bufio.NewScanner(stdin)
		for lines.Scan() {
			jobs <- lines.Text()
		}
		os.Exit(0)
	}()
	races := raceErrors() // of what stands before the call
	// The cell's goroutines begin with a clean slate of labels and a name.
	fmt.Fprintf(stdout, "\n%s\n", servedCall().Mark)
	for line := range jobs {
		if err := serveOne(t, spec, o, line, races); err != nil {
			fmt.Fprintf(os.Stderr, "scenariotest: child: %v\n", err)
			os.Exit(childGone)
		}
		fmt.Fprintf(stdout, "\n%s\n", servedCall().Mark)
	}
}

// overdue is what a child says that ends itself at its deadline.
const overdue = "scenariotest: the cell's deadline is over"

func serveOne(t *testing.T, spec executor.Spec, o options, line string, races int) error {
	var j job
	if err := json.Unmarshal([]byte(line), &j); err != nil {
		return err
	}
	s, err := scenarios.Lookup(j.Scenario)
	if err != nil {
		return err
	}
	watchdog := time.AfterFunc(deadline, func() {
		debug.SetTraceback("all")
		panic(overdue)
	})
	defer watchdog.Stop()
	r := answer(t, s, spec, o, j)
	r.Raced = raceErrors() > races
	r.Soiled = r.Soiled || r.Raced
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return os.WriteFile(j.Reply, data, 0o600)
}

// answer observes the cell.
func answer(t *testing.T, s scenarios.Scenario, spec executor.Spec, o options, j job) (r reply) {
	var err error
	if j.Real || s.RealTime != "" {
		r.Observation, err = onRealTime(t.Context(), s, spec, func(retries int) (mocks.Wire, error) {
			return o.connect(j.URL, retries)
		})
	} else {
		r.Observation, err = scenarios.ObserveOrStall(t, s, spec, scenarios.Options{Race: raceEnabled}, stall)
	}
	if isStall(err) {
		return reply{Stalled: true, Soiled: true, Observation: scenarios.Observation{Warnings: []string{err.Error()}}}
	}
	if err != nil {
		return reply{Trouble: err.Error()}
	}
	r.Soiled = r.Observation.Released.Leak.Goroutines > 0 || leftBubble(r.Observation) || t.Failed()
	return r
}

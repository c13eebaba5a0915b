package scenariotest

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"testing"
)

// callVariable tells a test binary that it is a child, and which call of Test
// it is for.
const callVariable = "WATERTIGHT_TEST_CALL"

// call is the address of one call of Test.
type call struct {
	Test    string `json:"test"`
	Ordinal int    `json:"ordinal"`
}

func (c call) encode() string {
	data, err := json.Marshal(c)
	if err != nil { // a string and a number always marshal
		panic(err)
	}
	return string(data)
}

// startedIn is the working folder at the start of the process: tests may change it.
var startedIn, _ = os.Getwd()

// servedCall is the call of Test that this process serves; nil where it is no
// child. The variable is taken out of the environment, so that processes which
// the executor starts are no children.
var servedCall = sync.OnceValue(func() *call {
	text, ok := os.LookupEnv(callVariable)
	if !ok {
		return nil
	}
	_ = os.Unsetenv(callVariable)
	c := &call{}
	if err := json.Unmarshal([]byte(text), c); err != nil {
		fmt.Fprintf(os.Stderr, "scenariotest: %s: got %q, want what the parent wrote: %v\n", callVariable, text, err)
		os.Exit(2)
	}
	return c
})

// calls counts the calls of Test within one run of one test.
var calls = struct {
	sync.Mutex
	of map[*testing.T]int
}{of: map[*testing.T]int{}}

// ordinalOf is the number of this call of Test in its test, from 1. It starts
// anew when the test is run again, as with -count.
func ordinalOf(t *testing.T) int {
	calls.Lock()
	defer calls.Unlock()
	if calls.of[t] == 0 {
		t.Cleanup(func() {
			calls.Lock()
			defer calls.Unlock()
			delete(calls.of, t)
		})
	}
	calls.of[t]++
	return calls.of[t]
}

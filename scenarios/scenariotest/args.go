package scenariotest

import (
	"errors"
	"flag"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/watertight-go/watertight/scenarios"
)

// arguments are this process's own, without package testing's: what to test,
// how often, and where to write profiles and coverage, which a child must not
// overwrite. -short stays, and so does everything that is the user's.
func arguments(own []string, test string) []string {
	var names []string
	for name := range strings.SplitSeq(test, "/") {
		names = append(names, "^"+regexp.QuoteMeta(name)+"$")
	}
	args := []string{
		"-test.run=" + strings.Join(names, "/"), "-test.count=1", "-test.timeout=0",
		"-test.cpu=" + strconv.Itoa(runtime.GOMAXPROCS(0)),
	}
	if testing.Short() {
		args = append(args, "-test.short")
	}
	for i := 0; i < len(own); i++ {
		name, _, hasValue := strings.Cut(strings.TrimLeft(own[i], "-"), "=")
		switch {
		case own[i] == "--" || !strings.HasPrefix(own[i], "-"):
			return append(args, own[i:]...) // no flags any more
		case !strings.HasPrefix(name, "test."):
			args = append(args, own[i])
			if !hasValue && takesValue(name) && i+1 < len(own) {
				i++
				args = append(args, own[i])
			}
		case !hasValue && takesValue(name):
			i++
		}
	}
	return args
}

// takesValue says that the flag's value may be the next argument.
func takesValue(name string) bool {
	f := flag.Lookup(name)
	if f == nil {
		return false
	}
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	return !ok || !b.IsBoolFlag()
}

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

func isStall(err error) bool { return errors.Is(err, scenarios.ErrStalled) }

// leftBubble says that the cell's bubble could not be left: its goroutines stay.
func leftBubble(o scenarios.Observation) bool {
	for _, w := range o.Warnings {
		if strings.HasPrefix(w, scenarios.BubbleLeft) {
			return true
		}
	}
	return false
}

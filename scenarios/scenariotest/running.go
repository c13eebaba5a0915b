package scenariotest

import (
	"reflect"
	"runtime"
	"strings"

	"github.com/watertight-go/watertight/scenarios/observe"
)

// place is the function of the executor that a goroutine is in.
type place string

const (
	inNew  place = "New"
	inCall place = "ExecuteParallel"
)

// goroutine is one that is in a function of an executor.
type goroutine struct {
	in place
	// number and state are from its header, as in "7" and "chan receive, 2 minutes".
	number, state, stack string
}

func (g goroutine) key() string { return g.number + string(g.in) }

// observing begins the names of the functions that call an executor.
var observing = "\n" + reflect.TypeFor[observe.Options]().PkgPath() + ".(*cell)."

// running are the goroutines of this process that build or call an executor on the
// machine's clock. Those in a bubble are not among them.
func running() (all []goroutine) {
	for block := range strings.SplitSeq(dump(), "\n\n") {
		header, _, _ := strings.Cut(block, "\n")
		if strings.Contains(header, "synctest bubble") {
			continue
		}
		number, state, _ := strings.Cut(strings.TrimPrefix(header, "goroutine "), " ")
		g := goroutine{number: number, state: strings.Trim(state, "[]:"), stack: block}
		switch {
		case strings.Contains(block, observing+"build("):
			g.in = inNew
		case strings.Contains(block, observing+"call("):
			g.in = inCall
		default:
			continue
		}
		all = append(all, g)
	}
	return all
}

// dump is the stacks of all goroutines.
func dump() string {
	for size := 1 << 20; ; size *= 2 {
		text := make([]byte, size)
		if n := runtime.Stack(text, true); n < size || size >= 64<<20 {
			return string(text[:n])
		}
	}
}

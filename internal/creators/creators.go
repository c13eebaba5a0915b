// Package creators reads execution traces for one thing: which go statement started the
// goroutines that began meanwhile.
package creators

import (
	"golang.org/x/exp/trace"

	"github.com/watertight-go/watertight/profiles"
)

// Of are the go statements of a trace, by the first function of the goroutine. Where
// several start the same function, it is the most frequent one; of a function of a
// library, such as that of WaitGroup.Go, there is none then. The statement is that
// of the user's code: a library such as errgroup starts goroutines for it.
func Of(data []byte) (map[string]profiles.Frame, error) {
	counts := map[started]map[profiles.Frame]int{}
	err := eachEvent(data, func(e trace.Event) {
		if first, at, ok := creation(e); ok {
			if counts[first] == nil {
				counts[first] = map[profiles.Frame]int{}
			}
			counts[first][at]++
		}
	})
	return mostFrequent(counts), err
}

// started is the first function of a goroutine.
type started struct {
	function string
	library  bool
}

// creation is the go statement of an event, with the function that it starts.
func creation(e trace.Event) (first started, at profiles.Frame, ok bool) {
	t, ok := begins(e)
	if !ok {
		return first, at, false
	}
	for _, x := range framesOf(t.Stack) {
		first = started{x.Function, x.Standard() || x.Dependency()}
	}
	statement := framesOf(e.Stack())
	for _, x := range statement {
		if !x.Standard() && !x.Dependency() {
			return first, x, first.function != ""
		}
	}
	if len(statement) == 0 {
		return first, at, false
	}
	return first, statement[0], first.function != ""
}

func mostFrequent(counts map[started]map[profiles.Frame]int) map[string]profiles.Frame {
	found := map[string]profiles.Frame{}
	for first, all := range counts {
		if first.library && len(all) > 1 {
			continue
		}
		most := 0
		for at, n := range all {
			if n > most || n == most && at.Line < found[first.function].Line {
				found[first.function], most = at, n
			}
		}
	}
	return found
}

// Package creators reads execution traces for one thing: which go statement started the
// goroutines that began meanwhile.
package creators

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"golang.org/x/exp/trace"

	"github.com/watertight-go/watertight/profiles"
)

// Of are the go statements of a trace, by the first function of the goroutine. Where
// several start the same function, it is the most frequent one; of a function of a
// library, such as that of WaitGroup.Go, there is none then. The statement is that
// of the user's code: a library such as errgroup starts goroutines for it.
func Of(data []byte) (found map[string]profiles.Frame, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("trace: the parser panicked: %v", r)
		}
	}()
	r, err := trace.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("trace: %w", err)
	}
	counts := map[started]map[profiles.Frame]int{}
	for {
		e, err := r.ReadEvent()
		if errors.Is(err, io.EOF) {
			return mostFrequent(counts), nil
		}
		if err != nil {
			return mostFrequent(counts), fmt.Errorf("trace: %w", err)
		}
		if first, at, ok := creation(e); ok {
			if counts[first] == nil {
				counts[first] = map[profiles.Frame]int{}
			}
			counts[first][at]++
		}
	}
}

// started is the first function of a goroutine.
type started struct {
	function string
	library  bool
}

// creation is the go statement of an event, with the function that it starts.
func creation(e trace.Event) (first started, at profiles.Frame, ok bool) {
	if e.Kind() != trace.EventStateTransition {
		return first, at, false
	}
	t := e.StateTransition()
	if t.Resource.Kind != trace.ResourceGoroutine {
		return first, at, false
	}
	if from, to := t.Goroutine(); from != trace.GoNotExist || to != trace.GoRunnable {
		return first, at, false
	}
	for f := range t.Stack.Frames() {
		x := profiles.Frame{Function: f.Func, File: f.File, Line: int64(f.Line)}
		first = started{f.Func, x.Standard() || x.Dependency()}
	}
	for f := range e.Stack().Frames() {
		x := profiles.Frame{Function: f.Func, File: f.File, Line: int64(f.Line)}
		if !ok {
			at, ok = x, true
		}
		if !x.Standard() && !x.Dependency() {
			at = x
			break
		}
	}
	return first, at, ok && first.function != ""
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

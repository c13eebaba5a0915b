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
// several start the same function, it is the most frequent one. The statement is that
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
	counts := map[string]map[profiles.Frame]int{}
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

// creation is the go statement of an event, with the function that it starts.
func creation(e trace.Event) (first string, at profiles.Frame, ok bool) {
	if e.Kind() != trace.EventStateTransition {
		return "", at, false
	}
	t := e.StateTransition()
	if t.Resource.Kind != trace.ResourceGoroutine {
		return "", at, false
	}
	if from, to := t.Goroutine(); from != trace.GoNotExist || to != trace.GoRunnable {
		return "", at, false
	}
	for f := range t.Stack.Frames() {
		first = f.Func
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
	return first, at, ok && first != ""
}

func mostFrequent(counts map[string]map[profiles.Frame]int) map[string]profiles.Frame {
	found := map[string]profiles.Frame{}
	for first, all := range counts {
		most := 0
		for at, n := range all {
			if n > most || n == most && at.Line < found[first].Line {
				found[first], most = at, n
			}
		}
	}
	return found
}

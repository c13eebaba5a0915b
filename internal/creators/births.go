package creators

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"golang.org/x/exp/trace"

	"github.com/watertight-go/watertight/profiles"
)

// Birth is the start of a goroutine.
type Birth struct {
	// Parent is the goroutine that ran the go statement.
	Parent int64
	// Stack is that of the go statement, leaf first.
	Stack []profiles.Frame
}

// Births are the goroutines that began during a trace, by ID. With an error it returns
// those before it.
func Births(data []byte) (all map[int64]Birth, err error) {
	all = map[int64]Birth{}
	err = eachEvent(data, func(e trace.Event) {
		if t, ok := begins(e); ok {
			all[int64(t.Resource.Goroutine())] = Birth{int64(e.Goroutine()), framesOf(e.Stack())}
		}
	})
	return all, err
}

// eachEvent reads a trace. A panic of the parser is an error.
func eachEvent(data []byte, do func(trace.Event)) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("trace: the parser panicked: %v", r)
		}
	}()
	r, err := trace.NewReader(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	for {
		e, err := r.ReadEvent()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("trace: %w", err)
		}
		do(e)
	}
}

// begins reports whether a goroutine begins with an event.
func begins(e trace.Event) (t trace.StateTransition, ok bool) {
	if e.Kind() != trace.EventStateTransition {
		return t, false
	}
	t = e.StateTransition()
	if t.Resource.Kind != trace.ResourceGoroutine {
		return t, false
	}
	from, to := t.Goroutine()
	return t, from == trace.GoNotExist && to == trace.GoRunnable
}

func framesOf(s trace.Stack) (all []profiles.Frame) {
	for f := range s.Frames() {
		all = append(all, profiles.Frame{Function: f.Func, File: f.File, Line: int64(f.Line)})
	}
	return all
}

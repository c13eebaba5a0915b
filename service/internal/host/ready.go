package host

import (
	"context"
	"fmt"
	"time"

	"github.com/watertight-go/watertight/internal/plural"
)

// answerWithin bounds an answer to the ready check, askEvery is the interval.
const (
	answerWithin = time.Second
	askEvery     = 50 * time.Millisecond
)

// awaitReady waits until the service is ready; nil means that it is.
func (p *Process) awaitReady(ctx context.Context, s Spec) *Error {
	within := s.ReadyWithin
	if within <= 0 {
		within = readyWithin
	}
	asking, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	go func() {
		select {
		case <-p.ended:
			cancel()
		case <-asking.Done():
		}
	}()
	last := p.askUntilReady(asking, s)
	select {
	case <-p.ended:
		return p.diedEarly()
	default:
	}
	if last != nil {
		return failed("never ready within %s (last answer: %s)", within, shorten(last.Error()))
	}
	return nil
}

// askUntilReady returns nil, or the last answer before ctx has ended.
func (p *Process) askUntilReady(ctx context.Context, s Spec) error {
	var last error
	for {
		err := s.ask(ctx)
		if err == nil {
			return nil
		}
		if last == nil || ctx.Err() == nil {
			last = err
		}
		select {
		case <-ctx.Done():
			return last
		case <-time.After(askEvery):
		}
	}
}

// ask asks once.
func (s Spec) ask(ctx context.Context) error {
	asking, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	var err error
	switch {
	case s.Ready != nil:
		err = s.Ready(asking)
	case s.Addr != "":
		err = accepts(asking, s.Addr)
	}
	if err != nil && asking.Err() != nil && ctx.Err() == nil {
		return fmt.Errorf("none within %s", answerWithin)
	}
	return err
}

// diedEarly says how the service ended.
func (p *Process) diedEarly() *Error {
	e := failed("ended before it was ready: %s", p.End().Sentence)
	if n := p.Processes(); n > 0 {
		e.Sentence += fmt.Sprintf(", and left %s: let the service run in the foreground", plural.Count(n, "child process"))
	}
	return e
}

package mocks

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// Emit answers piece by piece: n pieces, each d after the one before, and then the end.
// A negative n never ends. It checks its context between two pieces.
func Emit(n int, d time.Duration) Fault { return EmitThen(n, d, Respond(0)) }

// EmitThen emits n pieces, each d after the one before, and then does what end does: it
// hangs, fails, panics or exits in mid-stream. The end of an Emit is that of a healthy
// agent. The fields IgnoresContext and Forever are those of end.
func EmitThen(n int, d time.Duration, end Fault) Fault {
	return streaming(fmt.Sprintf("%s, then %s", pieces(n, d), end.Name), end, func(next action) streamAction {
		return func(ctx context.Context, c *call, emit emit) error {
			if err := emitEvery(ctx, c, emit, n, d); err != nil {
				return err
			}
			_, err := next(ctx, c)
			return err
		}
	})
}

// EmitIgnoring emits a piece every d for ever and ignores its context. It ends when the
// consumer refuses a piece, and with Release.
func EmitIgnoring(d time.Duration) Fault {
	return streaming(pieces(-1, d)+", ignoring the context", HangIgnoring(), func(action) streamAction {
		return func(_ context.Context, c *call, emit emit) error {
			return emitEvery(context.Background(), c, emit, -1, d)
		}
	})
}

// EmitHuge emits n pieces of that many bytes or a few more.
func EmitHuge(n, bytes int) Fault {
	f := Emit(n, 0)
	f.Name = fmt.Sprintf("%d pieces of %d bytes", n, bytes)
	f.padding = bytes
	return f
}

// EmitAfterEnd emits n pieces and ends. A goroutine of its own emits one more, d after
// that, as a client does whose callbacks come late. The state of a range loop, which that
// goroutine reads, is not synchronized: with the race detector on there is no late piece.
func EmitAfterEnd(n int, d time.Duration) Fault {
	return streaming(fmt.Sprintf("%s, the end, and one more %v later", pieces(n, 0), d), Respond(0), func(action) streamAction {
		return func(ctx context.Context, c *call, emit emit) error {
			if err := emitEvery(ctx, c, emit, n, 0); err != nil {
				return err
			}
			if !raceEnabled {
				c.runner.later(d, func() { emit(c.piece(n)) })
			}
			return nil
		}
	})
}

// streamAction is what happens in one call of a stream: it emits pieces. Without an
// error the stream is whole.
type streamAction func(ctx context.Context, c *call, emit emit) error

// emit hands a piece to the consumer. It returns false when the consumer wants no more.
type emit func(delta string) bool

// streaming is a fault that emits pieces and does what end does.
func streaming(name string, end Fault, around func(end action) streamAction) Fault {
	f := end
	f.Name = name
	f.newStream = func() streamAction { return around(end.action()) }
	return f
}

func pieces(n int, d time.Duration) string {
	switch every := every(d); {
	case n < 0:
		return "a piece" + every + " for ever"
	case n == 1:
		return "1 piece" + every
	default:
		return fmt.Sprintf("%d pieces%s", n, every)
	}
}

func every(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return " every " + d.String()
}

// emitEvery emits n pieces, each d after the one before; for ever where n is negative.
func emitEvery(ctx context.Context, c *call, emit emit, n int, d time.Duration) error {
	for i := 0; i != n; i++ {
		if err := pause(ctx, c.runner.release, d); err != nil {
			return err
		}
		if c.runner.isReleased() || !emit(c.piece(i)) {
			return nil
		}
	}
	return nil
}

// later does what do does after d, unless Release comes before. A panic of it ends with it.
func (r *FaultRunner) later(d time.Duration, do func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.isReleased() {
		return
	}
	r.resources.children.Add(1)
	go lateChild(r, d, do)
}

// lateChild is the goroutine of EmitAfterEnd.
func lateChild(r *FaultRunner, d time.Duration, do func()) {
	defer r.resources.children.Done()
	defer func() { _ = recover() }() // a range loop that has ended panics in its yield
	late(r.release, d)
	if !r.isReleased() {
		do()
	}
}

func (c *call) piece(i int) string { return c.plan.fault.Piece(c.agent.ID, c.input, i) }

// Piece is what an agent with this fault emits as its piece i, from 0. An agent whose
// fault is no stream emits its whole content as one piece.
func (f Fault) Piece(agentID, input string, i int) string {
	if f.newStream == nil {
		return f.Content(agentID, input)
	}
	text := pieceStart(agentID, input) + strconv.Itoa(i) + ";"
	if f.padding > 0 {
		text += strings.Repeat("x", f.padding)
	}
	return text
}

// PieceNumber is the number of a piece of such an agent; false where it is none.
func (f Fault) PieceNumber(agentID, input, delta string) (int, bool) {
	if f.newStream == nil {
		return 0, delta == f.Content(agentID, input)
	}
	number, _, _ := strings.Cut(strings.TrimPrefix(delta, pieceStart(agentID, input)), ";")
	i, err := strconv.Atoi(number)
	if err != nil {
		return 0, false
	}
	return i, delta == f.Piece(agentID, input, i)
}

func pieceStart(agentID, input string) string { return input + "/" + agentID + "/" }

// StreamAgent does the agent's fault, piece by piece. An agent whose fault is no stream
// emits its content as one piece. See ExecuteAgent for the rest.
func (r *FaultRunner) StreamAgent(ctx context.Context, agent *executor.Agent, input string, history []executor.Message) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		refused := false
		emit := func(delta string) bool {
			refused = refused || !yield(delta, nil)
			return !refused
		}
		if err := r.stream(ctx, agent, input, history, emit); err != nil && !refused {
			yield("", err)
		}
	}
}

func (r *FaultRunner) stream(ctx context.Context, agent *executor.Agent, input string, history []executor.Message, emit emit) error {
	agent, p, err := r.known(agent)
	if err != nil {
		return err
	}
	ctx, unlabel := p.label(ctx)
	defer unlabel()
	c := &call{runner: r, plan: p, agent: agent, input: input, history: history}
	return r.runStream(ctx, c, emit)
}

// runStream does the action and records it, as run.
func (r *FaultRunner) runStream(ctx context.Context, c *call, emit emit) (err error) {
	r.counts.begin()
	c.entry = r.recorder.begin(ctx, c)
	c.outcome = Panicked
	defer func() {
		r.recorder.end(c)
		r.counts.end()
	}()
	stopped := false
	counted := func(delta string) bool {
		if stopped = stopped || !emit(delta); stopped {
			return false
		}
		r.counts.pieces.Add(1)
		r.recorder.piece(c)
		return true
	}
	err = c.plan.streamAction(ctx, c, counted)
	c.outcome, c.err = Responded, err
	switch {
	case err != nil:
		c.outcome = Failed
	case stopped:
		c.outcome = Stopped
	}
	return err
}

// whole is the stream of an action that is none: its content is the only piece.
func whole(a action) streamAction {
	return func(ctx context.Context, c *call, emit emit) error {
		resp, err := a(ctx, c)
		if err == nil && resp != nil {
			emit(resp.Content)
		}
		return err
	}
}

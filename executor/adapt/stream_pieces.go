package adapt

import (
	"context"

	"github.com/watertight-go/watertight/executor"
)

// Pieces is a source as a channel, for a fan-out that merges channels. value makes a value
// of a piece, or of the error that ends the stream. The channel is closed at the end of
// the stream, and once ctx is done: what nobody has taken is dropped then, and no call is
// made. An agent that ends its goroutine has executor.ErrGoexit as its error, and a panic
// goes on.
func Pieces[T any](ctx context.Context, s Source, value func(piece string, err error) T) <-chan T {
	out := make(chan T)
	if ctx.Err() != nil {
		close(out)
		return out
	}
	send := func(v T) bool {
		select {
		case out <- v:
			return true
		case <-ctx.Done():
			return false
		}
	}
	go func() {
		defer close(out)
		exits := true
		defer func() {
			if v := recover(); v != nil {
				panic(v)
			}
			if exits {
				send(value("", &executor.AgentError{AgentID: s.ID, Err: executor.ErrGoexit}))
			}
		}()
		for piece, err := range s.Stream(ctx) {
			if !send(value(piece, err)) {
				break
			}
		}
		exits = false
	}()
	return out
}
